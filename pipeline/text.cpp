#include "pipeline/text.hpp"

#include <cstdint>
#include <cstring>

#include "kernels/algorithm/strings.hpp"
#include "kernels/instruction_sets.hpp"
#include "kernels/memory.hpp"

namespace rowcast {

namespace {

// The scalar kernels: a plan must not depend on the machine that compiles it.
const kernels::KernelTable& scalar_kernels() noexcept {
    return *kernels::instruction_sets().back().table;
}

char* allocate_text(std::size_t size, std::pmr::memory_resource* memory) {
    return static_cast<char*>(memory->allocate(size, 1));
}

const std::uint8_t* bytes_of(std::string_view text) noexcept {
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

char* put(char* to, std::string_view text) noexcept {
    if (!text.empty()) {
        std::memcpy(to, text.data(), text.size());
    }
    return to + text.size();
}

}  // namespace

std::string_view copy_text(std::string_view text, std::pmr::memory_resource* memory) {
    char* const copy = allocate_text(text.size(), memory);
    put(copy, text);
    return {copy, text.size()};
}

std::string_view camel_case(std::string_view key, std::pmr::memory_resource* memory) {
    char* const form = allocate_text(key.size() + kernels::kOutputSlack, memory);
    const std::size_t size = scalar_kernels().camel_key(bytes_of(key), key.size(),
                                                        reinterpret_cast<std::uint8_t*>(form));
    return {form, size};
}

std::string_view quoted(std::string_view before, std::string_view text, std::string_view after,
                        std::pmr::memory_resource* memory) {
    constexpr std::size_t kMostPerByte = 6;  // \u001f
    std::size_t escapes = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        escapes += byte < 0x20 || byte == '"' || byte == '\\' ? 1U : 0U;
    }
    const std::size_t most =
        before.size() + text.size() + escapes * (kMostPerByte - 1) + after.size() + 2;
    // Zeros behind it, so that whoever writes it may copy by blocks.
    char* const start = allocate_text(most + kernels::kOutputSlack, memory);
    std::memset(start + most, 0, kernels::kOutputSlack);
    char* out = put(start, before);
    *out++ = '"';
    out = reinterpret_cast<char*>(kernels::write_escaped(
        bytes_of(text), bytes_of(text) + text.size(), reinterpret_cast<std::uint8_t*>(out)));
    *out++ = '"';
    out = put(out, after);
    return {start, static_cast<std::size_t>(out - start)};
}

std::string shown(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) {
            result += "\\u00";
            result += kDigits[byte >> 4U];
            result += kDigits[byte & 15U];
        } else {
            result += c;
        }
    }
    return result;
}

bool is_valid_utf8(std::string_view text) noexcept {
    return scalar_kernels().validate_utf8(bytes_of(text), text.size()) == text.size();
}

}  // namespace rowcast
