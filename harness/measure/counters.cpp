#include "harness/measure/counters.hpp"

#include <utility>

namespace rowcast::measure {
namespace {

// Work that must move every hardware event we ask for: unpredictable branches, and a walk over
// more memory than any cache holds.
void exercise_hardware() {
    constexpr std::size_t kBytes = std::size_t{96} << 20u;
    constexpr std::size_t kLine = 64;
    std::vector<unsigned char> memory(kBytes, 1);
    std::uint32_t random = 2463534242u;
    volatile std::uint32_t taken = 0;
    for (std::size_t offset = 0; offset < kBytes; offset += kLine) {
        random ^= random << 13u;
        random ^= random >> 17u;
        random ^= random << 5u;
        if (((random + memory[offset]) & 1u) != 0) {
            taken = taken + 1;
        }
    }
}

}  // namespace

const std::vector<CounterEvent>& standard_events() {
    static const std::vector<CounterEvent> kEvents = {
        {.name = "PAPI_TOT_CYC", .kind = EventKind::kHardware},
        {.name = "PAPI_TOT_INS", .kind = EventKind::kHardware},
        {.name = "PAPI_BR_MSP", .kind = EventKind::kHardware},
        {.name = "PAPI_L1_DCM", .kind = EventKind::kHardware},
        {.name = "PAPI_L3_TCM", .kind = EventKind::kHardware},
        {.name = "perf::TASK-CLOCK", .kind = EventKind::kSoftware},
        {.name = "perf::PAGE-FAULTS", .kind = EventKind::kSoftware},
        {.name = "perf::CONTEXT-SWITCHES", .kind = EventKind::kSoftware},
        {.name = "perf::CPU-MIGRATIONS", .kind = EventKind::kSoftware},
    };
    return kEvents;
}

Counters::Counters(CounterProvider& provider, std::vector<CounterEvent> events)
    : provider_(provider) {
    events_.reserve(events.size());
    for (CounterEvent& event : events) {
        events_.push_back({.event = std::move(event), .reason = {}});
        probe(events_.back());
    }

    for (std::size_t index = 0; index < events_.size(); ++index) {
        if (!events_[index].reason.empty()) {
            continue;
        }
        bool placed = false;
        for (std::vector<std::size_t>& set : sets_) {
            std::vector<std::string> names = names_of(set);
            names.push_back(events_[index].event.name);
            // Opening may succeed where counting does not; only a run shows it.
            std::vector<std::int64_t> values(names.size());
            if (!provider_.open(names) && !provider_.start() && !provider_.stop(values)) {
                set.push_back(index);
                placed = true;
                break;
            }
        }
        if (!placed) {
            sets_.push_back({index});
        }
    }
}

std::vector<std::string> Counters::names_of(const std::vector<std::size_t>& set) const {
    std::vector<std::string> names;
    names.reserve(set.size() + 1);
    for (const std::size_t member : set) {
        names.push_back(events_[member].event.name);
    }
    return names;
}

void Counters::probe(Event& event) {
    const std::vector<std::string> alone = {event.event.name};
    std::vector<std::int64_t> value(1);
    std::optional<std::string> error = provider_.open(alone);
    if (!error) {
        error = provider_.start();
    }
    if (!error) {
        if (event.event.kind == EventKind::kHardware) {
            exercise_hardware();
        }
        error = provider_.stop(value);
    }
    if (error) {
        event.reason = error->empty() ? "refused without a reason" : *error;
    } else if (event.event.kind == EventKind::kHardware && value.front() == 0) {
        event.reason = "opens, but reads 0 over work that must move it";
    }
}

std::vector<CounterReading> Counters::measure(const std::function<void()>& work) {
    std::vector<CounterReading> readings;
    readings.reserve(events_.size());
    for (const Event& event : events_) {
        readings.push_back({.name = event.event.name,
                            .value = std::nullopt,
                            .source = provider_.name(),
                            .reason = event.reason});
    }
    for (const std::vector<std::size_t>& set : sets_) {
        const std::vector<std::string> names = names_of(set);
        std::vector<std::int64_t> values(names.size());
        std::optional<std::string> error = provider_.open(names);
        if (!error) {
            error = provider_.start();
        }
        if (!error) {
            work();
            error = provider_.stop(values);
        }
        for (std::size_t position = 0; position < set.size(); ++position) {
            CounterReading& reading = readings[set[position]];
            if (error) {
                reading.reason = error->empty() ? "refused without a reason" : *error;
            } else {
                reading.value = values[position];
            }
        }
    }
    return readings;
}

std::vector<CounterReading> Counters::unavailable() const {
    std::vector<CounterReading> readings;
    for (const Event& event : events_) {
        if (!event.reason.empty()) {
            readings.push_back({.name = event.event.name,
                                .value = std::nullopt,
                                .source = provider_.name(),
                                .reason = event.reason});
        }
    }
    return readings;
}

}  // namespace rowcast::measure
