// What libFuzzer calls: one program for each target, which ROWCAST_FUZZ_TARGET names.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "reference/register.hpp"
#include "tests/fuzz/target.hpp"

extern "C" {
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t capacity);
int LLVMFuzzerInitialize(int* argc, char*** argv);
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t capacity,
                                    unsigned seed);
std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* a, std::size_t a_size,
                                      const std::uint8_t* b, std::size_t b_size, std::uint8_t* out,
                                      std::size_t capacity, unsigned seed);
}

namespace {

const rowcast::fuzz::Target& target() {
    static const rowcast::fuzz::Target& found = *rowcast::fuzz::find_target(ROWCAST_FUZZ_TARGET);
    return found;
}

std::string_view view(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

std::size_t put(const std::string& bytes, std::uint8_t* out) {
    std::copy(bytes.begin(), bytes.end(), out);
    return bytes.size();
}

}  // namespace

int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
    rowcast::reference::register_implementations();
    return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (const auto wrong = target().check(view(data, size))) {
        std::fprintf(stderr, "\n%s", wrong->c_str());
        std::abort();
    }
    return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t capacity,
                                    unsigned seed) {
    return put(
        rowcast::fuzz::mutate(view(data, size), capacity, seed, target().focus, LLVMFuzzerMutate),
        data);
}

std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* a, std::size_t a_size,
                                      const std::uint8_t* b, std::size_t b_size, std::uint8_t* out,
                                      std::size_t capacity, unsigned seed) {
    return put(rowcast::fuzz::cross_over(view(a, a_size), view(b, b_size), capacity, seed), out);
}
