#include "harness/cases/run_case.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "harness/cases/command_line.hpp"
#include "pipeline/schema.hpp"

namespace rowcast::cases {

namespace {

template <class Text>
std::optional<std::string_view> view(const std::optional<Text>& text) {
    return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

// The bytes around `position`, shortened and printable.
std::string around(std::string_view bytes, std::size_t position) {
    constexpr std::size_t kBefore = 40;
    constexpr std::size_t kLength = 100;
    const std::size_t begin = position > kBefore ? position - kBefore : 0;
    return (begin != 0 ? "..." : "") + printable(bytes.substr(begin, kLength)) +
           (bytes.size() - begin > kLength ? "..." : "");
}

}  // namespace

bool same_answer(const Outcome& a, const Outcome& b) noexcept {
    if (a.kind != b.kind) {
        return false;
    }
    switch (a.kind) {
        case Outcome::Kind::kResponse:
            return a.bytes == b.bytes;
        case Outcome::Kind::kRowError:
            return a.row == b.row && a.byte == b.byte;
        case Outcome::Kind::kPlanError:
            return true;
        case Outcome::Kind::kMisuse:
            break;
    }
    return false;
}

std::string describe(const Outcome& outcome) {
    switch (outcome.kind) {
        case Outcome::Kind::kResponse:
            return "response " + printable(outcome.bytes);
        case Outcome::Kind::kRowError:
            return "row " + std::to_string(outcome.row) + ", byte " + std::to_string(outcome.byte) +
                   ": " + outcome.message;
        case Outcome::Kind::kPlanError:
            return "plan error: " + outcome.message;
        case Outcome::Kind::kMisuse:
            break;
    }
    return "contract broken: " + outcome.message;
}

std::string describe_difference(std::string_view a_name, const Outcome& a, std::string_view b_name,
                                const Outcome& b) {
    const std::string a_label = std::string(a_name) + ": ";
    const std::string b_label = std::string(b_name) + ": ";
    if (a.kind != Outcome::Kind::kResponse || b.kind != Outcome::Kind::kResponse) {
        return "  " + a_label + describe(a) + "\n  " + b_label + describe(b) + "\n";
    }
    const auto [a_at, b_at] =
        std::mismatch(a.bytes.begin(), a.bytes.end(), b.bytes.begin(), b.bytes.end());
    const auto position = static_cast<std::size_t>(a_at - a.bytes.begin());
    return "  responses differ from byte " + std::to_string(position) + " on (sizes " +
           std::to_string(a.bytes.size()) + " and " + std::to_string(b.bytes.size()) + ")\n  " +
           a_label + around(a.bytes, position) + "\n  " + b_label + around(b.bytes, position) +
           "\n";
}

Result<std::shared_ptr<const Plan>> compile(const TransformCase& transform_case) {
    std::shared_ptr<const Schema> schema;
    if (transform_case.schema) {
        auto parsed = Schema::parse(*transform_case.schema);
        if (!parsed) {
            return parsed.error();
        }
        schema = *parsed;
    }
    RootOptions root;
    root.field = transform_case.field;
    root.type = view(transform_case.type);
    root.select = view(transform_case.select);
    root.field_selections = view(transform_case.field_selections);
    root.field_paths = view(transform_case.field_paths);
    root.typename_mode = transform_case.typename_mode;
    root.keys = transform_case.keys;
    root.single = transform_case.single;
    root.omit_missing = transform_case.omit_missing;
    root.max_depth = transform_case.max_depth;
    return Plan::compile({&root, 1}, std::move(schema), transform_case.wrap);
}

RowCopies::RowCopies(std::span<const std::string> rows) {
    blocks_.reserve(rows.size());
    rows_.reserve(rows.size());
    for (const std::string& row : rows) {
        auto& block = blocks_.emplace_back(new std::uint8_t[row.size()]);
        std::copy(row.begin(), row.end(), block.get());
        rows_.push_back({block.get(), row.size()});
    }
}

bool RowCopies::unchanged(std::span<const std::string> rows) const noexcept {
    return std::equal(
        rows_.begin(), rows_.end(), rows.begin(), rows.end(),
        [](const kernels::Row& copy, const std::string& row) {
            return copy.size == row.size() &&
                   (row.empty() || std::memcmp(copy.data, row.data(), row.size()) == 0);
        });
}

Outcome run(Request& request, const Plan& plan, std::span<const std::string> rows) {
    const RowCopies copies(rows);
    Outcome outcome;
    if (request.run(plan, copies.rows())) {
        outcome.bytes = request.response();
        if (request.error().code != ErrorCode::kOk) {
            outcome.kind = Outcome::Kind::kMisuse;
            outcome.message = "an error is left behind although the request succeeded";
        }
    } else {
        outcome.kind = Outcome::Kind::kRowError;
        outcome.code = request.error().code;
        outcome.row = request.error().row;
        outcome.byte = request.error().byte;
        outcome.message = message(outcome.code);
        if (outcome.code == ErrorCode::kOk || !request.response().empty()) {
            outcome.kind = Outcome::Kind::kMisuse;
            outcome.message = "a failed request has no error, or a part of a response";
        }
    }
    if (!copies.unchanged(rows)) {
        outcome.kind = Outcome::Kind::kMisuse;
        outcome.message = "a row was written to";
    }
    return outcome;
}

Outcome run(const Implementation& implementation, const TransformCase& transform_case) {
    const auto plan = compile(transform_case);
    if (!plan) {
        Outcome outcome;
        outcome.kind = Outcome::Kind::kPlanError;
        outcome.message = plan.error().message;
        return outcome;
    }
    Request request(implementation);
    return run(request, **plan, transform_case.rows);
}

}  // namespace rowcast::cases
