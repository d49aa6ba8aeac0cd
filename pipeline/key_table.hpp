#pragma once

#include <memory_resource>
#include <span>
#include <string_view>

#include "kernels/plan_view.hpp"

namespace rowcast {

// The table that find_key() (kernels/table.hpp) searches: each key leads to its index in `keys`,
// which are distinct. The arrays and a copy of the keys live in `memory`. O(n log n) at the worst.
//
// Up to eight seeds are tried for a hash of the keys' ends, then of all their bytes, until no key
// is more than a few steps from its slot; keys that defeat both are searched by halves.
kernels::KeyTableView build_key_table(std::span<const std::string_view> keys,
                                      std::pmr::memory_resource* memory);

}  // namespace rowcast
