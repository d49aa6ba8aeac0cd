#include "reference/row_writer.hpp"

#include <cstring>
#include <string>

#include "reference/row_text.hpp"

namespace rowcast::reference {

namespace {

constexpr std::size_t kNoMember = 0;  // node 0 is the row itself, which is nobody's member
constexpr std::string_view kTypename = "__typename";

}  // namespace

RowWriter::RowWriter(const Root& root, kernels::Output& output)
    : root_(root), rules_(root), output_(output) {}

void RowWriter::write_row(const RowTree& tree) {
    tree_ = &tree;
    begin_value(0, rules_.row());
    while (!frames_.empty()) {
        step();
    }
}

// Writes a scalar, or opens an array or object: the rest of it is done by steps to come.
void RowWriter::begin_value(std::size_t node_index, const Treatment& treatment) {
    const Node& node = (*tree_)[node_index];
    Frame frame{};
    frame.treatment = treatment;
    frame.next = node_index + 1;
    frame.end = node.end;
    switch (node.kind) {
        case NodeKind::kScalar:
            append(node.text);
            break;
        case NodeKind::kArray:
            append("[");
            frame.form = Frame::Form::kArray;
            frames_.push_back(frame);
            break;
        case NodeKind::kObject:
            append("{");
            begin_object(node_index, frame);
            break;
    }
}

void RowWriter::begin_object(std::size_t node_index, Frame frame) {
    const Treatment treatment = frame.treatment;
    bool starts_with_typename =
        treatment.type != nullptr && root_.typename_mode == TypenameMode::kAlways;
    if (treatment.verbatim) {
        frame.form = Frame::Form::kVerbatimObject;
        starts_with_typename = false;
    } else if (treatment.set == kNoSelectionSet) {
        frame.form = Frame::Form::kWholeObject;
    } else {
        const SelectionRules& selection = rules_.selection(treatment.set);
        frame.form = Frame::Form::kSelectedObject;
        frame.winners = winners_.size();
        frame.next = 0;
        frame.end = selection.fields.size();
        find_winners(node_index, treatment, selection);
        starts_with_typename = starts_with_typename && !selection.names_typename;
    }
    if (starts_with_typename) {
        append_key(frame, quote(kTypename));
        append(quote(treatment.type->name));
    }
    frames_.push_back(frame);
}

// Matches the object's members with the selection; of several that match, the last one stays.
void RowWriter::find_winners(std::size_t node_index, const Treatment& treatment,
                             const SelectionRules& selection) {
    const std::size_t first = winners_.size();
    winners_.resize(first + selection.slots.size(), kNoMember);
    const std::size_t end = (*tree_)[node_index].end;
    for (std::size_t child = node_index + 1; child < end; child = (*tree_)[child].end) {
        const std::string camel = camel_case(decode_string((*tree_)[child].key));
        if (treatment.type != nullptr && camel == kTypename) {
            continue;
        }
        const auto slot = selection.slots.find(camel);
        if (slot != selection.slots.end()) {
            winners_[first + slot->second] = child;
        }
    }
}

// One element, member or selected field of the innermost container, or its end.
void RowWriter::step() {
    Frame& frame = frames_.back();
    if (frame.next == frame.end) {
        end_value();
        return;
    }
    switch (frame.form) {
        case Frame::Form::kArray: {
            const std::size_t element = frame.next;
            frame.next = (*tree_)[element].end;
            append_comma(frame);
            begin_value(element, Treatment(frame.treatment));  // a copy: the frame may move
            break;
        }
        case Frame::Form::kVerbatimObject:
        case Frame::Form::kWholeObject:
            write_member(frame);
            break;
        case Frame::Form::kSelectedObject:
            write_selected(frame);
            break;
    }
}

void RowWriter::write_member(Frame& frame) {
    const std::size_t child = frame.next;
    const std::string_view token = (*tree_)[child].key;
    frame.next = (*tree_)[child].end;
    if (frame.form == Frame::Form::kVerbatimObject) {
        append_key(frame, token);
        begin_value(child, Treatment(frame.treatment));
        return;
    }
    const TypeRules* const type = frame.treatment.type;
    const std::string key = decode_string(token);
    const std::string camel = camel_case(key);
    if (type != nullptr && camel == kTypename) {
        return;
    }
    append_key(frame, quote(root_.keys == KeyStyle::kRaw ? key : camel));
    begin_value(child, rules_.member(type, key, camel));
}

void RowWriter::write_selected(Frame& frame) {
    const TypeRules* const type = frame.treatment.type;
    const SelectionRules::Field& field = rules_.selection(frame.treatment.set).fields[frame.next++];
    const std::string response_name = quote(field.selected->response_name);
    if (type != nullptr && field.is_typename) {
        append_key(frame, response_name);
        append(quote(type->name));
        return;
    }
    const std::size_t winner = winners_[frame.winners + field.slot];
    if (winner == kNoMember) {
        if (!root_.omit_missing) {
            append_key(frame, response_name);
            append("null");
        }
        return;
    }
    const std::string key = decode_string((*tree_)[winner].key);
    Treatment treatment = rules_.member(type, key, camel_case(key));
    treatment.set = field.selected->selection_set;
    append_key(frame, response_name);
    begin_value(winner, treatment);
}

void RowWriter::end_value() {
    const Frame& frame = frames_.back();
    append(frame.form == Frame::Form::kArray ? "]" : "}");
    if (frame.form == Frame::Form::kSelectedObject) {
        winners_.resize(frame.winners);
    }
    frames_.pop_back();
}

void RowWriter::append_comma(Frame& frame) {
    if (frame.has_member) {
        append(",");
    }
    frame.has_member = true;
}

void RowWriter::append_key(Frame& frame, std::string_view key) {
    append_comma(frame);
    append(key);
    append(":");
}

void RowWriter::append(std::string_view bytes) {
    if (bytes.empty()) {
        return;
    }
    const ErrorCode code = kernels::ensure_room(output_, bytes.size());
    if (code != ErrorCode::kOk) {
        throw OutputFailure{code};
    }
    std::memcpy(output_.cursor, bytes.data(), bytes.size());
    output_.cursor += bytes.size();
}

}  // namespace rowcast::reference
