#include "workloads/catalogue.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rowcast::workloads {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kManyRows = 200;  // enough to look at, of the workloads of thousands

std::size_t some_rows(const Workload& workload) {
    return std::min(workload.default_rows, kManyRows);
}

std::vector<std::string> catalogue_names() {
    std::vector<std::string> names;
    for (const Workload& workload : catalogue()) {
        names.push_back(workload.name);
    }
    return names;
}

// Every test of this suite runs for every workload there is.
class EveryWorkload : public testing::TestWithParam<std::string> {
  protected:
    const Workload& workload() const { return *find(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Catalogue, EveryWorkload, testing::ValuesIn(catalogue_names()),
                         [](const auto& test) {
                             std::string name = test.param;
                             std::ranges::replace(name, '-', '_');
                             return name;
                         });

TEST(Catalogue, HoldsWhatTheSuitePromises) {
    for (const auto& [name, rows, documents] :
         std::initializer_list<std::tuple<std::string_view, std::size_t, std::size_t>>{
             {"tiny", 1, 256},
             {"small", 10, 256},
             {"medium", 100, 32},
             {"large", 10'000, 2},
             {"nested", 1, 16},
             {"wide", 10'000, 2},
             {"text", 100, 16},
             {"text-ascii", 100, 16}}) {
        const Workload* const workload = find(name);
        ASSERT_NE(workload, nullptr) << name;
        EXPECT_EQ(workload->default_rows, rows) << name;
        EXPECT_EQ(workload->documents, documents) << name;
    }
    EXPECT_EQ(find("unheard-of"), nullptr);
    const auto names = catalogue_names();
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
}

TEST(Catalogue, SizesAreWithinFifteenPercentForEverySeed) {
    for (const auto& [name, bytes, seeds] :
         std::initializer_list<std::tuple<std::string_view, double, std::uint64_t>>{
             {"small", 1'000, 256},
             {"medium", 50'000, 32},
             {"large", 5'000'000, 3},
             {"nested", 100'000, 16},
             {"wide", 16'000'000, 3}}) {
        const Workload* const workload = find(name);
        ASSERT_NE(workload, nullptr) << name;
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
            const auto document =
                workload->generate(Layout::kCompact, seed, workload->default_rows);
            EXPECT_NEAR(static_cast<double>(document.row_bytes()), bytes, 0.15 * bytes)
                << name << ", seed " << seed;
        }
    }
}

TEST(Catalogue, RowsHaveTheColumnsTheSuitePromises) {
    for (const auto& [name, columns] :
         std::initializer_list<std::pair<std::string_view, std::size_t>>{
             {"tiny", 3}, {"small", 5}, {"medium", 20}, {"large", 50}, {"wide", 50}}) {
        const auto document = find(name)->generate(Layout::kCompact, 1, 1);
        EXPECT_EQ(Json::parse(document.rows.at(0)).size(), columns) << name;
    }
    const auto document = find("nested")->generate(Layout::kCompact, 1, 1);
    const Json posts = Json::parse(document.rows.at(0)).at("user_posts");
    EXPECT_EQ(posts.size(), 50U);
    for (const Json& post : posts) {
        EXPECT_EQ(post.at("post_comments").size(), 10U);
    }
}

TEST(KnownDocuments, AreThoseOfTheCatalogue) {
    std::vector<KnownDocument> now;
    for (const Workload& workload : catalogue()) {
        for (const Layout layout : kLayouts) {
            const auto document = workload.generate(layout, 1, workload.default_rows);
            now.push_back(
                {workload.name, layout, document.text.size(), content_hash(document.text)});
        }
    }
    const auto known = known_documents();
    EXPECT_TRUE(std::ranges::equal(now, known))
        << "The generators no longer make the bytes that workloads/hashes.inc knows. If that is "
           "meant (results of before cannot be compared with results of now), refresh it:\n"
           "    build/release/bin/rowcast_workload_dump hashes > workloads/hashes.inc\n"
           "and build again.";
    for (const KnownDocument& document : now) {
        const auto* const expected = known_document(document.workload, document.layout);
        EXPECT_TRUE(expected != nullptr && *expected == document)
            << document.workload << ", " << layout_name(document.layout) << ": " << document.bytes
            << " bytes now, " << (expected == nullptr ? 0 : expected->bytes) << " known";
    }
}

TEST_P(EveryWorkload, HasAllItsFacts) {
    EXPECT_FALSE(workload().description.empty());
    EXPECT_FALSE(workload().field.empty());
    EXPECT_FALSE(workload().type.empty());
    EXPECT_FALSE(workload().select.empty());
    EXPECT_GT(workload().default_rows, 0U);
    EXPECT_GT(workload().documents, 0U);
    EXPECT_EQ(&workload(), find(workload().name));
}

TEST_P(EveryWorkload, CountsRowsAndEndsEachWithANewline) {
    for (const Layout layout : kLayouts) {
        for (const std::size_t count : {std::size_t{0}, std::size_t{1}, some_rows(workload())}) {
            const auto document = workload().generate(layout, 1, count);
            EXPECT_EQ(document.rows.size(), count);
            EXPECT_EQ(document.text.size(), document.row_bytes() + count);
            std::string joined;
            for (const auto row : document.rows) {
                joined.append(row).push_back('\n');
            }
            EXPECT_EQ(document.text, joined);
        }
    }
}

TEST_P(EveryWorkload, IsTheSameForASeedAndDifferentForAnother) {
    std::set<std::uint64_t> hashes;
    constexpr std::uint64_t kSeeds = 20;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        const auto document = workload().generate(Layout::kCompact, seed, 1);
        EXPECT_EQ(document.text, workload().generate(Layout::kCompact, seed, 1).text);
        hashes.insert(content_hash(document.text));
    }
    EXPECT_EQ(hashes.size(), kSeeds);
}

TEST_P(EveryWorkload, FewerRowsAreAPrefixOfMore) {
    const auto more = workload().generate(Layout::kJsonb, 7, 4);
    const auto fewer = workload().generate(Layout::kJsonb, 7, 2);
    EXPECT_TRUE(more.text.starts_with(fewer.text));
}

TEST_P(EveryWorkload, BothLayoutsAreJsonOfTheSameValues) {
    const auto compact = workload().generate(Layout::kCompact, 3, some_rows(workload()));
    const auto jsonb = workload().generate(Layout::kJsonb, 3, some_rows(workload()));
    ASSERT_EQ(compact.rows.size(), jsonb.rows.size());
    for (std::size_t row = 0; row < compact.rows.size(); ++row) {
        // Without an order of members: nlohmann::json sorts them.
        EXPECT_EQ(nlohmann::json::parse(compact.rows[row]), nlohmann::json::parse(jsonb.rows[row]));
    }
}

void expect_jsonb_order(const Json& value) {
    std::string_view previous;
    bool first = true;
    for (const auto& item : value.items()) {
        if (value.is_object()) {
            const std::string& key = item.key();
            EXPECT_TRUE(first || previous.size() < key.size() ||
                        (previous.size() == key.size() && previous < key))
                << previous << " before " << key;
            previous = key;
            first = false;
        }
        if (item.value().is_structured()) {
            expect_jsonb_order(item.value());
        }
    }
}

TEST_P(EveryWorkload, JsonbOrdersMembersByLengthThenBytes) {
    const auto document = workload().generate(Layout::kJsonb, 1, some_rows(workload()));
    for (const auto row : document.rows) {
        expect_jsonb_order(Json::parse(row));
    }
}

// A column that is null in one row and not in another: a branch predictor cannot learn the row.
TEST_P(EveryWorkload, SomeColumnsChangeTheirTokenType) {
    std::map<std::string, std::set<Json::value_t>> types;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const auto document = workload().generate(Layout::kCompact, seed, 1);
        const Json row = Json::parse(document.rows.at(0));
        for (const auto& item : row.items()) {
            types[item.key()].insert(item.value().type());
        }
    }
    EXPECT_TRUE(std::ranges::any_of(types, [](const auto& seen) {
        return seen.second.contains(Json::value_t::null) && seen.second.size() > 1;
    }));
}

void expect_declared(const Json& types, const std::string& type_name, const Json& value) {
    if (value.is_null()) {
        return;
    }
    if (value.is_array()) {
        for (const Json& element : value) {
            expect_declared(types, type_name, element);
        }
        return;
    }
    ASSERT_TRUE(value.is_object());
    const Json& fields = types.at(type_name).at("fields");
    EXPECT_EQ(value.size(), fields.size()) << type_name;
    for (const auto& item : value.items()) {
        ASSERT_TRUE(fields.contains(item.key())) << type_name << '.' << item.key();
        const Json& field = fields.at(item.key());
        if (!item.value().is_null()) {
            EXPECT_EQ(item.value().is_array(), field.at("is_list").get<bool>()) << item.key();
        }
        if (field.at("is_nested_object").get<bool>()) {
            expect_declared(types, field.at("type_name").get<std::string>(), item.value());
        }
    }
}

TEST_P(EveryWorkload, SchemaDeclaresEveryColumn) {
    const Json schema = Json::parse(workload().schema);
    EXPECT_EQ(schema.at("version"), "1.0");
    const auto document = workload().generate(Layout::kCompact, 1, some_rows(workload()));
    for (const auto row : document.rows) {
        expect_declared(schema.at("types"), workload().type, Json::parse(row));
    }
}

TEST(Schemas, KeepAJsonScalarAsOne) {
    for (const std::string_view name : {"nested", "medium", "wide"}) {
        const Json types = Json::parse(find(name)->schema).at("types");
        bool found = false;
        for (const Json& type : types) {
            for (const Json& field : type.at("fields")) {
                found = found || (field.at("type_name") == "JSON" &&
                                  !field.at("is_nested_object").get<bool>());
            }
        }
        EXPECT_TRUE(found) << name;
    }
}

TEST(Text, IsThirtyPercentNonAsciiWithEscapes) {
    for (std::uint64_t seed = 1; seed <= 16; ++seed) {
        const auto document = find("text")->generate(Layout::kCompact, seed, 100);
        const auto non_ascii = std::ranges::count_if(
            document.text, [](char byte) { return static_cast<unsigned char>(byte) >= 0x80; });
        const double share =
            static_cast<double>(non_ascii) / static_cast<double>(document.text.size());
        EXPECT_NEAR(share, 0.30, 0.03) << "seed " << seed;
        for (const std::string_view escape : {"\\\"", "\\\\", "\\n", "\\r", "\\t", "\\u001b"}) {
            EXPECT_NE(document.text.find(escape), std::string::npos) << escape;
        }
    }
}

void expect_same_shape(const Json& text, const Json& ascii) {
    ASSERT_EQ(text.type(), ascii.type());
    if (text.is_string()) {
        EXPECT_EQ(text.get_ref<const std::string&>().size(),
                  ascii.get_ref<const std::string&>().size());
    } else if (text.is_structured()) {
        ASSERT_EQ(text.size(), ascii.size());
        for (auto left = text.begin(), right = ascii.begin(); left != text.end(); ++left, ++right) {
            if (text.is_object()) {
                EXPECT_EQ(left.key(), right.key());
            }
            expect_same_shape(*left, *right);
        }
    } else {
        EXPECT_EQ(text, ascii);
    }
}

TEST(Text, HasAnAsciiTwinOfTheSameShapeAndByteCounts) {
    for (const Layout layout : kLayouts) {
        const auto text = find("text")->generate(layout, 5, 50);
        const auto ascii = find("text-ascii")->generate(layout, 5, 50);
        ASSERT_EQ(text.rows.size(), ascii.rows.size());
        EXPECT_TRUE(std::ranges::none_of(
            ascii.text, [](char byte) { return static_cast<unsigned char>(byte) >= 0x80; }));
        for (std::size_t row = 0; row < text.rows.size(); ++row) {
            EXPECT_EQ(text.rows[row].size(), ascii.rows[row].size());
            expect_same_shape(Json::parse(text.rows[row]), Json::parse(ascii.rows[row]));
        }
    }
}

}  // namespace
}  // namespace rowcast::workloads
