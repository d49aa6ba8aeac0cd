// That tests/emulation/immintrin.h does what the instructions do: on a CPU that has them.

#include <random>
#include <string_view>

#include <gtest/gtest.h>

#include "kernels/cpu.hpp"
#include "tests/emulation/operations.hpp"

namespace rowcast::emulation {
namespace {

// Of few values, so that some are equal, and of all.
Input draw(std::mt19937_64& random, bool of_few) {
    Input input{};
    for (auto* bytes : {input.a, input.b, input.c}) {
        for (std::size_t i = 0; i != 64; ++i) {
            const std::uint64_t drawn = random();
            bytes[i] = static_cast<std::uint8_t>(of_few ? 0x7E + drawn % 4 : drawn);
        }
    }
    input.mask = random();
    return input;
}

TEST(Avx512Emulation, DoesWhatTheInstructionsDo) {
    for (const std::string_view feature : {"avx2", "bmi2", "avx512f", "avx512bw", "avx512dq",
                                           "avx512vl", "avx512vbmi", "avx512vbmi2"}) {
        if (!kernels::cpu_has(feature)) {
            GTEST_SKIP() << "this CPU has no " << feature;
        }
    }
    std::mt19937_64 random(1);
    for (int time = 0; time != 2000; ++time) {
        Input input = draw(random, time % 2 == 0);
        input.mask = time == 0 ? 0 : time == 1 ? ~std::uint64_t{0} : input.mask;
        Results real;
        Results emulated;
        real::run(input, real);
        emulated::run(input, emulated);
        ASSERT_EQ(emulated.vector_count, real.vector_count);
        ASSERT_EQ(emulated.mask_count, real.mask_count);
        for (std::size_t i = 0; i != real.vector_count; ++i) {
            for (std::size_t byte = 0; byte != 64; ++byte) {
                ASSERT_EQ(emulated.vectors[i][byte], real.vectors[i][byte])
                    << "vector " << i << ", byte " << byte;
            }
        }
        for (std::size_t i = 0; i != real.mask_count; ++i) {
            ASSERT_EQ(emulated.masks[i], real.masks[i]) << "mask " << i;
        }
    }
}

}  // namespace
}  // namespace rowcast::emulation
