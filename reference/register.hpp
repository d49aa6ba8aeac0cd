#pragma once

namespace rowcast::reference {

// Adds the reference and the peers to the registry (pipeline/registry.hpp). Programs call it once,
// first thing.
void register_implementations();

}  // namespace rowcast::reference
