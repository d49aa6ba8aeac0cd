#include "harness/measure/counters.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

namespace rowcast::measure {
namespace {

// A processor to order: what each event reads, what it refuses, how many it counts at once.
class FakeProvider final : public CounterProvider {
  public:
    std::map<std::string, std::int64_t> values;
    std::map<std::string, std::string> refused;
    std::size_t most_at_once = 16;
    bool fails_to_start_together = false;
    int starts = 0;

    [[nodiscard]] std::string name() const override { return "fake"; }

    std::optional<std::string> open(std::span<const std::string> events) override {
        open_.clear();
        if (events.size() > most_at_once) {
            return "no more counters";
        }
        for (const std::string& event : events) {
            if (refused.contains(event)) {
                return refused.at(event);
            }
            if (!values.contains(event)) {
                return "no such event";
            }
        }
        open_.assign(events.begin(), events.end());
        return std::nullopt;
    }

    std::optional<std::string> start() override {
        ++starts;
        if (fails_to_start_together && open_.size() > 1) {
            return "conflict";
        }
        return std::nullopt;
    }

    std::optional<std::string> stop(std::span<std::int64_t> out) override {
        for (std::size_t index = 0; index < open_.size(); ++index) {
            out[index] = values.at(open_[index]);
        }
        return std::nullopt;
    }

  private:
    std::vector<std::string> open_;
};

FakeProvider& with_everything(FakeProvider& provider) {
    std::int64_t value = 100;
    for (const CounterEvent& event : standard_events()) {
        provider.values[event.name] = value++;
    }
    return provider;
}

TEST(Counters, ReadEverythingWhereTheMachineHasEverything) {
    FakeProvider provider;
    Counters counters(with_everything(provider), standard_events());
    EXPECT_TRUE(counters.unavailable().empty());
    EXPECT_EQ(counters.passes(), 1u);
    int runs = 0;
    const auto readings = counters.measure([&] { ++runs; });
    EXPECT_EQ(runs, 1);
    ASSERT_EQ(readings.size(), standard_events().size());
    for (std::size_t index = 0; index < readings.size(); ++index) {
        EXPECT_EQ(readings[index].name, standard_events()[index].name);
        EXPECT_EQ(readings[index].value, provider.values.at(readings[index].name));
        EXPECT_EQ(readings[index].source, "fake");
        EXPECT_TRUE(readings[index].reason.empty());
    }
}

TEST(Counters, RunTheWorkOncePerSetWhereCountersAreFew) {
    FakeProvider provider;
    with_everything(provider).most_at_once = 2;
    Counters counters(provider, standard_events());
    EXPECT_EQ(counters.passes(), 5u);  // nine events, two at a time
    int runs = 0;
    const auto readings = counters.measure([&] { ++runs; });
    EXPECT_EQ(runs, 5);
    for (const CounterReading& reading : readings) {
        EXPECT_EQ(reading.value, provider.values.at(reading.name));
    }
}

TEST(Counters, KeepEventsApartThatOpenTogetherButDoNotCountTogether) {
    FakeProvider provider;
    with_everything(provider).fails_to_start_together = true;
    Counters counters(provider, standard_events());
    EXPECT_EQ(counters.passes(), standard_events().size());
    for (const CounterReading& reading : counters.measure([] {})) {
        EXPECT_TRUE(reading.value.has_value()) << reading.name;
    }
}

TEST(Counters, PassTheProvidersReasonOn) {
    FakeProvider provider;
    with_everything(provider).refused["PAPI_TOT_CYC"] = "Event does not exist";
    Counters counters(provider, standard_events());
    const auto readings = counters.measure([] {});
    EXPECT_FALSE(readings.front().value.has_value());
    EXPECT_EQ(readings.front().reason, "Event does not exist");
    ASSERT_EQ(counters.unavailable().size(), 1u);
    EXPECT_EQ(counters.unavailable().front().name, "PAPI_TOT_CYC");
}

TEST(Counters, DisbelieveAHardwareEventThatReadsZero) {
    FakeProvider provider;
    with_everything(provider).values["PAPI_TOT_INS"] = 0;
    Counters counters(provider, standard_events());
    for (const CounterReading& reading : counters.measure([] {})) {
        if (reading.name == "PAPI_TOT_INS") {
            EXPECT_FALSE(reading.value.has_value());
            EXPECT_EQ(reading.reason, "opens, but reads 0 over work that must move it");
        }
    }
}

TEST(Counters, BelieveASoftwareEventThatReadsZero) {
    FakeProvider provider;
    with_everything(provider).values["perf::PAGE-FAULTS"] = 0;
    Counters counters(provider, standard_events());
    for (const CounterReading& reading : counters.measure([] {})) {
        if (reading.name == "perf::PAGE-FAULTS") {
            EXPECT_EQ(reading.value, 0);
        }
    }
}

TEST(Counters, RunNothingWhereNothingCounts) {
    FakeProvider provider;
    Counters counters(provider, standard_events());
    EXPECT_EQ(counters.passes(), 0u);
    const auto readings = counters.measure([] { FAIL() << "nothing to count"; });
    EXPECT_EQ(readings.size(), standard_events().size());
    EXPECT_EQ(counters.unavailable().size(), standard_events().size());
    for (const CounterReading& reading : readings) {
        EXPECT_EQ(reading.reason, "no such event");
    }
}

// Whatever this machine has: each event is a value or a reason, never both and never neither.
TEST(PapiProvider, GivesAValueOrAReasonForEachEvent) {
    const auto provider = make_papi_provider();
    EXPECT_EQ(provider->name(), "papi");
    Counters counters(*provider, standard_events());
    std::vector<unsigned char> memory;
    const auto readings = counters.measure([&] {
        memory.assign(std::size_t{16} << 20u, 1);  // some page faults, some work
    });
    ASSERT_EQ(readings.size(), standard_events().size());
    for (std::size_t index = 0; index < readings.size(); ++index) {
        const CounterReading& reading = readings[index];
        EXPECT_NE(reading.value.has_value(), !reading.reason.empty()) << reading.name;
        if (reading.value && standard_events()[index].kind == EventKind::kHardware) {
            EXPECT_GE(*reading.value, 0) << reading.name;
        }
        if (reading.value && reading.name == "perf::TASK-CLOCK") {
            EXPECT_GT(*reading.value, 0);
        }
        RecordProperty(reading.name,
                       reading.value ? std::to_string(*reading.value) : reading.reason);
    }
}

}  // namespace
}  // namespace rowcast::measure
