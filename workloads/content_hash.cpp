#include "workloads/content_hash.hpp"

#include <algorithm>

namespace rowcast::workloads {
namespace {

constexpr KnownDocument kKnownDocuments[] = {
#include "workloads/hashes.inc"
};

}  // namespace

std::span<const KnownDocument> known_documents() noexcept { return kKnownDocuments; }

const KnownDocument* known_document(std::string_view workload, Layout layout) noexcept {
    const auto found = std::ranges::find_if(kKnownDocuments, [&](const KnownDocument& known) {
        return known.workload == workload && known.layout == layout;
    });
    return found == std::end(kKnownDocuments) ? nullptr : found;
}

}  // namespace rowcast::workloads
