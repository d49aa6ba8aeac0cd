#pragma once

// Counts what a request costs: starts rowcast_requests once for each way of counting, and puts the
// answers together.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/count/combine.hpp"
#include "harness/count/work.hpp"

namespace rowcast::count {

enum class Source : std::uint8_t { kPapi, kCallgrind, kStep };
// In the order in which a value is taken from them.
inline constexpr Source kSources[] = {Source::kPapi, Source::kCallgrind, Source::kStep};
std::string_view source_name(Source source) noexcept;

// Documents beyond this size are not stepped through, and no more steps are made than these: at
// 80,000 a second they take 40 s.
inline constexpr std::size_t kMaxSteppedBytes = std::size_t{128} << 10u;
inline constexpr std::uint64_t kMaxSteps = 3'000'000;

struct CountOptions {
    Work work;
    std::vector<Source> sources;     // asked, in this order
    bool only_instructions = false;  // no source is asked beyond the one that has them
    std::filesystem::path program;   // rowcast_requests
    std::string valgrind = "valgrind";
    // Told what is being done, and for how many seconds; null: nobody wants to know.
    std::function<void(std::string_view what, int seconds)> on_progress;
};

// The program beside the one that runs: both are built and installed together.
std::filesystem::path requests_program();

// The environment's GLIBC_TUNABLES while counting: functions of the C library come in variants by
// processor, and with these the processor that valgrind imitates and the real one take the same.
extern const char* const kGlibcTunables;

// The document described in docs/counting.md ("rowcast-count/1"). Throws std::runtime_error where
// what ran is not what was to be counted: another response than the reference's, another
// implementation, or one that did not execute its own instruction set.
[[nodiscard]] Json count(const CountOptions& options);

// Whether what was executed includes the instruction set that `required_features` stand for; null
// where they stand for none.
[[nodiscard]] std::optional<bool> executed_own_instruction_set(
    std::span<const std::string_view> required_features, const Json& instruction_sets);

}  // namespace rowcast::count
