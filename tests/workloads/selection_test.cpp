// The catalogue's selections ask for what its schemas declare.

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "workloads/catalogue.hpp"

namespace rowcast::workloads {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> tokens(std::string_view selection) {
    std::vector<std::string> result;
    for (std::size_t at = 0; at < selection.size();) {
        std::size_t end = at;
        while (end < selection.size() &&
               (std::isalnum(static_cast<unsigned char>(selection[end])) != 0 ||
                selection[end] == '_')) {
            ++end;
        }
        if (end > at) {
            result.emplace_back(selection.substr(at, end - at));
            at = end;
        } else {
            if (std::isspace(static_cast<unsigned char>(selection[at])) == 0) {
                result.emplace_back(1, selection[at]);
            }
            ++at;
        }
    }
    return result;
}

// The match of rule 7 for the names used here: case and underscores aside.
bool same_field(std::string_view left, std::string_view right) {
    const auto plain = [](std::string_view name) {
        std::string letters;
        for (const char letter : name) {
            if (letter != '_') {
                letters.push_back(
                    static_cast<char>(std::tolower(static_cast<unsigned char>(letter))));
            }
        }
        return letters;
    };
    return plain(left) == plain(right);
}

struct Walk {
    const Json& types;
    std::vector<std::string> tokens;
    std::size_t at = 0;
    std::size_t aliases = 0;
    std::size_t leaves = 0;
    std::size_t nested_sets = 0;
    bool another_order = false;

    // Reads `{ ... }`, whose fields belong to `type_name`.
    void selection_set(const std::string& type_name) {
        const Json& fields = types.at(type_name).at("fields");
        ASSERT_EQ(tokens.at(at++), "{");
        std::size_t previous_place = 0;
        while (tokens.at(at) != "}") {
            std::string name = tokens.at(at++);
            if (tokens.at(at) == ":") {
                ++aliases;
                name = tokens.at(at + 1);
                at += 2;
            }
            std::size_t place = 0;
            auto field = fields.begin();
            while (field != fields.end() && !same_field(field.key(), name)) {
                ++field;
                ++place;
            }
            ASSERT_NE(field, fields.end()) << type_name << " has no " << name;
            another_order = another_order || place < previous_place;
            previous_place = place;
            if (tokens.at(at) == "{") {
                EXPECT_TRUE(field->at("is_nested_object").get<bool>()) << name;
                ++nested_sets;
                selection_set(field->at("type_name").get<std::string>());
            } else {
                EXPECT_FALSE(field->at("is_nested_object").get<bool>()) << name;
                ++leaves;
            }
        }
        ++at;
    }
};

TEST(Selections, TakeAThirdOfTheDeclaredFieldsInAnotherOrderWithTwoAliases) {
    for (const Workload& workload : catalogue()) {
        SCOPED_TRACE(workload.name);
        const Json types = Json::parse(workload.schema).at("types");
        std::size_t declared = 0;
        for (const Json& type : types) {
            declared += static_cast<std::size_t>(std::ranges::count_if(
                type.at("fields"),
                [](const Json& field) { return !field.at("is_nested_object").get<bool>(); }));
        }

        Walk walk{types, tokens(workload.select)};
        walk.selection_set(workload.type);
        ASSERT_EQ(walk.at, walk.tokens.size());
        EXPECT_EQ(walk.aliases, 2U);
        EXPECT_TRUE(walk.another_order);
        EXPECT_EQ(walk.nested_sets > 0, types.size() > 1);
        // Two aliases and an order need two fields, however few there are.
        const double share = static_cast<double>(walk.leaves) / static_cast<double>(declared);
        EXPECT_GE(share, 0.25);
        EXPECT_TRUE(share <= 0.4 || walk.leaves == 2) << share;
    }
}

}  // namespace
}  // namespace rowcast::workloads
