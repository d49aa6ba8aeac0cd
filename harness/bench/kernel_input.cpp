#include "harness/bench/kernel_input.hpp"

#include <stdexcept>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/measure/random.hpp"
#include "pipeline/schema.hpp"

namespace rowcast::bench {
namespace {

using measure::Random;

std::size_t input_count(std::size_t size) { return size <= 4'096 ? 16 : 4; }

std::uint8_t letter(Random& random) { return static_cast<std::uint8_t>('a' + random.next() % 26); }

void append_utf8(Random& random, std::size_t size, Bytes& bytes) {
    constexpr std::string_view kCharacters[] = {"\u00e9", "\u4e16", "\U0001F600", "\u00df",
                                                "\u754c"};
    while (bytes.size() < size) {
        const std::string_view character = kCharacters[random.next() % std::size(kCharacters)];
        const bool plain = random.next() % 2 == 0;
        if (plain || character.size() > size - bytes.size()) {
            bytes.push_back(letter(random));
        } else {
            bytes.insert(bytes.end(), character.begin(), character.end());
        }
    }
}

void append_snake_case(Random& random, std::size_t size, Bytes& bytes) {
    while (bytes.size() < size) {
        const std::size_t word = 3 + random.next() % 6;
        for (std::size_t index = 0; index < word && bytes.size() < size; ++index) {
            bytes.push_back(letter(random));
        }
        if (bytes.size() + 1 < size) {
            bytes.push_back('_');
        }
    }
}

void append_digits(Random& random, std::size_t size, Bytes& bytes) {
    constexpr std::size_t kDecimalFrom = 8;
    bytes.push_back(static_cast<std::uint8_t>('1' + random.next() % 9));
    while (bytes.size() < size) {
        const bool is_point = size >= kDecimalFrom && bytes.size() + 3 == size;
        bytes.push_back(is_point ? '.' : static_cast<std::uint8_t>('0' + random.next() % 10));
    }
}

Bytes make_input(Content content, std::size_t size, Random& random) {
    constexpr std::string_view kToEscape = "\"\\\n\t";
    constexpr std::string_view kBlanks = " \n\t ";
    Bytes bytes;
    bytes.reserve(size);
    switch (content) {
        case Content::kLetters:
            while (bytes.size() < size) {
                bytes.push_back(random.next() % 7 == 0 ? ' ' : letter(random));
            }
            break;
        case Content::kEscapes:
            while (bytes.size() < size) {
                bytes.push_back(random.next() % 10 == 0
                                    ? static_cast<std::uint8_t>(kToEscape[random.next() % 4])
                                    : letter(random));
            }
            break;
        case Content::kMixedUtf8:
            append_utf8(random, size, bytes);
            break;
        case Content::kWhitespace:
            while (bytes.size() < size) {
                bytes.push_back(static_cast<std::uint8_t>(kBlanks[random.next() % 4]));
            }
            break;
        case Content::kSnakeCase:
            append_snake_case(random, size, bytes);
            break;
        case Content::kDigits:
            append_digits(random, size, bytes);
            break;
        case Content::kTrue:
            bytes.assign({'t', 'r', 'u', 'e'});
            break;
        case Content::kFalse:
            bytes.assign({'f', 'a', 'l', 's', 'e'});
            break;
    }
    return bytes;
}

}  // namespace

KernelSizes kernel_sizes(bool quick) {
    if (quick) {
        return {.scans = {16, 1'024},
                .camel = {10, 50, 500},
                .numbers = {1, 4, 9, 17},
                .lookups = {20},
                .blocks = {64}};
    }
    return {.scans = {8, 16, 32, 64, 256, 1'024, 4'096, 65'536},
            .camel = {8, 10, 16, 32, 50, 64, 256, 500, 1'024, 4'096, 65'536},
            .numbers = {1, 4, 9, 17},
            .lookups = {5, 20, 50, 128, 1'000},
            .blocks = {16, 64, 256, 1'024, 4'096}};
}

Inputs make_inputs(Content content, std::size_t size) {
    Random random(size * 16 + static_cast<std::uint64_t>(content));
    Inputs inputs;
    for (std::size_t index = 0; index < input_count(size); ++index) {
        inputs.push_back(make_input(content, size, random));
    }
    return inputs;
}

Inputs make_inputs_ending(Content content, std::size_t size, std::uint8_t last) {
    Inputs inputs = make_inputs(content, size - 1);
    for (Bytes& input : inputs) {
        input.push_back(last);
    }
    return inputs;
}

std::vector<std::string> make_field_names(std::size_t count) {
    constexpr std::string_view kFirst[] = {"user", "order", "billing", "last",
                                           "is",   "total", "external"};
    constexpr std::string_view kSecond[] = {"id",     "created", "address", "status", "amount",
                                            "active", "email",   "country", "note"};
    std::vector<std::string> names;
    for (std::size_t index = 0; index < count; ++index) {
        std::string name = fmt::format("{}_{}", kFirst[index % std::size(kFirst)],
                                       kSecond[index % std::size(kSecond)]);
        constexpr std::size_t kDistinct = std::size(kFirst) * std::size(kSecond);
        if (index >= kDistinct) {
            name += fmt::format("_{}", index / kDistinct);
        }
        names.push_back(std::move(name));
    }
    return names;
}

std::vector<std::string> make_keys(const std::vector<std::string>& fields, bool hits) {
    constexpr std::size_t kKeys = 64;
    Random random(fields.size());
    std::vector<std::string> keys;
    for (std::size_t index = 0; index < kKeys; ++index) {
        std::string key = fields[random.next() % fields.size()];
        if (!hits) {
            // A stranger of the same look: another last letter, and a number no field has.
            key.back() = 'q';
            key += fmt::format("_x{}", index % 10);
        }
        keys.push_back(std::move(key));
    }
    return keys;
}

FieldTable::FieldTable(const std::vector<std::string>& fields) {
    nlohmann::json schema = {{"version", "1.0"}, {"features", nlohmann::json::array()}};
    for (const std::string& field : fields) {
        schema["types"]["Row"]["fields"][field] = {
            {"type_name", "String"}, {"is_nested_object", false}, {"is_list", false}};
    }
    auto parsed = Schema::parse(schema.dump());
    if (!parsed) {
        throw std::runtime_error(parsed.error().message);
    }
    RootOptions root;
    root.type = "Row";
    auto plan = Plan::compile({&root, 1}, *parsed);
    if (!plan) {
        throw std::runtime_error(plan.error().message);
    }
    plan_ = *plan;
    const kernels::RootView& view = plan_->roots().front().view;
    view_ = &view.types[view.row_type].fields;
}

std::size_t FieldTable::memory_bytes() const noexcept {
    std::size_t names = 0;
    for (std::uint32_t index = 0; index < view_->count; ++index) {
        names += view_->keys[index].size;
    }
    return sizeof *view_ + (std::size_t{view_->mask} + 1) * sizeof *view_->slots +
           view_->count * sizeof *view_->keys + names;
}

}  // namespace rowcast::bench
