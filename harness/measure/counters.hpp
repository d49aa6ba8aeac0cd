#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rowcast::measure {

enum class EventKind {
    kHardware,  // counted by the processor; 0 over real work means it does not count
    kSoftware,  // counted by the kernel; 0 is an answer
};

struct CounterEvent {
    std::string name;
    EventKind kind;
};

// Cycles, instructions, branch misses, L1d and LLC misses; task clock, page faults, context
// switches, migrations. Under PAPI's own names, which are the names in every result file.
[[nodiscard]] const std::vector<CounterEvent>& standard_events();

// Where counts come from: PAPI, or a fake in a test. All calls come from one thread, and it is
// that thread's work that is counted. An error is the provider's own message.
class CounterProvider {
  public:
    CounterProvider() = default;
    virtual ~CounterProvider() = default;
    CounterProvider(const CounterProvider&) = delete;
    CounterProvider& operator=(const CounterProvider&) = delete;

    // What a value is tagged with: "papi".
    [[nodiscard]] virtual std::string name() const = 0;
    // Makes `events` the set to count, all at the same time (no multiplexing), replacing the set
    // before. After an error no set is open.
    virtual std::optional<std::string> open(std::span<const std::string> events) = 0;
    virtual std::optional<std::string> start() = 0;
    // Stops and reads: one value per event, in the order given to `open`.
    virtual std::optional<std::string> stop(std::span<std::int64_t> values) = 0;
};

// PAPI, or a provider that refuses every event with the reason where this build or machine has
// no PAPI.
[[nodiscard]] std::unique_ptr<CounterProvider> make_papi_provider();

// One event's count, or why there is none. Never 0 for "unknown".
struct CounterReading {
    std::string name;
    std::optional<std::int64_t> value;
    std::string source;
    std::string reason;
};

// Counts events over a piece of work. The constructor tries every event alone (a hardware event
// that opens but stays 0 over work that must move it is unavailable) and then packs those that
// answer into as few sets as can be counted at the same time: `measure` runs the work once per
// set, so nothing is ever scaled up from a share of the time.
class Counters {
  public:
    Counters(CounterProvider& provider, std::vector<CounterEvent> events);

    // Runs `work` once per set; one reading per event, in the order of the events.
    [[nodiscard]] std::vector<CounterReading> measure(const std::function<void()>& work);

    [[nodiscard]] std::size_t passes() const noexcept { return sets_.size(); }
    // The events that do not count here, each with its reason.
    [[nodiscard]] std::vector<CounterReading> unavailable() const;

  private:
    struct Event {
        CounterEvent event;
        std::string reason;  // empty: it counts
    };

    void probe(Event& event);
    std::vector<std::string> names_of(const std::vector<std::size_t>& set) const;

    CounterProvider& provider_;
    std::vector<Event> events_;
    std::vector<std::vector<std::size_t>> sets_;  // of indexes into events_
};

}  // namespace rowcast::measure
