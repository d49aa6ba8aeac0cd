#pragma once

// Inputs that a hostile client or table would choose, in a size of choice.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rowcast::complexity {

struct Input {
    std::vector<std::string> rows{};
    std::optional<std::string> select = std::nullopt;
    std::optional<std::string> field_selections = std::nullopt;
    std::optional<std::string> field_paths = std::nullopt;
    std::optional<std::string> type = std::nullopt;
    std::optional<std::string> schema = std::nullopt;
    std::uint32_t max_depth = 128;
    bool is_valid = true;  // the rows are, so there must be a response
    bool pushed = false;   // rows come one by one, without a hint of how many
};

struct Shape {
    std::string_view name;
    std::size_t size;  // n; the test compares n with 2n
    std::function<Input(std::size_t n)> make;
};

std::span<const Shape> shapes();

}  // namespace rowcast::complexity
