#include <string>

#include "pipeline/registry.hpp"
#include "reference/peers.hpp"
#include "tests/reference/peer_test.hpp"

// Peers that answer no plan: floors and roofs.

namespace rowcast::reference {
namespace {

class PeerRoofTest : public PeerTest {};
INSTANTIATE_TEST_SUITE_P(, PeerRoofTest, testing::ValuesIn(peers_that_answer(false)),
                         peer_test_name);

TEST(PeerRoofs, AreThoseThatTransformNothing) {
    for (const char* name : {"peer-nlohmann-roundtrip", "peer-memcpy"}) {
        EXPECT_FALSE(find_implementation(name)->answers(*peer_plan({}))) << name;
    }
#if ROWCAST_HAVE_SIMDJSON
    EXPECT_FALSE(peer_minify().answers(*peer_plan({})));
#endif
}

TEST_P(PeerRoofTest, ReadsNothingBeyondARow) {
    for (const std::string& row : rows_for_guard_pages()) {
        expect_same_at_guard_pages(*peer_plan({}), row);
    }
}

// All give back what has no whitespace between its tokens.
TEST_P(PeerRoofTest, GivesBackCompactRows) {
    std::string row = "[";
    for (int i = 0; i != 100; ++i) {
        row += R"({"a_b":" \" [ ","c":)" + std::to_string(i) + "},";
    }
    row.back() = ']';
    EXPECT_EQ(run(RootOptions{}, {row, "1"}), "[" + row + ",1]");
}

#if ROWCAST_HAVE_SIMDJSON

TEST(PeerMinify, DropsWhitespaceBetweenTokens) {
    if (peer_minify().unsupported_reason() != nullptr) {
        GTEST_SKIP() << peer_minify().unsupported_reason();
    }
    Request request(peer_minify());
    const std::string text = "{ \"a b\" :\t[ 1 ,\r\n 2 ] }";
    const kernels::Row row{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    ASSERT_TRUE(request.run(*peer_plan({}), {&row, 1}));
    EXPECT_EQ(request.response(), "[{\"a b\":[1,2]}]");
    const kernels::Row cut{row.data, 4};
    EXPECT_FALSE(request.run(*peer_plan({}), {&cut, 1}));
}

#endif

}  // namespace
}  // namespace rowcast::reference
