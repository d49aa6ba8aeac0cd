#include "harness/measure/environment.hpp"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <map>
#include <string_view>

#include <gtest/gtest.h>

#include "harness/measure/affinity.hpp"

namespace rowcast::measure {
namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> as_map(const Facts& facts) {
    return {facts.begin(), facts.end()};
}

bool is_hexadecimal(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> choices) {
    return std::find(choices.begin(), choices.end(), text) != choices.end();
}

// A machine made of files.
class FakeMachine {
  public:
    FakeMachine() {
        std::string pattern = (fs::temp_directory_path() / "rowcast-machine-XXXXXX").string();
        root_ = mkdtemp(pattern.data());
    }
    ~FakeMachine() { fs::remove_all(root_); }
    FakeMachine(const FakeMachine&) = delete;
    FakeMachine& operator=(const FakeMachine&) = delete;

    void write(const std::string& path, const std::string& text) const {
        fs::create_directories((root_ / path).parent_path());
        std::ofstream(root_ / path) << text;
    }
    [[nodiscard]] const fs::path& root() const { return root_; }

  private:
    fs::path root_;
};

TEST(MachineFacts, AreReadFromTheKernelsFiles) {
    const FakeMachine machine;
    machine.write("proc/cpuinfo",
                  "processor\t: 0\nmodel name\t: Some CPU @ 3 GHz\nflags\t\t: sse2 avx2\n");
    machine.write("proc/sys/kernel/randomize_va_space", "2\n");
    machine.write("proc/loadavg", "0.10 0.20 0.30 1/100 4242\n");
    machine.write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
    machine.write("sys/devices/system/cpu/smt/active", "1\n");
    machine.write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    auto facts = as_map(machine_facts(machine.root()));
    EXPECT_EQ(facts["cpu_model"], "Some CPU @ 3 GHz");
    EXPECT_EQ(facts["cpu_features"], "sse2 avx2");
    EXPECT_EQ(facts["load_average"], "0.10 0.20 0.30");
    EXPECT_EQ(facts["governor"], "performance");
    EXPECT_EQ(facts["smt"], "on");
    EXPECT_EQ(facts["transparent_hugepages"], "madvise");
    EXPECT_TRUE(facts["aslr"] == "full" || facts["aslr"] == "off (personality)");
}

TEST(MachineFacts, AreUnknownWhereTheKernelDoesNotSay) {
    const FakeMachine machine;
    auto facts = as_map(machine_facts(machine.root()));
    for (const char* key : {"cpu_model", "cpu_features", "governor", "smt", "transparent_hugepages",
                            "load_average"}) {
        EXPECT_EQ(facts[key], "unknown") << key;
    }
}

TEST(MachineFacts, AreNeverEmpty) {
    for (const auto& [key, value] : machine_facts()) {
        EXPECT_FALSE(value.empty()) << key;
    }
}

TEST(BuildFacts, NameCompilerFlagsAndCommit) {
    auto facts = as_map(build_facts());
    for (const char* key :
         {"compiler", "compiler_flags", "build_type", "lto", "build_id", "commit", "dirty"}) {
        EXPECT_TRUE(facts.contains(key)) << key;
    }
    EXPECT_NE(facts["compiler_flags"].find("-Wconversion"), std::string::npos)
        << facts["compiler_flags"];
    EXPECT_TRUE(facts["commit"] == "unknown" ||
                (facts["commit"].size() >= 40 && is_hexadecimal(facts["commit"])));
    EXPECT_TRUE(is_one_of(facts["dirty"], {"unknown", "true", "false"}));
    EXPECT_TRUE(is_one_of(facts["lto"], {"on", "off", "in part"}));
}

TEST(BuildFacts, HoldNoAbsolutePath) {
    auto facts = as_map(build_facts());
    const std::string flags = " " + facts["compiler_flags"];
    EXPECT_EQ(flags.find(" /"), std::string::npos) << flags;
    EXPECT_EQ(flags.find("=/"), std::string::npos) << flags;
}

TEST(BuildId, IsHexadecimal) {
    const std::string id = elf_build_id();
    EXPECT_TRUE(id == "unknown" || (id.size() % 2 == 0 && is_hexadecimal(id))) << id;
}

TEST(CpuList, IsWrittenAsTheKernelDoes) {
    EXPECT_EQ(format_cpu_list({0}), "0");
    EXPECT_EQ(format_cpu_list({0, 1, 2, 3, 8}), "0-3,8");
    EXPECT_EQ(format_cpu_list({1, 3, 5}), "1,3,5");
    EXPECT_EQ(format_cpu_list({}), "unknown");
}

TEST(Pinning, ConfinesTheThreadAndIsRefusedForNoProcessor) {
    const auto before = allowed_cpus();
    ASSERT_FALSE(before.empty());
    ASSERT_EQ(pin_to_cpu(before.back()), std::nullopt);
    EXPECT_EQ(allowed_cpus(), std::vector<int>{before.back()});
    EXPECT_NE(pin_to_cpu(-1), std::nullopt);
    EXPECT_NE(pin_to_cpu(1'000'000), std::nullopt);
}

TEST(CacheEvictor, CoversTheLastLevelTwice) {
    CacheEvictor evictor;
    EXPECT_GE(evictor.bytes(), std::size_t{64} << 20u);
    evictor.evict();
    CacheEvictor small(1'000);
    small.evict();
    EXPECT_EQ(small.bytes(), 1'000u);
}

}  // namespace
}  // namespace rowcast::measure
