#include "harness/measure/scaling.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>
#include <utility>

#include "harness/measure/affinity.hpp"
#include "harness/measure/percentiles.hpp"
#include "harness/measure/random.hpp"

namespace rowcast::measure {
namespace {

double time_of_call(const Epoch& epoch, std::uint64_t first, std::uint64_t calls,
                    const NowNs& now_ns) {
    const double begin = now_ns();
    epoch(first, calls);
    return (now_ns() - begin) / static_cast<double>(calls);
}

// Threads that wait, asleep, until they are to run an epoch all at the same time.
class IndependentThreads {
  public:
    IndependentThreads(const ScalingWork& work, const NowNs& now_ns, const std::vector<int>& cpus)
        : epochs_(work.independent), now_ns_(now_ns), times_(epochs_.size()) {
        for (std::size_t index = 1; index < epochs_.size(); ++index) {
            threads_.emplace_back([this, index, &cpus] {
                if (index < cpus.size()) {
                    pin_to_cpu(cpus[index]);
                }
                serve(index);
            });
        }
    }
    ~IndependentThreads() {
        ends_ = true;
        ++round_;
        round_.notify_all();
        for (std::thread& thread : threads_) {
            thread.join();
        }
    }
    IndependentThreads(const IndependentThreads&) = delete;
    IndependentThreads& operator=(const IndependentThreads&) = delete;

    // Calls a nanosecond of all threads together.
    double throughput(std::uint64_t first, std::uint64_t calls) {
        first_ = first;
        calls_ = calls;
        present_ = 0;
        timed_ = 0;
        left_ = 0;
        ++round_;
        round_.notify_all();
        take_part(0);
        while (left_ != epochs_.size()) {
            std::this_thread::yield();
        }
        double sum = 0.0;
        for (const double time : times_) {
            sum += 1.0 / time;
        }
        return sum;
    }

  private:
    void serve(std::size_t index) {
        std::uint64_t seen = 0;
        while (true) {
            round_.wait(seen);
            seen = round_;
            if (ends_) {
                return;
            }
            take_part(index);
        }
    }

    // Starts with the others, and goes on after its own calls until the last one has made its: so
    // each is timed beside all the others.
    void take_part(std::size_t index) {
        ++present_;
        while (present_ != epochs_.size()) {
            std::this_thread::yield();
        }
        times_[index] = time_of_call(epochs_[index], first_, calls_, now_ns_);
        ++timed_;
        while (timed_ != epochs_.size()) {
            epochs_[index](first_, 1);
        }
        ++left_;
    }

    const std::vector<Epoch>& epochs_;
    const NowNs& now_ns_;
    std::vector<double> times_;
    std::uint64_t first_ = 0;
    std::uint64_t calls_ = 0;
    std::atomic<std::uint64_t> round_{0};
    std::atomic<bool> ends_{false};
    std::atomic<std::size_t> present_{0};
    std::atomic<std::size_t> timed_{0};
    std::atomic<std::size_t> left_{0};
    std::vector<std::thread> threads_;  // last: they use all the above
};

}  // namespace

ScalingResult run_scaling_launch(const ScalingWork& work, const NowNs& now_ns,
                                 const ScalingOptions& options) {
    enum Side : std::size_t { kAlone, kIndependent, kTogether, kSides };

    work.together(0, 1);
    work.alone(0, 1);  // warms up
    const double estimate = time_of_call(work.alone, 0, 1, now_ns);
    const auto calls = static_cast<std::uint64_t>(
        std::max(1.0, std::ceil(options.epoch_ns / std::max(estimate, 1.0))));

    IndependentThreads independent(work, now_ns, options.cpus);
    Random random(options.seed);
    std::vector<double> ratios[kSides];
    std::vector<double> alone_ns;
    std::vector<double> together_ns;
    const double begin = now_ns();
    for (std::size_t round = 0; round < options.max_rounds; ++round) {
        if (round != 0 && now_ns() - begin >= options.budget_ns) {
            break;
        }
        const std::uint64_t first = round * calls;
        double throughput[kSides] = {};
        std::size_t order[kSides] = {kAlone, kIndependent, kTogether};
        for (std::size_t place = kSides; place > 1; --place) {
            std::swap(order[place - 1], order[random.next() % place]);
        }
        for (const std::size_t side : order) {
            // Threads of the side before may still be looking for work.
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            if (side == kIndependent) {
                throughput[side] = independent.throughput(first, calls);
            } else {
                const Epoch& epoch = side == kAlone ? work.alone : work.together;
                throughput[side] = 1.0 / time_of_call(epoch, first, calls, now_ns);
            }
        }
        ratios[0].push_back(std::log(throughput[kIndependent] / throughput[kAlone]));
        ratios[1].push_back(std::log(throughput[kTogether] / throughput[kAlone]));
        ratios[2].push_back(std::log(throughput[kTogether] / throughput[kIndependent]));
        alone_ns.push_back(1.0 / throughput[kAlone]);
        together_ns.push_back(1.0 / throughput[kTogether]);
    }
    ScalingResult result;
    result.rounds = alone_ns.size();
    result.independent_over_alone = median(std::move(ratios[0]));
    result.together_over_alone = median(std::move(ratios[1]));
    result.together_over_independent = median(std::move(ratios[2]));
    result.alone_ns = median(std::move(alone_ns));
    result.together_ns = median(std::move(together_ns));
    result.enough = result.rounds >= options.min_rounds;
    return result;
}

}  // namespace rowcast::measure
