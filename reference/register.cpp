#include "reference/register.hpp"

#include "pipeline/registry.hpp"
#include "reference/nlohmann.hpp"

namespace rowcast::reference {

void register_implementations() {
    add_implementation(nlohmann());
    add_implementation(peer_nlohmann_roundtrip());
}

}  // namespace rowcast::reference
