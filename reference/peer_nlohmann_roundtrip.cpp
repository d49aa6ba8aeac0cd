#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "pipeline/error.hpp"
#include "reference/peers.hpp"

namespace rowcast::reference {

namespace {

using Json = ::nlohmann::json;

// json::dump() calls itself for each level, so a hostile row could exhaust the machine's stack.
constexpr std::size_t kDeepestDump = 1000;

// Whether a valid row nests deeper than dump() is trusted with. Rows too short for that (each level
// has two brackets) are not read, so that the comparison pays nothing for usual ones.
bool is_too_deep(std::string_view row, std::size_t& bracket) {
    if (row.size() <= 2 * kDeepestDump) {
        return false;
    }
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const char byte = row[i];
        if (in_string) {
            i += byte == '\\' ? 1 : 0;
            in_string = byte != '"';
        } else if (byte == '"') {
            in_string = true;
        } else if (byte == '[' || byte == '{') {
            if (++depth > kDeepestDump) {
                bracket = i;
                return true;
            }
        } else if (byte == ']' || byte == '}') {
            depth -= depth > 0 ? 1 : 0;
        }
    }
    return false;
}

class PeerNlohmannRoundtrip final : public Implementation {
  public:
    std::string_view name() const noexcept override { return "peer-nlohmann-roundtrip"; }
    std::string_view description() const noexcept override {
        return "json::parse(row).dump(): no transformation at all, the floor that everybody knows";
    }

    // It follows no plan, and even where a plan changes nothing it sorts members, drops duplicates
    // and spells numbers and escapes its own way. So it is measured but never compared.
    bool answers(const Plan& /*plan*/) const noexcept override { return false; }

    kernels::BatchStatus transform_rows(const Root& root, std::span<const kernels::Row> rows,
                                        const Workspace& workspace) const noexcept override;
};

// The offset of a parse error is nlohmann's own: close to the contract's, but not always the same.
kernels::BatchStatus PeerNlohmannRoundtrip::transform_rows(
    const Root& /*root*/, std::span<const kernels::Row> rows,
    const Workspace& workspace) const noexcept {
    kernels::Output& output = workspace.output;
    for (std::size_t index = 0; index < rows.size(); ++index) {
        const std::string_view row(reinterpret_cast<const char*>(rows[index].data),
                                   rows[index].size);
        std::size_t bracket = 0;
        if (is_too_deep(row, bracket)) {
            return {index, {ErrorCode::kTooDeep, static_cast<std::uint32_t>(bracket)}};
        }
        try {
            const std::string text = Json::parse(row).dump();
            const ErrorCode code = kernels::ensure_room(output, text.size() + 1);
            if (code != ErrorCode::kOk) {
                return {index, {code, 0}};
            }
            if (index > 0) {
                *output.cursor++ = ',';
            }
            std::memcpy(output.cursor, text.data(), text.size());
            output.cursor += text.size();
        } catch (const Json::parse_error& error) {
            // It counts bytes from 1, the row's end too.
            const std::size_t offset =
                std::min(error.byte - std::min<std::size_t>(error.byte, 1), row.size());
            return {index, {ErrorCode::kExpectedValue, static_cast<std::uint32_t>(offset)}};
        } catch (const Json::exception&) {  // a number that overflows a double; it has no place
            return {index, {ErrorCode::kExpectedValue, 0}};
        } catch (const std::bad_alloc&) {
            return {index, {ErrorCode::kOutOfMemory, 0}};
        } catch (const std::length_error&) {
            return {index, {ErrorCode::kOutOfMemory, 0}};
        }
    }
    return {rows.size(), {ErrorCode::kOk, 0}};
}

}  // namespace

const Implementation& peer_nlohmann_roundtrip() noexcept {
    static const PeerNlohmannRoundtrip kImplementation;
    return kImplementation;
}

}  // namespace rowcast::reference
