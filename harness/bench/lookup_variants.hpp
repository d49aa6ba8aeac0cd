#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "kernels/plan_view.hpp"

namespace rowcast::bench {

// Other ways to look a key up among a type's fields, to be measured beside the plan's own
// (kernels/algorithm/lookup.hpp). All are exact: what a hash or a bitmap lets through is compared
// byte for byte. Each is made from field names, which are distinct, and answers with a name's index
// or kNotFound; the set answers with whether it is there.

// The names, one behind the other.
struct KeyBytes {
    std::vector<std::uint8_t> bytes;
    std::vector<kernels::KeyRange> ranges;  // `value` is the name's index

    explicit KeyBytes(const std::vector<std::string>& names);
    std::string_view text(const kernels::KeyRange& range) const noexcept;
};

// FNV-1a (Fowler, Noll, Vo), a byte at a time: its top seven bits choose one of 128 bits. Where that
// is clear the key is no field; where it is set, the fields of that bit are compared.
class BitmapLookup {
  public:
    explicit BitmapLookup(const std::vector<std::string>& names);  // at most 65,535
    std::int32_t find(std::string_view key) const noexcept;

  private:
    KeyBytes keys_;  // by bit
    std::array<std::uint64_t, 2> bits_{};
    std::array<std::uint16_t, 129>
        starts_{};  // where each bit's fields begin, and the last one's end
};

// A minimal perfect hash: as many slots as fields, and every field has its own. A key's bucket says
// by what its hash is displaced (Belazzougui, Botelho, Dietzfelbinger, "Hash, displace, and
// compress", 2009; the displacements are left uncompressed). One compare decides.
class PerfectLookup {
  public:
    explicit PerfectLookup(const std::vector<std::string>& names);  // throws std::runtime_error
    std::int32_t find(std::string_view key) const noexcept;

  private:
    bool place(std::uint64_t seed);
    std::size_t bucket(std::uint64_t hash) const noexcept;
    std::size_t slot(std::uint64_t hash, std::uint32_t displacement) const noexcept;

    KeyBytes keys_;  // by slot
    std::vector<std::uint32_t> displacements_;
    std::uint64_t seed_ = 0;
};

// Looks strings up by string_view, without making a string of it first.
struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};

class HashMapLookup {
  public:
    explicit HashMapLookup(const std::vector<std::string>& names);
    std::int32_t find(std::string_view key) const noexcept {
        const auto found = map_.find(key);
        return found == map_.end() ? kernels::kNotFound : found->second;
    }

  private:
    std::unordered_map<std::string, std::int32_t, StringHash, std::equal_to<>> map_;
};

class HashSetLookup {
  public:
    explicit HashSetLookup(const std::vector<std::string>& names)
        : set_(names.begin(), names.end()) {}
    bool contains(std::string_view key) const noexcept { return set_.contains(key); }

  private:
    std::unordered_set<std::string, StringHash, std::equal_to<>> set_;
};

}  // namespace rowcast::bench
