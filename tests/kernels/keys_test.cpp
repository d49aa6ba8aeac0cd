// camelCase: rule 3 of the contract.

#include <algorithm>
#include <string>

#include "tests/kernels/kernel_test.hpp"

namespace rowcast::kernels {
namespace {

struct CamelCase {
    std::string key;
    std::string camel;
};

const std::vector<CamelCase>& camel_cases() {
    static const std::vector<CamelCase> kCases = {
        {"", ""},
        {"a", "a"},
        {"user_name", "userName"},
        {"userName", "userName"},
        {"user__name", "userName"},
        {"user_name_", "userName"},
        {"a__", "a"},
        {"_private", "_private"},
        {"__a_b", "__aB"},
        {"_", "_"},
        {"___", "___"},
        {"__typename", "__typename"},
        {"__typename_", "__typename"},
        {"a_1b", "a1b"},
        {"a_1_b", "a1B"},
        {"1_a", "1A"},
        {"_1a", "_1a"},
        {"address_1", "address1"},
        {"USER_NAME", "USERNAME"},
        {"HTTP_status", "HTTPStatus"},
        {"x_\xC3\xA9", "x\xC3\xA9"},
        {"\xC3\xA9_x", "\xC3\xA9X"},
        {"x_\xC3\x9F_y", "x\xC3\x9FY"},
        {"a.b_c", "a.bC"},
        {"user-name", "user-name"},
        {"a_`b", "a`b"},
        {"a_{b", "a{b"},
        {"a_z", "aZ"},
        {"a_Z", "aZ"},
        {"a_b_c_d_e_f_g_h_i", "aBCDEFGHI"},
        {"z_z_z_", "zZZ"},
    };
    return kCases;
}

class Camel : public KernelTest {
  protected:
    // The key at both guards; the result where exactly the promised slack ends at a guard page.
    void expect(const std::string& key, const std::string& camel) {
        at_both_guards(key, [&](std::span<const std::uint8_t> place) {
            const auto room = destination_.at_end(key.size() + kOutputSlack);
            std::fill(room.begin(), room.end(), std::uint8_t{0xEE});
            const std::size_t size = table().camel_key(place.data(), place.size(), room.data());
            ASSERT_LE(size, key.size()) << key;
            ASSERT_EQ(std::string(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(size)),
                      camel)
                << testing::PrintToString(key);
        });
    }

  private:
    test::GuardedBuffer destination_{4096};
};
ROWCAST_FOR_EACH_INSTRUCTION_SET(Camel);

TEST_P(Camel, FollowsTheRuleForShortKeys) {
    for (const CamelCase& seed : camel_cases()) {
        expect(seed.key, seed.camel);
    }
}

TEST_P(Camel, FollowsTheRuleForKeysOfAnyLength) {
    const auto begins_a_word = [](const std::string& key) {
        return key.empty() || (key[0] != '_' && (key[0] < 'a' || key[0] > 'z'));
    };
    for (const CamelCase& seed : camel_cases()) {
        test::for_each_padding([&](std::size_t before, std::size_t behind) {
            const std::string x(before, 'x');
            const std::string underscores(before, '_');
            const std::string y(behind, 'y');
            // Letters in front of a key that does not begin with underscores; behind one that does
            // not end with them.
            if (seed.key.empty() || seed.key[0] != '_') {
                if (seed.key.empty() || seed.key.back() != '_') {
                    expect(x + seed.key + y, x + seed.camel + y);
                }
                // Underscores behind it go.
                if (before + seed.camel.size() != 0) {
                    expect(x + seed.key + std::string(behind, '_'), x + seed.camel);
                }
            }
            // Underscores in front of it stay.
            if (seed.key.find_first_not_of('_') != std::string::npos) {
                expect(underscores + seed.key, underscores + seed.camel);
            }
            // A run of underscores in the middle goes, and takes a letter along.
            if (begins_a_word(seed.key) && !seed.key.empty()) {
                expect("k" + std::string(before + 1, '_') + seed.key, "k" + seed.camel);
            }
        });
    }
    for (std::size_t run = 1; run != 300; ++run) {
        expect("k" + std::string(run, '_') + "abc_d", "kAbcD");
        expect(std::string(run, '_'), std::string(run, '_'));
    }
}

TEST_P(Camel, UpperCasesOnlyTheLettersFromAToZ) {
    for (unsigned byte = 0; byte != 256; ++byte) {
        if (byte == '_') {
            continue;
        }
        const char plain = static_cast<char>(byte);
        const char upper = byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 'a' + 'A') : plain;
        for (std::size_t before = 1; before != 70; ++before) {
            const std::string x(before, 'x');
            expect(x + "_" + plain, x + upper);
            expect(x + "_" + plain + plain, x + upper + plain);
        }
    }
}

TEST_P(Camel, DoesNotLookAtWhatStandsAround) {
    for (const CamelCase& seed : camel_cases()) {
        for (const char foreign : {'_', 'a', '\xC3'}) {
            at_every_alignment(seed.key, foreign, [&](std::span<const std::uint8_t> place) {
                std::uint8_t room[256];
                const std::size_t size = table().camel_key(place.data(), place.size(), room);
                ASSERT_EQ(std::string(room, room + size), seed.camel);
            });
        }
    }
}

}  // namespace
}  // namespace rowcast::kernels
