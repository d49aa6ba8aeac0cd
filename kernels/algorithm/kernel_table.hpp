#pragma once

// The table of an instruction set, made from its vocabulary: each small kernel in the shape that
// tests and benchmarks call, and the engines.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/camel.hpp"
#include "kernels/algorithm/lookup.hpp"
#include "kernels/algorithm/pick.hpp"
#include "kernels/algorithm/rewrite.hpp"
#include "kernels/algorithm/rewrite_groups.hpp"
#include "kernels/algorithm/scalars.hpp"
#include "kernels/algorithm/select.hpp"
#include "kernels/algorithm/strings.hpp"
#include "kernels/algorithm/text.hpp"
#include "kernels/algorithm/transform.hpp"
#include "kernels/algorithm/utf8.hpp"
#include "kernels/table.hpp"

namespace rowcast::kernels {
namespace {

template <class Isa>
struct KernelEntries {
    using Byte = std::uint8_t;

    static std::size_t find_string_end(const Byte* data, std::size_t size) noexcept {
        return offset(data, kernels::find_string_end<Isa>(data, data + size));
    }
    static std::size_t find_escape(const Byte* data, std::size_t size) noexcept {
        return offset(data, kernels::find_escape<Isa>(data, data + size));
    }
    static std::size_t skip_whitespace(const Byte* data, std::size_t size) noexcept {
        return offset(data, kernels::skip_whitespace<Isa>(data, data + size));
    }
    static std::size_t validate_utf8(const Byte* data, std::size_t size) noexcept {
        return offset(data, find_bad_utf8<Isa>(data, data + size));
    }
    static RowStatus validate_string(const Byte* data, std::size_t size) noexcept {
        const StringScan scan = scan_string<Isa>(data, data + size);
        return {scan.code, static_cast<std::uint32_t>(scan.at - data)};
    }
    static RowStatus validate_number(const Byte* data, std::size_t size) noexcept {
        return status(data, scan_number(data, data + size));
    }
    static RowStatus validate_literal(const Byte* data, std::size_t size) noexcept {
        return status(data, scan_literal(data, data + size));
    }
    static std::size_t camel_key(const Byte* data, std::size_t size, Byte* destination) noexcept {
        const Byte* const end = data + size;
        return offset(destination, kernels::camel_key<Isa>(data, end, end, destination));
    }
    static void copy_bytes(const Byte* data, std::size_t size, std::size_t readable,
                           Byte* destination) noexcept {
        kernels::copy_bytes<Isa>(data, data + size, data + readable, destination);
    }
    static std::int32_t find_key(const KeyTableView& table, const Byte* data,
                                 std::size_t size) noexcept {
        return kernels::find_key(table, data, size);
    }

  private:
    static std::size_t offset(const Byte* from, const Byte* to) noexcept {
        return static_cast<std::size_t>(to - from);
    }
    static RowStatus status(const Byte* from, Scan scan) noexcept {
        return {scan.code, static_cast<std::uint32_t>(scan.at - from)};
    }
};

// By lists of blocks where the vocabulary is rich enough; else by tokens.
template <class Isa, bool kRawKeys>
constexpr TransformRows best_transform_all() noexcept {
    if constexpr (Isa::kBlockBytes == 64) {
        return rewrite_groups<Isa, kRawKeys>;
    } else {
        return transform_all<Isa, kRawKeys>;
    }
}

template <class Isa, bool kRawKeys>
constexpr TransformRows best_transform_select() noexcept {
    if constexpr (Isa::kBlockBytes == 64) {
        return pick_select<Isa, kRawKeys>;
    } else {
        return transform_select<Isa, kRawKeys>;
    }
}

template <class Isa>
constexpr KernelTable make_kernel_table(const char* instruction_set) noexcept {
    using Entries = KernelEntries<Isa>;
    return {
        .instruction_set = instruction_set,
        .transform_all_camel = best_transform_all<Isa, false>(),
        .transform_all_raw = best_transform_all<Isa, true>(),
        .transform_select_camel = best_transform_select<Isa, false>(),
        .transform_select_raw = best_transform_select<Isa, true>(),
        .find_string_end = Entries::find_string_end,
        .find_escape = Entries::find_escape,
        .skip_whitespace = Entries::skip_whitespace,
        .validate_utf8 = Entries::validate_utf8,
        .validate_string = Entries::validate_string,
        .validate_number = Entries::validate_number,
        .validate_literal = Entries::validate_literal,
        .camel_key = Entries::camel_key,
        .copy_bytes = Entries::copy_bytes,
        .find_key = Entries::find_key,
    };
}

}  // namespace
}  // namespace rowcast::kernels
