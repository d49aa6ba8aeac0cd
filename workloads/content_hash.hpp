#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "workloads/document.hpp"

namespace rowcast::workloads {

// 64-bit FNV-1a (Fowler, Noll, Vo): easily repeated in any language. It guards against accidents,
// not against somebody who wants two texts to collide.
constexpr std::uint64_t content_hash(std::string_view bytes) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char byte : bytes) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x00000100000001b3U;
    }
    return hash;
}

// What a workload's document of seed 1 and default size is known to be: its NDJSON text's size and
// content hash. The figures are those of hashes.inc, which `rowcast_workload_dump hashes` writes.
struct KnownDocument {
    std::string_view workload;
    Layout layout;
    std::size_t bytes;
    std::uint64_t hash;

    friend bool operator==(const KnownDocument&, const KnownDocument&) = default;
};

std::span<const KnownDocument> known_documents() noexcept;

// Null for a workload that hashes.inc lacks.
const KnownDocument* known_document(std::string_view workload, Layout layout) noexcept;

}  // namespace rowcast::workloads
