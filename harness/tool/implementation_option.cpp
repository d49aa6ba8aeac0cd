#include "harness/tool/implementation_option.hpp"

#include "harness/tool/command.hpp"
#include "pipeline/registry.hpp"
#include "reference/nlohmann.hpp"

namespace rowcast::tool {

std::vector<const Implementation*> compared_implementations(const std::string& name, Peers peers) {
    if (!name.empty()) {
        const Result<const Implementation*> chosen = choose_implementation(name);
        if (!chosen) {
            throw Stop(kUsage, chosen.error().message);
        }
        return {*chosen};
    }
    std::vector<const Implementation*> all;
    for (const Implementation* implementation : implementations()) {
        if (implementation->unsupported_reason() == nullptr &&
            implementation != &reference::nlohmann() &&
            (peers == Peers::kIncluded || !is_peer(*implementation))) {
            all.push_back(implementation);
        }
    }
    return all;
}

}  // namespace rowcast::tool
