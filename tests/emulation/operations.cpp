#include "tests/emulation/operations.hpp"

#include <immintrin.h>

namespace rowcast::emulation::ROWCAST_SIDE {

void run(const Input& input, Results& results) noexcept {
    results = {};
    const auto vector = [&](__m512i value) __attribute__((always_inline)) {
        _mm512_storeu_si512(results.vectors[results.vector_count++], value);
    };
    const auto mask = [&](__mmask64 value) __attribute__((always_inline)) {
        results.masks[results.mask_count++] = _cvtmask64_u64(value);
    };
    const __m512i a = _mm512_loadu_si512(input.a);
    const __m512i b = _mm512_load_si512(input.b);
    const __m512i c = _mm512_loadu_si512(input.c);
    const __mmask64 some = input.mask;
    const __m128i lane = _mm512_castsi512_si128(b);

    vector(_mm512_and_si512(a, b));
    vector(_mm512_or_si512(a, b));
    vector(_mm512_xor_si512(a, b));
    vector(_mm512_add_epi32(a, b));
    vector(_mm512_sub_epi8(a, b));
    vector(_mm512_subs_epu8(a, b));
    vector(_mm512_mask_sub_epi8(a, some, b, c));
    vector(_mm512_min_epu8(a, b));
    vector(_mm512_srli_epi16(a, 4));
    vector(_mm512_set1_epi8(static_cast<char>(input.a[0])));
    vector(_mm512_set1_epi32(-5));
    vector(_mm512_broadcast_i32x4(lane));
    vector(_mm512_cvtepu8_epi32(lane));
    vector(_mm512_maskz_mov_epi8(some, a));
    vector(_mm512_mask_loadu_epi8(b, some, input.a));
    vector(_mm512_maskz_loadu_epi8(some, input.a));
    vector(_mm512_maskz_compress_epi8(some, a));
    vector(_mm512_shuffle_epi8(a, b));
    vector(_mm512_permutex2var_epi8(a, b, c));
    vector(_mm512_alignr_epi64(a, b, 6));
    vector(_mm512_alignr_epi8(a, b, 13));
    vector(_mm512_alignr_epi8(a, b, 15));

    mask(_mm512_cmpeq_epi8_mask(a, b));
    mask(_mm512_cmpneq_epi8_mask(a, b));
    mask(_mm512_cmplt_epu8_mask(a, b));
    mask(_mm512_mask_cmpeq_epi8_mask(some, a, b));
    mask(_mm512_mask_cmpneq_epi8_mask(some, a, b));
    mask(_mm512_mask_cmplt_epu8_mask(some, a, b));
    mask(_mm512_mask_cmpgt_epu8_mask(some, a, b));
    mask(_mm512_test_epi8_mask(a, b));
    mask(_mm512_testn_epi8_mask(a, b));
    mask(_mm512_movepi8_mask(a));
    mask(_kor_mask64(some, _mm512_movepi8_mask(b)));
}

}  // namespace rowcast::emulation::ROWCAST_SIDE
