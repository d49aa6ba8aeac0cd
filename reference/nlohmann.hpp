#pragma once

#include "pipeline/implementation.hpp"

namespace rowcast::reference {

// The reference: a tree made with nlohmann/json's SAX parser, transformed and serialised by code
// that it shares with no other implementation. Slow, plain, and the judge in every comparison.
const Implementation& nlohmann() noexcept;

// json::parse(row).dump(): no transformation at all. The floor that everybody knows.
const Implementation& peer_nlohmann_roundtrip() noexcept;

}  // namespace rowcast::reference
