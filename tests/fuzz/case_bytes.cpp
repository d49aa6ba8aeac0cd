#include "tests/fuzz/case_bytes.hpp"

#include <cstdint>

namespace rowcast::fuzz {

std::vector<std::string> split(std::string_view bytes) {
    std::vector<std::string> sections;
    for (std::size_t end; (end = bytes.find(kSeparator)) != std::string_view::npos;) {
        sections.emplace_back(bytes.substr(0, end));
        bytes.remove_prefix(end + kSeparator.size());
    }
    sections.emplace_back(bytes);
    return sections;
}

std::string join(const std::vector<std::string>& sections) {
    std::string bytes;
    for (std::size_t i = 0; i != sections.size(); ++i) {
        if (i != 0) {
            bytes += kSeparator;
        }
        bytes += sections[i];
    }
    return bytes;
}

cases::TransformCase decode(std::string_view bytes) {
    std::vector<std::string> sections = split(bytes);
    if (sections.size() < kFirstRow) {
        sections.resize(kFirstRow);
    }
    cases::TransformCase result;
    result.field = sections[kField];
    std::uint32_t depth = 0;
    bool has_depth = false;
    for (const char letter : sections[kOptions]) {
        if (letter >= '0' && letter <= '9') {
            depth = depth * 10 + static_cast<std::uint32_t>(letter - '0');
            has_depth = true;
            continue;
        }
        switch (letter) {
            case 'T':
                result.type = sections[kType];
                break;
            case 'S':
                result.schema = sections[kSchema];
                break;
            case 'g':
            case 'f':
            case 'p':
                // The last one counts.
                result.select.reset();
                result.field_selections.reset();
                result.field_paths.reset();
                (letter == 'g'   ? result.select
                 : letter == 'f' ? result.field_selections
                                 : result.field_paths) = sections[kSelection];
                break;
            case 'n':
                result.wrap = false;
                break;
            case 's':
                result.single = true;
                break;
            case 'o':
                result.omit_missing = true;
                break;
            case 'r':
                result.keys = KeyStyle::kRaw;
                break;
            case 't':
                result.typename_mode = TypenameMode::kSelected;
                break;
            default:
                break;
        }
    }
    if (has_depth) {
        result.max_depth = depth;
    }
    for (std::size_t row = kFirstRow; row < sections.size(); ++row) {
        result.rows.push_back(std::move(sections[row]));
    }
    return result;
}

std::string encode(const cases::TransformCase& transform_case) {
    const auto& selection = transform_case.select             ? transform_case.select
                            : transform_case.field_selections ? transform_case.field_selections
                                                              : transform_case.field_paths;
    std::string options;
    options += transform_case.type ? "T" : "";
    options += transform_case.schema ? "S" : "";
    options += transform_case.select ? "g" : "";
    options += transform_case.field_selections ? "f" : "";
    options += transform_case.field_paths ? "p" : "";
    options += transform_case.wrap ? "" : "n";
    options += transform_case.single ? "s" : "";
    options += transform_case.omit_missing ? "o" : "";
    options += transform_case.keys == KeyStyle::kRaw ? "r" : "";
    options += transform_case.typename_mode == TypenameMode::kSelected ? "t" : "";
    if (transform_case.max_depth != kDefaultMaxDepth) {
        options += std::to_string(transform_case.max_depth);
    }
    std::vector<std::string> sections = {
        options, transform_case.field, transform_case.type.value_or(""),
        transform_case.schema.value_or(""), selection.value_or("")};
    sections.insert(sections.end(), transform_case.rows.begin(), transform_case.rows.end());
    return join(sections);
}

}  // namespace rowcast::fuzz
