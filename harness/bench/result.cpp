#include "harness/bench/result.hpp"

namespace rowcast::bench {

std::string make_label(const CellResult& result) {
    std::string label;
    for (const std::string& remark : result.remarks) {
        label += label.empty() ? "" : " ";
        label += remark;
    }

    std::vector<std::pair<std::string, std::string>> by_reason;  // reason, names
    for (const auto& [name, reason] : result.unavailable) {
        auto group = by_reason.begin();
        while (group != by_reason.end() && group->first != reason) {
            ++group;
        }
        if (group == by_reason.end()) {
            by_reason.emplace_back(reason, name);
        } else {
            group->second += " " + name;
        }
    }
    std::string missing;
    for (const auto& [reason, names] : by_reason) {
        missing += missing.empty() ? "" : "; ";
        missing += names + " (" + reason + ")";
    }
    if (!missing.empty()) {
        label += label.empty() ? "" : " ";
        label += "unavailable: " + missing;
    }
    return label;
}

}  // namespace rowcast::bench
