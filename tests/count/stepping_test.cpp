#include "harness/count/stepping.hpp"

#include <dlfcn.h>

#include <array>

#include <gtest/gtest.h>

#include "harness/count/decode.hpp"
#include "kernels/cpu.hpp"

namespace rowcast::count {
namespace {

constexpr std::uint64_t kMany = 1'000'000;

#if defined(__x86_64__)

// Both ends of what is counted. Not empty, or two calls in a row would be one.
[[gnu::noinline]] void mark() { asm volatile("" ::: "memory"); }

Steps step_between_marks(const std::function<void()>& work, std::uint64_t max_steps = kMany) {
    return step(work, {.entry = reinterpret_cast<std::uintptr_t>(&mark), .rounds = 1}, max_steps);
}

// What stands between two marks, beside the marks' own instructions; `kTimes` times.
template <int kTimes>
void nops() {
    mark();
    asm volatile(
        ".rept %c0\n\t"
        "nop\n\t"
        ".endr"
        :
        : "i"(kTimes));
    mark();
}

template <int kTimes>
void loads() {
    static std::uint64_t word = 0;
    mark();
    asm volatile(
        ".rept %c0\n\t"
        "mov (%1), %%rax\n\t"
        ".endr"
        :
        : "i"(kTimes), "r"(&word)
        : "rax", "memory");
    mark();
}

template <int kTimes>
void stores() {
    static std::uint64_t word = 0;
    mark();
    asm volatile(
        ".rept %c0\n\t"
        "mov %%rax, (%1)\n\t"
        ".endr"
        :
        : "i"(kTimes), "r"(&word)
        : "memory");
    mark();
}

template <int kTimes>
void loads_that_store() {
    static std::uint64_t word = 0;
    mark();
    asm volatile(
        ".rept %c0\n\t"
        "incq (%1)\n\t"
        ".endr"
        :
        : "i"(kTimes), "r"(&word)
        : "memory", "cc");
    mark();
}

template <int kTimes>
void gathers() {
    static std::array<std::int32_t, 8> words;
    mark();
    asm volatile(
        "vpxor %%ymm1, %%ymm1, %%ymm1\n\t"
        ".rept %c0\n\t"
        "vpcmpeqd %%ymm2, %%ymm2, %%ymm2\n\t"
        "vpgatherdd %%ymm2, (%1,%%ymm1,4), %%ymm0\n\t"
        ".endr\n\t"
        "vzeroupper\n\t"
        :
        : "i"(kTimes), "r"(words.data())
        : "memory", "xmm0", "xmm1", "xmm2");
    mark();
}

// Names memory and does not touch it.
template <int kTimes>
void addresses() {
    static std::uint64_t word = 0;
    mark();
    asm volatile(
        ".rept %c0\n\t"
        "lea 8(%1), %%rax\n\t"
        "nopl 8(%1)\n\t"
        ".endr"
        :
        : "i"(kTimes), "r"(&word)
        : "rax");
    mark();
}

template <int kTimes>
void loop() {
    mark();
    asm volatile(
        "mov %0, %%ecx\n\t"
        "1: dec %%ecx\n\t"
        "jnz 1b\n\t"
        :
        : "i"(kTimes)
        : "ecx", "cc");
    mark();
}

template <int kTimes>
void branches_not_taken() {
    mark();
    asm volatile(
        "xor %%eax, %%eax\n\t"
        ".rept %c0\n\t"
        "jnz 1f\n\t"
        ".endr\n\t"
        "1:\n\t"
        :
        : "i"(kTimes)
        : "rax", "cc");
    mark();
}

template <int kTimes>
void repeated_string_instruction() {
    static std::array<char, 4096> to;
    static std::array<char, 4096> from;
    mark();
    const char* source = from.data();
    char* target = to.data();
    std::uint64_t count = kTimes;
    asm volatile("rep movsb" : "+S"(source), "+D"(target), "+c"(count) : : "memory");
    mark();
}

template <int kTimes>
void vectors() {
    mark();
    asm volatile(
        ".rept %c0\n\t"
        "vpxor %%xmm0, %%xmm0, %%xmm0\n\t"
        "vpxor %%ymm1, %%ymm1, %%ymm1\n\t"
        "vpxor %%ymm1, %%ymm1, %%ymm1\n\t"
        "vpxord %%zmm2, %%zmm2, %%zmm2\n\t"
        "vpxord %%zmm2, %%zmm2, %%zmm2\n\t"
        "vpxord %%zmm2, %%zmm2, %%zmm2\n\t"
        "vpcmpeqb %%zmm2, %%zmm2, %%k1\n\t"
        "kortestq %%k1, %%k1\n\t"
        "kmovq %%k1, %%rax\n\t"
        ".endr\n\t"
        "vzeroupper\n\t"
        :
        : "i"(kTimes)
        : "rax", "xmm0", "xmm1", "xmm2", "cc");
    mark();
}

class Stepping : public testing::Test {
  protected:
    void SetUp() override {
        if (const char* reason = stepping_unavailable()) {
            GTEST_SKIP() << reason;
        }
    }
};

class Decoding : public Stepping {
  protected:
    void SetUp() override {
        Stepping::SetUp();
        if (const char* reason = decoding_unavailable()) {
            GTEST_SKIP() << reason;
        }
    }

