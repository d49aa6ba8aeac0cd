#include "harness/compare/floors.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace rowcast::compare {
namespace {

using measure::Json;

constexpr const char* kFormat = "rowcast-floors/2";

// In words: "another cpu model", "other compiler flags".
std::vector<std::string> differences(const Json& entry, const Json& environment) {
    std::vector<std::string> found;
    for (const std::string_view name : kIdentity) {
        const std::string key(name);
        if (!entry.contains(key) || entry.at(key) != environment.at(key)) {
            std::string words = (key.ends_with('s') ? "other " : "another ") + key;
            std::replace(words.begin(), words.end(), '_', ' ');
            found.push_back(std::move(words));
        }
    }
    return found;
}

}  // namespace

Floors read_floors(const std::string& path, const Json& environment) {
    std::ifstream file(path);
    if (!file) {
        throw std::runtime_error(path + ": cannot be read");
    }
    std::optional<std::vector<std::string>> nearest;
    try {
        const Json json = Json::parse(file);
        if (json.at("format") != kFormat) {
            throw std::runtime_error(fmt::format("\"format\" is not \"{}\"", kFormat));
        }
        for (const Json& machine : json.at("machines")) {
            std::vector<std::string> differing =
                differences(machine.at("environment"), environment);
            if (differing.empty()) {
                Floors floors;
                for (const auto& [cell, entry] : machine.at("cells").items()) {
                    floors.cells[cell] = entry.at("floor").get<double>();
                }
                return floors;
            }
            if (!nearest || differing.size() < nearest->size()) {
                nearest = std::move(differing);
            }
        }
    } catch (const std::exception& error) {
        throw std::runtime_error(fmt::format("{}: {}", path, error.what()));
    }
    const std::string name = std::filesystem::path(path).filename().string();
    return {.cells = {},
            .missing = nearest
                           ? fmt::format("{} has no floors of this machine and build: the nearest "
                                         "are of {}",
                                         name, fmt::join(*nearest, ", "))
                           : fmt::format("{} has no floors", name)};
}

}  // namespace rowcast::compare
