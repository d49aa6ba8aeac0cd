#pragma once

// What we compare with. Each peer is written as its library's experts would, behind the same
// interface as everything else.

#include "pipeline/implementation.hpp"

namespace rowcast::reference {

// json::parse(row).dump(): no transformation at all. The floor that everybody knows.
const Implementation& peer_nlohmann_roundtrip() noexcept;

// RapidJSON's SAX parser; everything kept.
const Implementation& peer_rapidjson() noexcept;

// Each row copied as it is: a roof for all.
const Implementation& peer_memcpy() noexcept;

#if ROWCAST_HAVE_SIMDJSON

// simdjson On-Demand: by the kernel that is the fastest on this machine, and by the one that runs on
// the oldest.
const Implementation& peer_simdjson() noexcept;
const Implementation& peer_simdjson_westmere() noexcept;

// simdjson::minify: finds every string and drops the whitespace around tokens, a roof for those that
// must know where strings are.
const Implementation& peer_minify() noexcept;

#endif

}  // namespace rowcast::reference
