#include "reference/register.hpp"

#include "pipeline/registry.hpp"
#include "reference/nlohmann.hpp"
#include "reference/peers.hpp"

namespace rowcast::reference {

void register_implementations() {
    add_implementation(nlohmann());
#if ROWCAST_HAVE_SIMDJSON
    add_implementation(peer_simdjson());
    add_implementation(peer_simdjson_westmere());
#endif
    add_implementation(peer_rapidjson());
    add_implementation(peer_nlohmann_roundtrip());
#if ROWCAST_HAVE_SIMDJSON
    add_implementation(peer_minify());
#endif
    add_implementation(peer_memcpy());
}

}  // namespace rowcast::reference
