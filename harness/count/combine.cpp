#include "harness/count/combine.hpp"

#include <cmath>

namespace rowcast::count {
namespace {

Json as_whole_numbers(const Json& value) {
    if (value.is_number_float()) {
        const double number = value.get<double>();
        constexpr double kExact = 9007199254740992.0;  // 2^53
        if (std::floor(number) == number && std::abs(number) < kExact) {
            return static_cast<std::int64_t>(number);
        }
        return value;
    }
    if (value.is_object()) {
        Json all = Json::object();
        for (const auto& [name, member] : value.items()) {
            all[name] = as_whole_numbers(member);
        }
        return all;
    }
    return value;
}

}  // namespace

Json value_of(const Json& value, const std::string& source) {
    return {{"value", as_whole_numbers(value)}, {"source", source}, {"reason", nullptr}};
}

Json no_value(const std::string& reason) {
    return {{"value", nullptr}, {"source", nullptr}, {"reason", reason}};
}

Json combine(const std::string& name, std::span<const SourceAnswer> in_order) {
    std::string reasons;
    for (const SourceAnswer& answer : in_order) {
        if (answer.unavailable.empty() && answer.values.contains(name)) {
            return value_of(answer.values[name], answer.source);
        }
        const std::string reason = !answer.unavailable.empty() ? answer.unavailable
                                   : answer.reasons.contains(name)
                                       ? answer.reasons[name].get<std::string>()
                                       : "does not count this";
        reasons += (reasons.empty() ? "" : "; ") + answer.source + ": " + reason;
    }
    return no_value(reasons.empty() ? "no source was asked" : reasons);
}

}  // namespace rowcast::count
