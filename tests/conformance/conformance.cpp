#include "tests/conformance/conformance.hpp"

#include <fstream>
#include <set>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "harness/cases/run_case.hpp"

namespace rowcast::conformance {

namespace {

using nlohmann::json;

std::string bytes_of(const json& row) {
    if (row.contains("text")) {
        return row.at("text").get<std::string>();
    }
    const auto hex = row.at("hex").get<std::string>();
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    }
    return bytes;
}

std::optional<std::string> text_of(const json& options, const char* name) {
    if (!options.contains(name)) {
        return std::nullopt;
    }
    const json& value = options.at(name);
    return value.is_string() ? value.get<std::string>() : value.dump();
}

// One of two words.
template <class T>
T one_of(const json& options, const char* name, const char* first, T first_value,
         const char* second, T second_value) {
    const auto word = options.value(name, std::string(first));
    if (word != first && word != second) {
        throw std::runtime_error(std::string("option ") + name + ": " + word);
    }
    return word == first ? first_value : second_value;
}

cases::TransformCase transform_case(const json& from, const std::string& schema) {
    static const std::set<std::string> kKnown = {
        "field",    "type", "schema", "select", "field_selections", "field_paths",
        "typename", "keys", "single", "wrap",   "omit_missing",     "max_depth"};
    const json& options = from.at("options");
    for (const auto& option : options.items()) {
        if (!kKnown.contains(option.key())) {
            throw std::runtime_error("unknown option " + option.key());
        }
    }
    cases::TransformCase result;
    result.field = options.value("field", result.field);
    result.type = text_of(options, "type");
    result.select = text_of(options, "select");
    result.field_selections = text_of(options, "field_selections");
    result.field_paths = text_of(options, "field_paths");
    if (options.value("schema", false)) {
        result.schema = schema;
    }
    result.typename_mode = one_of(options, "typename", "always", TypenameMode::kAlways, "selected",
                                  TypenameMode::kSelected);
    result.keys = one_of(options, "keys", "camel", KeyStyle::kCamel, "raw", KeyStyle::kRaw);
    result.single = options.value("single", result.single);
    result.wrap = options.value("wrap", result.wrap);
    result.omit_missing = options.value("omit_missing", result.omit_missing);
    result.max_depth = options.value("max_depth", result.max_depth);
    for (const json& row : from.at("rows")) {
        result.rows.push_back(bytes_of(row));
    }
    return result;
}

Expectation expectation(const json& from) {
    Expectation expected;
    if (from.contains("response")) {
        expected.bytes = from.at("response").get<std::string>();
    } else if (from.contains("error")) {
        expected.kind = Expectation::Kind::kRowError;
        expected.row = from.at("error").at("row").get<std::size_t>();
        expected.byte = from.at("error").at("byte").get<std::size_t>();
    } else if (from.value("plan_error", false)) {
        expected.kind = Expectation::Kind::kPlanError;
    } else {
        throw std::runtime_error("neither response nor error is expected");
    }
    return expected;
}

cases::Outcome as_outcome(const Expectation& expected) {
    cases::Outcome outcome;
    switch (expected.kind) {
        case Expectation::Kind::kResponse:
            outcome.kind = cases::Outcome::Kind::kResponse;
            outcome.bytes = expected.bytes;
            break;
        case Expectation::Kind::kRowError:
            outcome.kind = cases::Outcome::Kind::kRowError;
            outcome.row = expected.row;
            outcome.byte = expected.byte;
            outcome.message = "an error";
            break;
        case Expectation::Kind::kPlanError:
            outcome.kind = cases::Outcome::Kind::kPlanError;
            outcome.message = "any message";
            break;
    }
    return outcome;
}

}  // namespace

std::vector<ConformanceCase> load_cases(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("cannot read " + path);
    }
    const json document = json::parse(file);
    const std::string schema = document.at("schema").dump();
    std::vector<ConformanceCase> result;
    for (const json& from : document.at("cases")) {
        const auto name = from.at("name").get<std::string>();
        try {
            result.push_back({name, transform_case(from, schema), expectation(from)});
        } catch (const std::exception& error) {
            throw std::runtime_error("case '" + name + "': " + error.what());
        }
    }
    return result;
}

std::optional<std::string> judge(const Implementation& implementation,
                                 const ConformanceCase& conformance_case) {
    const cases::Outcome expected = as_outcome(conformance_case.expected);
    const cases::Outcome actual = cases::run(implementation, conformance_case.transform);
    if (cases::same_answer(actual, expected)) {
        return std::nullopt;
    }
    return cases::describe_difference(implementation.name(), actual, "expected", expected);
}

bool is_excused(const Implementation& implementation, const ConformanceCase& conformance_case) {
    return implementation.name() == "nlohmann" &&
           conformance_case.name == "numbers are copied byte for byte";
}

}  // namespace rowcast::conformance
