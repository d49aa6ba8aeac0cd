#pragma once

#include "pipeline/implementation.hpp"

namespace rowcast::reference {

// The reference: a tree made with nlohmann/json's SAX parser, transformed and serialised by code
// that it shares with no other implementation. Slow, plain, and the judge in every comparison.
const Implementation& nlohmann() noexcept;

}  // namespace rowcast::reference
