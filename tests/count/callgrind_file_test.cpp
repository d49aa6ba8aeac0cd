#include "harness/count/callgrind_file.hpp"

#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>

namespace rowcast::count {
namespace {

// As valgrind 3.19 writes it, shortened.
constexpr const char* kDump =
    "# callgrind format\nversion: 1\ncreator: callgrind-3.19.0\npid: 7\n"
    "cmd:  rowcast_requests avx2 tiny\npart: 2\n\n"
    "desc: I1 cache: \ndesc: Timerange: Basic block 12 - 34\n"
    "desc: Trigger: Client Request: one request\n\n"
    "positions: line\nevents: Ir Dr Dw I1mr\nsummary: 2029 404 297\n\n"
    "fl=(1) ???\nfn=(1) main\n0 2029 404 297\n\ntotals: 2039 405 303\n";

TEST(CallgrindFile, ReadsWhatADumpCountedAndWhatAskedForIt) {
    const CallgrindTotals totals = parse_callgrind(kDump);
    EXPECT_EQ(totals.trigger, "one request");
    EXPECT_EQ(totals.events, (std::map<std::string, std::uint64_t>{
                                 {"Ir", 2029}, {"Dr", 404}, {"Dw", 297}, {"I1mr", 0}}));
}

TEST(CallgrindFile, RefusesWhatIsNotOne) {
    for (const char* text : {"", "events: Ir\n", "summary: 5\n", "events: Ir\nsummary: 1 2\n",
                             "events: Ir\nsummary: many\n", "events: Ir\nsummary: -1\n"}) {
        EXPECT_THROW(static_cast<void>(parse_callgrind(text)), std::runtime_error) << text;
    }
}

TEST(CallgrindFile, ReadsTheDumpsOfAFolderByWhatAskedForThem) {
    const std::filesystem::path folder =
        std::filesystem::path(testing::TempDir()) / "rowcast_callgrind_file_test";
    std::filesystem::create_directory(folder);
    std::ofstream(folder / "out.1") << kDump;
    std::ofstream(folder / "out") << "events: Ir\nsummary: 0\n";
    std::ofstream(folder / "log") << "not one";
    const auto dumps = read_callgrind(folder);
    EXPECT_EQ(dumps.size(), 1);
    EXPECT_TRUE(dumps.contains("one request"));
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace rowcast::count
