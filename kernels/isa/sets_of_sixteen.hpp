#pragma once

// The members of a set of sixteen bytes, one behind the other, with SSE4.2: a look-up for each eight.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace rowcast::kernels {
namespace {

// For each set of eight bytes, the places of its members, in order: of the first eight of sixteen, and
// of the second.
struct PlaceTables {
    alignas(64) std::uint8_t places[2][256][8];
};

inline constexpr PlaceTables kPlaces = [] {
    PlaceTables tables{};
    for (unsigned half = 0; half != 2; ++half) {
        for (unsigned set = 0; set != 256; ++set) {
            unsigned next = 0;
            for (unsigned place = 0; place != 8; ++place) {
                if ((set >> place & 1) != 0) {
                    tables.places[half][set][next++] = static_cast<std::uint8_t>(8 * half + place);
                }
            }
        }
    }
    return tables;
}();

// Bits 0 to 15 of a mask.
struct SetOfSixteen {
    std::uint64_t first;  // eight
    std::uint64_t second;

    [[gnu::always_inline]] explicit SetOfSixteen(std::uint64_t mask) noexcept
        : first(mask & 0xFF), second(mask >> 8 & 0xFF) {}

    // For a shuffle: where the first half's members are, and in the upper half where the second's are.
    [[gnu::always_inline]] __m128i places() const noexcept {
        const __m128i lower =
            _mm_loadl_epi64(reinterpret_cast<const __m128i*>(kPlaces.places[0][first]));
        return _mm_castps_si128(_mm_loadh_pi(
            _mm_castsi128_ps(lower), reinterpret_cast<const __m64*>(kPlaces.places[1][second])));
    }

    // Stores what was shuffled so, and returns its end. Stores 16 bytes at most.
    [[gnu::always_inline]] std::uint8_t* store(std::uint8_t* out, __m128i members) const noexcept {
        _mm_storel_epi64(reinterpret_cast<__m128i*>(out), members);
        out += _mm_popcnt_u64(first);
        _mm_storeh_pd(reinterpret_cast<double*>(out), _mm_castsi128_pd(members));
        return out + _mm_popcnt_u64(second);
    }
};

}  // namespace
}  // namespace rowcast::kernels
