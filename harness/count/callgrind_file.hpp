#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace rowcast::count {

// What one dump of callgrind counted in all.
struct CallgrindTotals {
    std::string trigger;  // what asked for the dump; empty: the program's end
    std::map<std::string, std::uint64_t> events;  // "Ir", "Dr", "Dw"
};

// Reads a dump's text. Throws std::runtime_error where the totals are missing or are not one for
// each event.
[[nodiscard]] CallgrindTotals parse_callgrind(std::string_view text);

// The dumps in a folder, by what asked for them. Throws std::runtime_error.
[[nodiscard]] std::map<std::string, CallgrindTotals> read_callgrind(
    const std::filesystem::path& folder);

}  // namespace rowcast::count
