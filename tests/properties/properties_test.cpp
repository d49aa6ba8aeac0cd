// What must hold for every request, checked on drawn ones.
//
//     ROWCAST_PROPERTY_SEED    another seed than the fixed one
//     ROWCAST_PROPERTY_CASES   how many cases each property draws

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <memory_resource>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/cases/command_line.hpp"
#include "harness/cases/compare.hpp"
#include "harness/cases/run_case.hpp"
#include "harness/equivalence/equivalence.hpp"
#include "harness/equivalence/generate.hpp"
#include "harness/equivalence/model.hpp"
#include "harness/equivalence/property.hpp"
#include "pipeline/request.hpp"
#include "pipeline/text.hpp"
#include "reference/nlohmann.hpp"
#include "tests/support/implementation_test.hpp"

namespace rowcast::equivalence {
namespace {

std::uint64_t environment_number(const char* name, std::uint64_t otherwise) {
    const char* const value = std::getenv(name);
    return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

constexpr std::size_t kDefaultCases = ROWCAST_DEFAULT_PROPERTY_CASES;

class Property : public test::ImplementationTest {
  protected:
    // Draws cases and reports the smallest one for which `check` has something to say. A property
    // that does a lot for one case takes a part of the cases only.
    void expect_for_all(const GenerateOptions& kind, const CheckCase& check,
                        std::size_t part = 1) const {
        expect_for_all(
            [&](Random& random, std::size_t size) { return generate_case(random, size, kind); },
            check, part);
    }

    void expect_for_all(const DrawCase& draw, const CheckCase& check, std::size_t part = 1) const {
        PropertyOptions options;
        options.seed = environment_number("ROWCAST_PROPERTY_SEED", 20240229);
        options.cases = environment_number("ROWCAST_PROPERTY_CASES", kDefaultCases) / part;
        const PropertyResult result = check_property(options, draw, check);
        if (result.counter_example) {
            ADD_FAILURE() << "ROWCAST_PROPERTY_SEED=" << options.seed << ", after "
                          << result.cases_run << " cases, made smaller from "
                          << result.first_failure_bytes << " bytes of rows:\n"
                          << result.difference
                          << cases::command_line(render(*result.counter_example),
                                                 implementation().name());
        }
    }
};

constexpr GenerateOptions kValid = {.damage = false};
constexpr GenerateOptions kDamaged = {.damage = true};

class EqualsTheReference : public Property {};
ROWCAST_FOR_EACH_IMPLEMENTATION(EqualsTheReference);

TEST_P(EqualsTheReference, OnDamagedAndUndamagedRows) {
    expect_for_all(kDamaged, [&](const CaseModel& model) {
        return compare(implementation(), reference::nlohmann(), render(model));
    });
}

TEST_P(EqualsTheReference, OnValidRows) {
    expect_for_all(kValid, [&](const CaseModel& model) {
        return compare(implementation(), reference::nlohmann(), render(model));
    });
}

TEST_P(EqualsTheReference, WhereverARowIsTruncated) {
    const auto check = [&](const CaseModel& model) -> std::optional<std::string> {
        cases::TransformCase transform = render(model);
        if (transform.rows.empty()) {
            return std::nullopt;
        }
        const std::string whole = transform.rows.back();
        for (std::size_t size = 0; size < std::min<std::size_t>(whole.size(), 300); ++size) {
            transform.rows.back() = whole.substr(0, size);
            if (auto difference = compare(implementation(), reference::nlohmann(), transform)) {
                return "truncated to " + std::to_string(size) + " bytes\n" + *difference;
            }
        }
        return std::nullopt;
    };
    expect_for_all(kValid, check, 20);
}

TEST_P(EqualsTheReference, WhicheverByteIsChanged) {
    const auto check = [&](const CaseModel& model) -> std::optional<std::string> {
        cases::TransformCase transform = render(model);
        if (transform.rows.empty()) {
            return std::nullopt;
        }
        std::string& row = transform.rows.front();
        for (std::size_t at = 0; at < std::min<std::size_t>(row.size(), 300); ++at) {
            const char original = row[at];
            for (const unsigned change : {0x01U, 0x02U, 0x20U, 0x40U, 0x80U, 0xFFU}) {
                row[at] = static_cast<char>(static_cast<unsigned char>(original) ^ change);
                if (auto difference = compare(implementation(), reference::nlohmann(), transform)) {
                    return "byte " + std::to_string(at) + " changed\n" + *difference;
                }
            }
            row[at] = original;
        }
        return std::nullopt;
    };
    expect_for_all(kValid, check, 40);
}

class Output : public Property {};
ROWCAST_FOR_EACH_IMPLEMENTATION(Output);

TEST_P(Output, IsValidJson) {
    expect_for_all(kDamaged, [&](const CaseModel& model) -> std::optional<std::string> {
        const cases::Outcome outcome = cases::run(implementation(), render(model));
        if (outcome.kind == cases::Outcome::Kind::kMisuse ||
            (outcome.kind == cases::Outcome::Kind::kResponse &&
             !nlohmann::json::accept(outcome.bytes) &&
             // nlohmann refuses numbers that overflow a double.
             outcome.bytes.find_first_of("eE") == std::string::npos)) {
            return cases::describe(outcome) + "\n";
        }
        return std::nullopt;
    });
}

TEST_P(Output, DoesNotDependOnWhitespace) {
    expect_for_all(kValid, [&](const CaseModel& model) -> std::optional<std::string> {
        CaseModel compact = model;
        for (RowModel& row : compact.rows) {
            row.layout = Layout::kCompact;
        }
        const cases::Outcome spaced = cases::run(implementation(), render(model));
        const cases::Outcome dense = cases::run(implementation(), render(compact));
        if (cases::same_answer(spaced, dense) ||
            (spaced.kind == cases::Outcome::Kind::kRowError && spaced.kind == dense.kind &&
             spaced.code == dense.code && spaced.row == dense.row)) {
            return std::nullopt;
        }
        return cases::describe_difference("spaced", spaced, "compact", dense);
    });
}

TEST_P(Output, IsTheSameWhenTransformedOnceMoreWithoutAType) {
    expect_for_all(kValid, [&](const CaseModel& model) -> std::optional<std::string> {
        cases::TransformCase once = render(model);
        once.single = true;
        once.wrap = false;
        cases::TransformCase plain;
        plain.single = true;
        plain.wrap = false;
        plain.keys = once.keys;
        plain.max_depth = once.max_depth;
        // JSON scalars keep their keys the first time and would lose them the second.
        once.schema.reset();
        const cases::Outcome first = cases::run(implementation(), once);
        if (first.kind != cases::Outcome::Kind::kResponse || once.select || once.field_paths ||
            once.field_selections) {
            return std::nullopt;
        }
        plain.rows = {first.bytes};
        const cases::Outcome second = cases::run(implementation(), plain);
        if (cases::same_answer(first, second)) {
            return std::nullopt;
        }
        return cases::describe_difference("once", first, "twice", second);
    });
}

// An object with many plainly named members, some of them objects, for selections made from it.
Value draw_selectable(Random& random, std::size_t depth) {
    Value value;
    value.kind = Value::Kind::kObject;
    const std::size_t count = 1 + random.below(random.chance(90) ? 6 : 150);
    for (std::size_t i = 0; i != count; ++i) {
        // The number makes the name unique, whatever becomes of the underscores in it.
        const std::string key =
            (i % 5 == 0 ? "_f" : "f") + std::to_string(i) + "_some_name" + (i % 3 == 0 ? "_" : "");
        value.keys.push_back(spell_key(random, key));
        if (depth != 0 && random.chance(20)) {
            value.children.push_back(draw_selectable(random, depth - 1));
        } else {
            value.children.emplace_back().token = generate_scalar_token(random, false);
        }
    }
    return value;
}

CaseModel draw_selectable_case(Random& random) {
    CaseModel model;
    if (random.chance(50)) {
        model.options.type = "User";
    }
    model.options.keys = random.chance(30) ? KeyStyle::kRaw : KeyStyle::kCamel;
    RowModel& row = model.rows.emplace_back();
    row.value = draw_selectable(random, 3);
    row.layout = static_cast<Layout>(random.below(3));
    row.layout_seed = random.next();
    return model;
}

bool is_graphql_name(const std::string& name) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    return !name.empty() && kLetters.find(name[0]) != std::string_view::npos &&
           name.find_first_not_of(std::string(kLetters) + "0123456789") == std::string::npos;
}

// All members of the object, each with a sub-selection if it is an object itself; nothing if their
// names are no GraphQL names with distinct camelCase forms. That holds for every smaller case too,
// so the selection is made anew from each.
std::optional<std::vector<SelectedFieldModel>> select_all(const Value& object, bool with_aliases) {
    std::vector<SelectedFieldModel> fields;
    std::set<std::string> names;
    std::pmr::monotonic_buffer_resource memory;
    for (std::size_t i = 0; i != object.keys.size(); ++i) {
        SelectedFieldModel field;
        field.name = nlohmann::json::parse(object.keys[i]).get<std::string>();
        const std::string_view camel = camel_case(field.name, &memory);
        if (!is_graphql_name(field.name) || camel == "__typename" ||
            !names.insert(std::string(camel)).second) {
            return std::nullopt;
        }
        if (with_aliases && i % 2 == 0) {
            field.alias = "alias_" + std::to_string(i);
        }
        if (const Value& child = object.children[i]; child.kind == Value::Kind::kObject) {
            auto nested = select_all(child, with_aliases);
            if (!nested || nested->empty()) {
                return std::nullopt;
            }
            field.fields = std::move(*nested);
        }
        fields.push_back(std::move(field));
    }
    return fields;
}

std::optional<std::vector<SelectedFieldModel>> select_all(const CaseModel& model,
                                                          bool with_aliases) {
    if (model.rows.size() != 1 || model.rows[0].text ||
        model.rows[0].value.kind != Value::Kind::kObject || model.rows[0].value.keys.empty()) {
        return std::nullopt;
    }
    return select_all(model.rows[0].value, with_aliases);
}

TEST_P(Output, IsTheSameWhenAllFieldsAreSelectedInTheRowsOrder) {
    const auto draw = [](Random& random, std::size_t) { return draw_selectable_case(random); };
    const auto check = [&](const CaseModel& model) -> std::optional<std::string> {
        const auto everything = select_all(model, false);
        if (!everything) {
            return std::nullopt;
        }
        const cases::Outcome whole = cases::run(implementation(), render(model));
        for (const Notation notation :
             {Notation::kGraphql, Notation::kFieldSelections, Notation::kFieldPaths}) {
            CaseModel selecting = model;
            selecting.notation = notation;
            selecting.selection = *everything;
            const cases::Outcome selected = cases::run(implementation(), render(selecting));
            if (!cases::same_answer(selected, whole)) {
                return render_graphql(*everything) + "\n" +
                       cases::describe_difference("all selected", selected, "no selection", whole);
            }
        }
        return std::nullopt;
    };
    expect_for_all(draw, check, 4);
}

TEST_P(Output, DoesNotDependOnTheSelectionsNotation) {
    const auto draw = [](Random& random, std::size_t) { return draw_selectable_case(random); };
    const auto check = [&](const CaseModel& model) -> std::optional<std::string> {
        const auto aliased = select_all(model, true);
        if (!aliased) {
            return std::nullopt;
        }
        CaseModel graphql = model;
        graphql.notation = Notation::kGraphql;
        graphql.selection = *aliased;
        CaseModel paths = graphql;
        paths.notation = Notation::kFieldSelections;
        const cases::Outcome by_graphql = cases::run(implementation(), render(graphql));
        const cases::Outcome by_paths = cases::run(implementation(), render(paths));
        if (by_graphql.kind == cases::Outcome::Kind::kResponse &&
            cases::same_answer(by_graphql, by_paths)) {
            return std::nullopt;
        }
        return cases::describe_difference("GraphQL", by_graphql, "field selections", by_paths);
    };
    expect_for_all(draw, check, 4);
}

class RequestObject : public Property {};
ROWCAST_FOR_EACH_IMPLEMENTATION(RequestObject);

// One request object serves all cases, good and bad, and must answer as a new one would.
TEST_P(RequestObject, AnswersAsANewOneWhateverItServedBefore) {
    Request veteran(implementation());
    expect_for_all(kDamaged, [&](const CaseModel& model) -> std::optional<std::string> {
        const cases::TransformCase transform = render(model);
        const auto plan = cases::compile(transform);
        if (!plan) {
            return std::nullopt;
        }
        Request novice(implementation());
        const cases::Outcome fresh = cases::run(novice, **plan, transform.rows);
        const cases::Outcome reused = cases::run(veteran, **plan, transform.rows);
        if (cases::same_answer(fresh, reused)) {
            return std::nullopt;
        }
        return cases::describe_difference("new", fresh, "reused", reused);
    });
}

// Rows may come one at a time, from a buffer that is overwritten by the next one.
TEST_P(RequestObject, AnswersTheSameWhenRowsArePushedOneByOne) {
    Request request(implementation());
    expect_for_all(kDamaged, [&](const CaseModel& model) -> std::optional<std::string> {
        const cases::TransformCase transform = render(model);
        const auto plan = cases::compile(transform);
        if (!plan) {
            return std::nullopt;
        }
        const cases::Outcome at_once = cases::run(implementation(), transform);
        cases::Outcome pushed;
        bool good = request.begin(**plan);
        for (const std::string& row : transform.rows) {
            if (!good) {
                break;
            }
            auto block = std::make_unique<std::uint8_t[]>(row.size());
            std::copy(row.begin(), row.end(), block.get());
            good = request.row({block.get(), row.size()});
            std::fill_n(block.get(), row.size(), std::uint8_t{0xAA});
        }
        good = good && request.end();
        if (good) {
            pushed.bytes = request.response();
        } else {
            pushed.kind = cases::Outcome::Kind::kRowError;
            pushed.row = request.error().row;
            pushed.byte = request.error().byte;
            pushed.message = message(request.error().code);
        }
        if (cases::same_answer(at_once, pushed)) {
            return std::nullopt;
        }
        return cases::describe_difference("at once", at_once, "one by one", pushed);
    });
}

// The generators must give what these properties live on.
TEST(Generators, DrawValidAndInvalidRowsErrorsAndSelections) {
    std::size_t responses = 0;
    std::size_t row_errors = 0;
    std::size_t plan_errors = 0;
    std::size_t selected_something = 0;
    Random random(7);
    constexpr std::size_t kCases = 2000;
    for (std::size_t i = 0; i != kCases; ++i) {
        const CaseModel model = generate_case(random, i % 40, kDamaged);
        const cases::Outcome outcome = cases::run(reference::nlohmann(), render(model));
        responses += outcome.kind == cases::Outcome::Kind::kResponse ? 1U : 0U;
        row_errors += outcome.kind == cases::Outcome::Kind::kRowError ? 1U : 0U;
        plan_errors += outcome.kind == cases::Outcome::Kind::kPlanError ? 1U : 0U;
        if (outcome.kind == cases::Outcome::Kind::kResponse && model.notation != Notation::kNone) {
            CaseModel omitting = model;
            CaseModel nothing = model;
            omitting.options.omit_missing = true;
            nothing.options.omit_missing = true;
            nothing.notation = Notation::kFieldPaths;
            nothing.selection.clear();
            selected_something += cases::run(reference::nlohmann(), render(omitting)).bytes !=
                                          cases::run(reference::nlohmann(), render(nothing)).bytes
                                      ? 1U
                                      : 0U;
        }
    }
    RecordProperty("responses", static_cast<int>(responses));
    RecordProperty("row_errors", static_cast<int>(row_errors));
    RecordProperty("plan_errors", static_cast<int>(plan_errors));
    RecordProperty("selected_something", static_cast<int>(selected_something));
    EXPECT_GT(responses, kCases * 2 / 5);
    EXPECT_GT(row_errors, kCases / 5);
    EXPECT_LT(plan_errors, kCases / 20);
    EXPECT_GT(selected_something, kCases / 5);
    std::printf("%zu responses, %zu row errors, %zu plan errors, %zu selections that match\n",
                responses, row_errors, plan_errors, selected_something);
}

TEST(Generators, DrawOnlyValidRowsWhereAsked) {
    Random random(8);
    for (std::size_t i = 0; i != 500; ++i) {
        const CaseModel model = generate_case(random, i % 40, kValid);
        for (const RowModel& row : model.rows) {
            const std::string text = render(row);
            EXPECT_TRUE(nlohmann::json::accept(text) ||
                        text.find_first_of("eE") != std::string::npos)
                << text;
        }
    }
}

}  // namespace
}  // namespace rowcast::equivalence
