#include "harness/count/stepping.hpp"

#include <algorithm>
#include <memory>
#include <tuple>

#if defined(__x86_64__) && defined(__linux__) && !defined(ROWCAST_COUNT_SANITIZED)
#define ROWCAST_CAN_STEP 1
#include <ucontext.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#endif

namespace rowcast::count {

const char* stepping_unavailable() noexcept {
#if defined(ROWCAST_CAN_STEP)
    return nullptr;
#elif defined(ROWCAST_COUNT_SANITIZED)
    return "built with a sanitizer, whose instructions would be counted too";
#else
    return "needs an x86-64 processor's trap flag";
#endif
}

std::uint64_t instructions(const std::vector<Edge>& edges) {
    std::uint64_t count = 0;
    for (const Edge& edge : edges) {
        count += is_unfinished_repeat(edge) ? 0 : edge.times;
    }
    return count;
}

#if defined(ROWCAST_CAN_STEP)

bool is_unfinished_repeat(const Edge& edge) {
    if (edge.from != edge.to) {
        return false;
    }
    // Prefixes in any order, one of them F2 or F3, then a string instruction's opcode.
    const auto* byte = reinterpret_cast<const std::uint8_t*>(edge.from);
    bool repeats = false;
    constexpr int kLongest = 14;
    for (int index = 0; index < kLongest; ++index, ++byte) {
        const std::uint8_t value = *byte;
        if (value == 0xF2 || value == 0xF3) {
            repeats = true;
        } else if (value != 0x66 && value != 0x67 && (value & 0xF0u) != 0x40 && value != 0x64 &&
                   value != 0x65 && value != 0x2E && value != 0x36 && value != 0x3E &&
                   value != 0x26) {
            break;
        }
    }
    const std::uint8_t opcode = *byte;
    const bool is_string = (opcode >= 0x6C && opcode <= 0x6F) ||
                           (opcode >= 0xA4 && opcode <= 0xA7) || (opcode >= 0xAA && opcode <= 0xAF);
    return repeats && is_string;
}

namespace {

constexpr std::uint64_t kTrapFlag = 0x100;

// Edges by their addresses: open addressing in a table that never grows, since a signal handler
// may not allocate. More edges than fit is an error, not a loss.
class EdgeTable {
  public:
    EdgeTable() : edges_(kCapacity) {}

    // False where the table is full.
    bool add(std::uintptr_t from, std::uintptr_t to) noexcept {
        std::size_t slot = ((from * 0x9E3779B97F4A7C15u) ^ (to * 0xC2B2AE3D27D4EB4Fu)) >> kShift;
        while (edges_[slot].times != 0) {
            if (edges_[slot].from == from && edges_[slot].to == to) {
                ++edges_[slot].times;
                return true;
            }
            slot = (slot + 1) % kCapacity;
        }
        if (++used_ > kCapacity / 2) {
            return false;
        }
        edges_[slot] = {.from = from, .to = to, .times = 1};
        return true;
    }

    [[nodiscard]] std::vector<Edge> sorted() const {
        std::vector<Edge> all;
        for (const Edge& edge : edges_) {
            if (edge.times != 0) {
                all.push_back(edge);
            }
        }
        std::sort(all.begin(), all.end(), [](const Edge& left, const Edge& right) {
            return std::tie(left.from, left.to) < std::tie(right.from, right.to);
        });
        return all;
    }

  private:
    static constexpr unsigned kBits = 17;
    static constexpr unsigned kShift = 64 - kBits;
    static constexpr std::size_t kCapacity = std::size_t{1} << kBits;

    std::vector<Edge> edges_;
    std::size_t used_ = 0;
};

struct Recorder {
    EdgeTable edges;
    Span span;
    std::uintptr_t at = 0;  // the instruction that is executed next; 0 before the span
    std::uint64_t returns = 0;
    std::uint64_t steps = 0;
    std::uint64_t max_steps = 0;
    bool has_too_many_steps = false;
    bool has_too_many_edges = false;
};

Recorder* recorder = nullptr;

void on_trap(int /*signal*/, siginfo_t* /*info*/, void* context) noexcept {
    auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    Recorder& record = *recorder;
    const auto next = static_cast<std::uintptr_t>(registers[REG_RIP]);
    const bool is_at_entry = next == record.span.entry;
    if (record.at != 0) {
        ++record.steps;
        record.has_too_many_edges |= !record.edges.add(record.at, next);
        record.has_too_many_steps |= record.steps > record.max_steps;
        record.returns += is_at_entry ? 1 : 0;
    }
    if (record.at != 0 || is_at_entry) {
        record.at = next;
    }
    if (record.returns == record.span.rounds || record.has_too_many_edges ||
        record.has_too_many_steps) {
        registers[REG_EFL] &= ~static_cast<greg_t>(kTrapFlag);
    }
}

// Both step over the red zone below the stack pointer, which belongs to the function they are
// inlined into.
inline void set_trap_flag() noexcept {
    asm volatile(
        "lea -128(%%rsp), %%rsp\n\t"
        "pushfq\n\t"
        "orq %0, (%%rsp)\n\t"
        "popfq\n\t"
        "lea 128(%%rsp), %%rsp\n\t"
        :
        : "i"(kTrapFlag)
        : "memory", "cc");
}

inline void clear_trap_flag() noexcept {
    asm volatile(
        "lea -128(%%rsp), %%rsp\n\t"
        "pushfq\n\t"
        "andq %0, (%%rsp)\n\t"
        "popfq\n\t"
        "lea 128(%%rsp), %%rsp\n\t"
        :
        : "i"(~static_cast<std::int64_t>(kTrapFlag))
        : "memory", "cc");
}

}  // namespace

Steps step(const std::function<void()>& work, Span span, std::uint64_t max_steps) {
    const auto record = std::make_unique<Recorder>();
    record->span = span;
    record->max_steps = max_steps;
    recorder = record.get();

    struct sigaction action {};
    struct sigaction before {};
    action.sa_sigaction = on_trap;
    action.sa_flags = SA_SIGINFO;
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGTRAP, &action, &before) != 0) {
        return {.edges = {}, .error = std::strerror(errno)};
    }
    set_trap_flag();
    work();
    clear_trap_flag();
    sigaction(SIGTRAP, &before, nullptr);
    recorder = nullptr;

    if (record->has_too_many_steps) {
        return {.edges = {}, .error = "takes more than " + std::to_string(max_steps) + " steps"};
    }
    if (record->has_too_many_edges) {
        return {.edges = {}, .error = "goes more ways than the table of steps holds"};
    }
    if (record->returns != span.rounds) {
        return {.edges = {}, .error = "the trap flag raised no trap, or the work ended early"};
    }
    return {.edges = record->edges.sorted(), .error = {}};
}

#else

bool is_unfinished_repeat(const Edge& /*edge*/) { return false; }

Steps step(const std::function<void()>& /*work*/, Span /*span*/, std::uint64_t /*max_steps*/) {
    return {.edges = {}, .error = stepping_unavailable()};
}

#endif

}  // namespace rowcast::count
