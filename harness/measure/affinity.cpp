#include "harness/measure/affinity.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace rowcast::measure {
namespace {

constexpr std::size_t kCacheLine = 64;

std::size_t twice_the_last_level_cache() {
    constexpr long kAtLeast = 32L << 20;
    const long level3 = sysconf(_SC_LEVEL3_CACHE_SIZE);
    const long level2 = sysconf(_SC_LEVEL2_CACHE_SIZE);
    return 2 * static_cast<std::size_t>(std::max({level3, level2, kAtLeast}));
}

std::optional<std::string> allow(pid_t thread, std::span<const int> cpus) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int cpu : cpus) {
        if (cpu < 0 || cpu >= CPU_SETSIZE) {
            return "no such processor";
        }
        CPU_SET(static_cast<std::size_t>(cpu), &set);
    }
    if (sched_setaffinity(thread, sizeof set, &set) != 0) {
        return std::strerror(errno);
    }
    return std::nullopt;
}

}  // namespace

std::vector<int> allowed_cpus() {
    cpu_set_t set;
    CPU_ZERO(&set);
    std::vector<int> cpus;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
            if (CPU_ISSET(static_cast<std::size_t>(cpu), &set)) {
                cpus.push_back(cpu);
            }
        }
    }
    return cpus;
}

std::optional<std::string> pin_to_cpu(int cpu) { return allow_cpus({&cpu, 1}); }

std::optional<std::string> allow_cpus(std::span<const int> cpus) { return allow(0, cpus); }

std::size_t pin_other_threads(std::span<const int> cpus) {
    std::vector<pid_t> others;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
        const pid_t thread = std::stoi(entry.path().filename().string());
        if (thread != gettid()) {
            others.push_back(thread);
        }
    }
    std::sort(others.begin(), others.end());
    for (std::size_t index = 0; index < others.size(); ++index) {
        allow(others[index], cpus.subspan(index % cpus.size(), 1));
    }
    return others.size();
}

CacheEvictor::CacheEvictor() : CacheEvictor(twice_the_last_level_cache()) {}

CacheEvictor::CacheEvictor(std::size_t bytes) : buffer_(std::max(bytes, kCacheLine)) {}

void CacheEvictor::evict() noexcept {
    // Written, not only read: the pages must be real ones, not the kernel's one page of zeros.
    auto* data = static_cast<volatile unsigned char*>(buffer_.data());
    for (std::size_t offset = 0; offset < buffer_.size(); offset += kCacheLine) {
        data[offset] = static_cast<unsigned char>(data[offset] + 1u);
    }
}

}  // namespace rowcast::measure
