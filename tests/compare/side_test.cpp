#include "harness/compare/side.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "harness/compare/library.hpp"

namespace rowcast::compare {
namespace {

std::shared_ptr<settings::Setting> small(settings::Scenario scenario) {
    static settings::SettingCache cache;
    settings::SettingKey key = settings::catalogue_setting(*workloads::find("small"),
                                                           workloads::Layout::kCompact, scenario);
    key.documents = 2;
    return cache.get(key);
}

TEST(SideSpec, ReadsImplementationsAndBuilds) {
    EXPECT_EQ(SideSpec::parse("scalar"), (SideSpec{"", "scalar"}));
    EXPECT_EQ(SideSpec::parse("./lib.so"), (SideSpec{"./lib.so", "auto"}));
    EXPECT_EQ(SideSpec::parse("a/lib.so:avx2"), (SideSpec{"a/lib.so", "avx2"}));
    EXPECT_EQ(SideSpec::parse("a:b/lib.so"), (SideSpec{"a:b/lib.so", "auto"}));
    EXPECT_EQ(SideSpec::parse("a/lib.so:avx2").name(), "a/lib.so:avx2");
}

TEST(Side, OfThisProgramAndOfALibraryGiveTheReferencesAnswer) {
    for (const auto scenario : settings::kScenarios) {
        const auto setting = small(scenario);
        const auto own = make_side({"", "scalar"}, *setting);
        const auto library = make_side({ROWCAST_LIBRARY, "scalar"}, *setting);
        EXPECT_EQ(library->implementation(), "scalar");
        for (std::size_t document : {0u, 1u}) {
            ASSERT_TRUE(own->run(document));
            ASSERT_TRUE(library->run(document)) << library->error();
            EXPECT_EQ(own->response(), setting->expected(document));
            EXPECT_EQ(library->response(), setting->expected(document));
        }
    }
}

TEST(Side, NamesWhatItCannotBe) {
    const auto setting = small(settings::Scenario::kAll);
    const auto message_of = [&](const SideSpec& spec) -> std::string {
        try {
            (void)make_side(spec, *setting);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_NE(message_of({"", "mmx"}).find("no implementation is called 'mmx'"), std::string::npos);
    EXPECT_EQ(message_of({ROWCAST_LIBRARY, "mmx"}).find(ROWCAST_LIBRARY), 0u);
    EXPECT_EQ(message_of({"/nowhere/lib.so", "auto"}),
              "/nowhere/lib.so: No such file or directory");
    EXPECT_EQ(message_of({"/", "auto"}), "/: not a file");
}

TEST(Library, IsNotAnyFile) {
    const auto path = std::filesystem::temp_directory_path() / "rowcast_side_test.so";
    std::ofstream(path) << "no library";
    EXPECT_THROW(Library(path.string()), std::runtime_error);
    std::filesystem::remove(path);
}

TEST(Library, LoadedTwiceIsTwoLibraries) {
    const Library first(ROWCAST_LIBRARY);
    const Library second(ROWCAST_LIBRARY);
    EXPECT_NE(first.functions().request_run, second.functions().request_run);
}

}  // namespace
}  // namespace rowcast::compare
