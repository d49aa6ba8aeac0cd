#include "tests/fuzz/target.hpp"

namespace rowcast::fuzz {

const Target* find_target(std::string_view name) noexcept {
    for (const Target* target : {&kDifferential, &kPlan}) {
        if (target->name == name) {
            return target;
        }
    }
    return nullptr;
}

}  // namespace rowcast::fuzz
