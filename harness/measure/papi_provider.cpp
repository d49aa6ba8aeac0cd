#include "harness/measure/counters.hpp"

#if defined(ROWCAST_HAVE_PAPI)
#include <papi.h>
#endif

#include <utility>

#include <fmt/format.h>

namespace rowcast::measure {
namespace {

// Stands where PAPI is missing.
class RefusingProvider final : public CounterProvider {
  public:
    explicit RefusingProvider(std::string reason) : reason_(std::move(reason)) {}

    [[nodiscard]] std::string name() const override { return "papi"; }
    std::optional<std::string> open(std::span<const std::string> /*events*/) override {
        return reason_;
    }
    std::optional<std::string> start() override { return reason_; }
    std::optional<std::string> stop(std::span<std::int64_t> /*values*/) override { return reason_; }

  private:
    std::string reason_;
};

#if defined(ROWCAST_HAVE_PAPI)

std::string papi_message(int status) {
    const char* message = PAPI_strerror(status);
    return fmt::format("PAPI: {}", message != nullptr ? message : "unknown error");
}

class PapiProvider final : public CounterProvider {
  public:
    PapiProvider() = default;
    ~PapiProvider() override { close(); }

    [[nodiscard]] std::string name() const override { return "papi"; }

    std::optional<std::string> open(std::span<const std::string> events) override {
        close();
        if (const int status = PAPI_create_eventset(&set_); status != PAPI_OK) {
            return papi_message(status);
        }
        for (const std::string& event : events) {
            if (const int status = PAPI_add_named_event(set_, event.c_str()); status != PAPI_OK) {
                close();
                return papi_message(status);
            }
        }
        count_ = events.size();
        return std::nullopt;
    }

    std::optional<std::string> start() override {
        if (const int status = PAPI_start(set_); status != PAPI_OK) {
            return papi_message(status);
        }
        is_running_ = true;
        return std::nullopt;
    }

    std::optional<std::string> stop(std::span<std::int64_t> values) override {
        std::vector<long long> counts(count_);
        is_running_ = false;
        if (const int status = PAPI_stop(set_, counts.data()); status != PAPI_OK) {
            return papi_message(status);
        }
        for (std::size_t index = 0; index < count_ && index < values.size(); ++index) {
            values[index] = counts[index];
        }
        return std::nullopt;
    }

  private:
    void close() noexcept {
        if (set_ == PAPI_NULL) {
            return;
        }
        if (is_running_) {
            PAPI_stop(set_, nullptr);
            is_running_ = false;
        }
        PAPI_cleanup_eventset(set_);
        PAPI_destroy_eventset(&set_);
        set_ = PAPI_NULL;
        count_ = 0;
    }

    int set_ = PAPI_NULL;
    std::size_t count_ = 0;
    bool is_running_ = false;
};

#endif

}  // namespace

std::unique_ptr<CounterProvider> make_papi_provider() {
#if defined(ROWCAST_HAVE_PAPI)
    static const int kVersion = PAPI_library_init(PAPI_VER_CURRENT);
    if (kVersion == PAPI_VER_CURRENT) {
        return std::make_unique<PapiProvider>();
    }
    return std::make_unique<RefusingProvider>(
        kVersion > 0 ? fmt::format("PAPI: the library is version {}.{}, not the one built against",
                                   PAPI_VERSION_MAJOR(kVersion), PAPI_VERSION_MINOR(kVersion))
                     : papi_message(kVersion));
#else
    return std::make_unique<RefusingProvider>("built without PAPI");
#endif
}

}  // namespace rowcast::measure
