#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "workloads/content_hash.hpp"
#include "workloads/document.hpp"

namespace rowcast::workloads {

// A named kind of request: what to ask, and a generator of the rows it is asked of.
struct Workload {
    std::string name;
    std::string description;
    std::string field;             // response key
    std::string type;              // row type; empty: untyped
    std::string schema;            // FraiseQL registry JSON; empty: none
    std::string select;            // GraphQL selection set of the scenario `select`
    bool single = false;           // one object is expected, not a list
    std::size_t default_rows = 0;  // rows at the catalogue's size
    std::size_t documents = 1;  // differently seeded documents that a measuring cell cycles through
    // `count` rows (always top-level rows, for `nested` too). The same arguments give the same
    // bytes on every machine, both layouts hold the same values, and `count` rows are the first
    // `count` of more.
    std::function<Document(Layout layout, std::uint64_t seed, std::size_t count)> generate;
};

// All workloads, always in the same order.
std::span<const Workload> catalogue();

// Null if there is none of that name.
const Workload* find(std::string_view name) noexcept;

// A user's own rows and query.
struct FileRequest {
    std::string input;     // path of the rows' NDJSON
    std::string type{};    // empty: untyped
    std::string schema{};  // path of the registry JSON; empty: none
    std::string select{};  // empty: the scenario `select` has nothing to select
    std::string field = "data";
};

struct FileWorkload {
    std::optional<Workload> workload;
    std::string error;  // names the file, if there is no workload
};

// Reads the files once. The workload is named `file-` and the input's name without folder and
// extension; its generator ignores layout, seed and count and gives the file's rows.
FileWorkload from_file(const FileRequest& request);

}  // namespace rowcast::workloads