    static Decoded decoded(const std::function<void()>& work,
                           std::span<const CodeRange> foreign = {}) {
        const Steps steps = step_between_marks(work);
        EXPECT_EQ(steps.error, "");
        Decoded all = decode(steps.edges, foreign);
        EXPECT_EQ(all.error, "");
        std::uint64_t sum = 0;
        for (const std::uint64_t part : all.mix) {
            sum += part;
        }
        EXPECT_EQ(sum, instructions(steps.edges)) << "every instruction has one width";
        return all;
    }
};

std::uint64_t stepped(const std::function<void()>& work) {
    const Steps steps = step_between_marks(work);
    EXPECT_EQ(steps.error, "");
    return instructions(steps.edges);
}

TEST_F(Stepping, CountsEveryInstructionOnce) {
    EXPECT_EQ(stepped(nops<150>) - stepped(nops<50>), 100);
}

TEST_F(Stepping, CountsTheSameEveryTime) { EXPECT_EQ(stepped(nops<50>), stepped(nops<50>)); }

TEST_F(Stepping, CountsEveryRoundOfALoop) {
    EXPECT_EQ(stepped(loop<1000>) - stepped(loop<1>), 2 * 999);
}

TEST_F(Stepping, CountsARepeatedStringInstructionOnce) {
    EXPECT_EQ(stepped(repeated_string_instruction<4000>), stepped(repeated_string_instruction<3>));
}

TEST_F(Stepping, CountsAsManyRoundsAsAskedFor) {
    const auto work = [] {
        for (int round = 0; round < 5; ++round) {
            mark();
        }
    };
    const auto rounds = [&](std::uint64_t count) {
        const Steps steps =
            step(work, {.entry = reinterpret_cast<std::uintptr_t>(&mark), .rounds = count}, kMany);
        EXPECT_EQ(steps.error, "");
        return instructions(steps.edges);
    };
    EXPECT_EQ(rounds(4), 4 * rounds(1));
}

TEST_F(Stepping, GivesUpWhereTheStepsAreTooMany) {
    EXPECT_EQ(step_between_marks(loop<1000>, 100).error, "takes more than 100 steps");
    EXPECT_TRUE(step_between_marks(loop<1000>, 100).edges.empty());
    EXPECT_EQ(stepped(loop<5>), stepped(loop<5>)) << "and works again afterwards";
}

TEST_F(Stepping, SaysSoWhereTheWorkDoesNotComeBack) {
    EXPECT_NE(step_between_marks([] { mark(); }).error, "");
    EXPECT_NE(step_between_marks([] {}).error, "");
}

TEST_F(Stepping, LeavesTheWorksResultAlone) {
    int sum = 0;
    const Steps steps = step_between_marks([&] {
        mark();
        for (int number = 1; number <= 100; ++number) {
            sum += number;
        }
        mark();
    });
    EXPECT_EQ(steps.error, "");
    EXPECT_EQ(sum, 5050);
}

TEST_F(Decoding, CountsLoadsAndStores) {
    const auto few_loads = decoded(loads<10>);
    const auto more_loads = decoded(loads<30>);
    EXPECT_EQ(more_loads.loads - few_loads.loads, 20);
    EXPECT_EQ(more_loads.stores, few_loads.stores);
    const auto few_stores = decoded(stores<10>);
    const auto more_stores = decoded(stores<30>);
    EXPECT_EQ(more_stores.stores - few_stores.stores, 20);
    EXPECT_EQ(more_stores.loads, few_stores.loads);
    const auto few_both = decoded(loads_that_store<10>);
    const auto more_both = decoded(loads_that_store<30>);
    EXPECT_EQ(more_both.loads - few_both.loads, 20);
    EXPECT_EQ(more_both.stores - few_both.stores, 20);
}

TEST_F(Decoding, AGatherIsALoad) {
    if (!kernels::cpu_has("avx2")) {
        GTEST_SKIP() << "this machine lacks avx2";
    }
    EXPECT_EQ(decoded(gathers<30>).loads - decoded(gathers<10>).loads, 20);
    EXPECT_EQ(decoded(gathers<30>).stores, decoded(gathers<10>).stores);
}

TEST_F(Decoding, AnAddressIsNoAccess) {
    EXPECT_EQ(decoded(addresses<30>).loads, decoded(addresses<10>).loads);
    EXPECT_EQ(decoded(addresses<30>).stores, decoded(addresses<10>).stores);
}

TEST_F(Decoding, CountsTakenBranchesOnly) {
    EXPECT_EQ(decoded(loop<1000>).taken_branches - decoded(loop<1>).taken_branches, 999);
    EXPECT_EQ(decoded(branches_not_taken<30>).taken_branches,
              decoded(branches_not_taken<10>).taken_branches);
}

TEST_F(Decoding, ARepeatedStringInstructionIsOneOfEverything) {
    const auto few = decoded(repeated_string_instruction<3>);
    const auto many = decoded(repeated_string_instruction<4000>);
    EXPECT_EQ(many.loads, few.loads);
    EXPECT_EQ(many.stores, few.stores);
    EXPECT_EQ(many.mix, few.mix);
    EXPECT_EQ(many.taken_branches, few.taken_branches);
}

TEST_F(Decoding, TellsInstructionsByTheirWidestRegister) {
    if (!kernels::cpu_has("avx512bw")) {
        GTEST_SKIP() << "this machine lacks avx512bw";
    }
    const auto few = decoded(vectors<10>);
    const auto many = decoded(vectors<30>);
    const auto more = [&](Width width) {
        const auto index = static_cast<std::size_t>(width);
        return many.mix[index] - few.mix[index];
    };
    EXPECT_EQ(more(Width::kScalar), 0);
    EXPECT_EQ(more(Width::kMask), 20 * 2);
    EXPECT_EQ(more(Width::kXmm), 20 * 1);
    EXPECT_EQ(more(Width::kYmm), 20 * 2);
    EXPECT_EQ(more(Width::kZmm), 20 * 4);
}

TEST_F(Decoding, TellsTheInstructionSetsOutsideOfForeignCode) {
    EXPECT_GE(decoded(loop<100>).instruction_sets.at("I86"), 100);
    const CodeRange everything[] = {{.begin = 0, .end = UINTPTR_MAX}};
    EXPECT_TRUE(decoded(loop<100>, everything).instruction_sets.empty());
    if (kernels::cpu_has("avx512bw")) {
        EXPECT_TRUE(decoded(vectors<30>).instruction_sets.contains("AVX512BW_512"));
    }
}

TEST_F(Decoding, KnowsWhereTheCLibraryLies) {
    const auto lies_there = [](auto* function) {
        const auto address = reinterpret_cast<std::uintptr_t>(function);
        for (const CodeRange& range : c_library_code()) {
            if (address >= range.begin && address < range.end) {
                return true;
            }
        }
        return false;
    };
    EXPECT_TRUE(lies_there(dlsym(RTLD_NEXT, "qsort")));
    EXPECT_FALSE(lies_there(&mark));
}

#endif

// What cannot be done is said, and nothing is counted in its place.
TEST(SteppingUnavailable, IsAnErrorWithTheReason) {
    const char* const reason = stepping_unavailable();
    if (reason == nullptr) {
        GTEST_SKIP() << "this build can step";
    }
    const Steps steps = step([] {}, {}, kMany);
    EXPECT_EQ(steps.error, reason);
    EXPECT_TRUE(steps.edges.empty());
}

TEST(DecodingUnavailable, IsAnErrorWithTheReason) {
    const char* const reason = decoding_unavailable();
    if (reason == nullptr) {
        GTEST_SKIP() << "this build can decode";
    }
    EXPECT_EQ(decode({}, {}).error, reason);
}

}  // namespace
}  // namespace rowcast::count
