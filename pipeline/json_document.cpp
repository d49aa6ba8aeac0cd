#include "pipeline/json_document.hpp"

#include <algorithm>
#include <cstddef>
#include <exception>
#include <string>

#include "pipeline/text_position.hpp"

namespace rowcast {

Result<nlohmann::json> parse_json_document(std::string_view text, std::string_view what) {
    // nlohmann takes a NUL for the text's end; JSON does not.
    const std::size_t nul = text.find('\0');
    const std::string label(what);
    if (nul != std::string_view::npos) {
        return PlanError{label + ", " + text_position(text, nul) + ": a NUL byte is not JSON"};
    }
    try {
        return nlohmann::json::parse(text.begin(), text.end());
    } catch (const nlohmann::json::parse_error& error) {
        const std::size_t byte = error.byte == 0 ? 0 : error.byte - 1;  // nlohmann counts from 1
        return PlanError{label + ", " + text_position(text, std::min(byte, text.size())) +
                         ": not JSON"};
    } catch (const std::exception& error) {
        return PlanError{label + ": " + error.what()};
    }
}

}  // namespace rowcast
