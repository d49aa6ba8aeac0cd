// Copying by whole blocks: exactly the bytes, from and to places that end at a guard page.

#include <algorithm>
#include <string>

#include "tests/kernels/kernel_test.hpp"

namespace rowcast::kernels {
namespace {

std::string numbered(std::size_t size) {
    std::string text;
    for (std::size_t index = 0; index != size; ++index) {
        text += static_cast<char>(index * 7 + index / 251);
    }
    return text;
}

class Copy : public KernelTest {
  protected:
    // The first `size` bytes of the text, all of which may be read.
    void expect(const std::string& text, std::size_t size) {
        at_both_guards(text, [&](std::span<const std::uint8_t> place) {
            const auto room = destination_.at_end(size + kOutputSlack);
            std::fill(room.begin(), room.end(), std::uint8_t{0xEE});
            table().copy_bytes(place.data(), size, place.size(), room.data());
            ASSERT_TRUE(std::equal(place.begin(), place.begin() + static_cast<std::ptrdiff_t>(size),
                                   room.begin()))
                << size << " of " << text.size();
        });
    }

  private:
    test::GuardedBuffer destination_{4096};
};
ROWCAST_FOR_EACH_INSTRUCTION_SET(Copy);

TEST_P(Copy, CopiesEverySizeWhateverMayBeReadBehindIt) {
    for (std::size_t size = 0; size != 200; ++size) {
        for (const std::size_t more : {0u, 1u, 7u, 8u, 63u, 64u, 100u}) {
            expect(numbered(size + more), size);
        }
    }
    expect(numbered(2'000), 2'000);
}

TEST_P(Copy, CopiesFromEveryAlignment) {
    at_every_alignment(numbered(130), 'f', [&](std::span<const std::uint8_t> place) {
        std::string copy(place.size() + kOutputSlack, 'x');
        table().copy_bytes(place.data(), place.size(), place.size(),
                           reinterpret_cast<std::uint8_t*>(copy.data()));
        ASSERT_TRUE(std::equal(place.begin(), place.end(),
                               reinterpret_cast<const std::uint8_t*>(copy.data())));
    });
}

}  // namespace
}  // namespace rowcast::kernels
