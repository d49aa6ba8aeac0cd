#include "harness/count/callgrind_file.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace rowcast::count {
namespace {

constexpr std::string_view kTrigger = "desc: Trigger: ";
constexpr std::string_view kClientRequest = "Client Request: ";

// The words behind `key` at the beginning of the line, if it is such a line.
bool words_after(std::string_view line, std::string_view key, std::vector<std::string>& words) {
    if (!line.starts_with(key)) {
        return false;
    }
    std::istringstream stream{std::string(line.substr(key.size()))};
    words.clear();
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return true;
}

std::uint64_t whole_number(const std::string& word) {
    if (word.empty() || word.find_first_not_of("0123456789") != std::string::npos) {
        throw std::runtime_error("callgrind's total is no number: " + word);
    }
    return std::stoull(word);
}

}  // namespace

CallgrindTotals parse_callgrind(std::string_view text) {
    CallgrindTotals totals;
    std::vector<std::string> names;
    std::vector<std::string> numbers;
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (words_after(line, "events: ", words)) {
            names = words;
        } else if (words_after(line, "summary: ", words)) {
            numbers = words;
        } else if (line.starts_with(kTrigger) &&
                   line.substr(kTrigger.size()).starts_with(kClientRequest)) {
            totals.trigger = line.substr(kTrigger.size() + kClientRequest.size());
        }
    }
    // "summary" and not "totals": with the caches simulated, the latter has a call's costs in the
    // dump before. Events at the end that are 0 are left out.
    if (names.empty() || numbers.empty() || numbers.size() > names.size()) {
        throw std::runtime_error("callgrind's file has no totals");
    }
    for (std::size_t index = 0; index < names.size(); ++index) {
        totals.events[names[index]] = index < numbers.size() ? whole_number(numbers[index]) : 0;
    }
    return totals;
}

std::map<std::string, CallgrindTotals> read_callgrind(const std::filesystem::path& folder) {
    std::map<std::string, CallgrindTotals> dumps;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (!entry.path().filename().string().starts_with("out.")) {
            continue;
        }
        std::ifstream file(entry.path());
        std::ostringstream text;
        text << file.rdbuf();
        CallgrindTotals totals = parse_callgrind(text.str());
        if (!totals.trigger.empty()) {
            dumps[totals.trigger] = std::move(totals);
        }
    }
    return dumps;
}

}  // namespace rowcast::count
