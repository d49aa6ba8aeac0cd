#include "harness/measure/allocation.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <new>
#include <stdexcept>

#include "harness/measure/allocation_hooks.hpp"

namespace rowcast::measure {
namespace {

// Blocks alive, by address: an open-addressing table in memory of its own, so that counting never
// allocates through what it counts.
class LiveBlocks {
  public:
    bool insert(const void* block, std::size_t size) noexcept {
        if (2 * (used_ + 1) > capacity_ && !grow()) {
            return false;
        }
        Entry& entry = *find_slot(block, true);
        if (entry.block == nullptr) {
            ++used_;
        }
        entry = {.block = block, .size = size};
        return true;
    }

    bool erase(const void* block, std::size_t* size) noexcept {
        if (capacity_ == 0) {
            return false;
        }
        Entry* entry = find_slot(block, false);
        if (entry == nullptr) {
            return false;
        }
        *size = entry->size;
        entry->block = tombstone();
        return true;
    }

    void clear() noexcept {
        if (entries_ != nullptr) {
            munmap(entries_, capacity_ * sizeof(Entry));
        }
        entries_ = nullptr;
        capacity_ = 0;
        used_ = 0;
    }

  private:
    struct Entry {
        const void* block;
        std::size_t size;
    };

    static const void* tombstone() noexcept {
        static const char kMarker = 0;
        return &kMarker;
    }

    static std::size_t hash(const void* block) noexcept {
        const auto address = reinterpret_cast<std::uintptr_t>(block) >> 4u;
        return static_cast<std::size_t>((address * 0x9E3779B97F4A7C15u) >> 20u);
    }

    // For an insertion the first free slot, else the block's own slot or null. `used_` counts
    // tombstones too, so an empty slot always ends the walk.
    Entry* find_slot(const void* block, bool for_insertion) const noexcept {
        std::size_t slot = hash(block) & (capacity_ - 1);
        while (entries_[slot].block != nullptr) {
            const bool is_tombstone = entries_[slot].block == tombstone();
            if (entries_[slot].block == block || (for_insertion && is_tombstone)) {
                return &entries_[slot];
            }
            slot = (slot + 1) & (capacity_ - 1);
        }
        return for_insertion ? &entries_[slot] : nullptr;
    }

    bool grow() noexcept {
        constexpr std::size_t kFirstCapacity = std::size_t{1} << 16u;
        std::size_t live = 0;
        for (std::size_t slot = 0; slot < capacity_; ++slot) {
            const void* block = entries_[slot].block;
            live += (block != nullptr && block != tombstone()) ? 1u : 0u;
        }
        std::size_t capacity = std::max(capacity_, kFirstCapacity);
        while (4 * (live + 1) > capacity) {
            capacity *= 2;
        }
        void* memory = mmap(nullptr, capacity * sizeof(Entry), PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            return false;
        }
        const LiveBlocks old = *this;
        entries_ = static_cast<Entry*>(memory);
        capacity_ = capacity;
        used_ = live;
        for (std::size_t slot = 0; slot < old.capacity_; ++slot) {
            const Entry& entry = old.entries_[slot];
            if (entry.block != nullptr && entry.block != tombstone()) {
                *find_slot(entry.block, true) = entry;
            }
        }
        if (old.entries_ != nullptr) {
            munmap(old.entries_, old.capacity_ * sizeof(Entry));
        }
        return true;
    }

    Entry* entries_ = nullptr;
    std::size_t capacity_ = 0;
    std::size_t used_ = 0;
};

class SpinLock {
  public:
    void lock() noexcept {
        while (flag_.test_and_set(std::memory_order_acquire)) {
            flag_.wait(true, std::memory_order_relaxed);
        }
    }
    void unlock() noexcept {
        flag_.clear(std::memory_order_release);
        flag_.notify_one();
    }

  private:
    std::atomic_flag flag_ = ATOMIC_FLAG_INIT;
};

class Guard {
  public:
    explicit Guard(SpinLock& lock) noexcept : lock_(lock) { lock_.lock(); }
    ~Guard() { lock_.unlock(); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

  private:
    SpinLock& lock_;
};

struct State {
    SpinLock lock;
    AllocationCounts counts;
    LiveBlocks live;
    bool incomplete = false;  // the table could not grow
};

constinit State state;
constinit std::atomic<const char*> source_name = nullptr;
constinit std::atomic<void (*)(bool) noexcept> source_switch = nullptr;
constinit std::atomic<const char*> refusal =
    "this program is not linked with rowcast_measure_allocations";

}  // namespace

namespace allocation_hooks {

constinit std::atomic<bool> counting = false;

void install(const char* name, void (*switch_counting)(bool) noexcept) noexcept {
    source_switch.store(switch_counting);
    source_name.store(name);
}

void refuse(const char* reason) noexcept { refusal.store(reason); }

void allocated(const void* block, std::size_t size) noexcept {
    if (block == nullptr || !counting.load(std::memory_order_relaxed)) {
        return;
    }
    const Guard guard(state.lock);
    AllocationCounts& counts = state.counts;
    ++counts.count;
    counts.bytes += size;
    if (!state.live.insert(block, size)) {
        state.incomplete = true;
        return;
    }
    ++counts.left_count;
    counts.left_bytes += size;
    counts.peak_live_bytes = std::max(counts.peak_live_bytes, counts.left_bytes);
}

bool releasing(const void* block, std::size_t* size) noexcept {
    if (block == nullptr || !counting.load(std::memory_order_relaxed)) {
        return false;
    }
    const Guard guard(state.lock);
    if (!state.live.erase(block, size)) {
        return false;
    }
    --state.counts.left_count;
    state.counts.left_bytes -= *size;
    return true;
}

void kept(const void* block, std::size_t size) noexcept {
    const Guard guard(state.lock);
    if (!state.live.insert(block, size)) {
        state.incomplete = true;
        return;
    }
    ++state.counts.left_count;
    state.counts.left_bytes += size;
}

}  // namespace allocation_hooks

namespace {

void switch_counting(bool on) noexcept {
    allocation_hooks::counting.store(on);
    if (const auto tell_source = source_switch.load()) {
        tell_source(on);
    }
}

}  // namespace

AllocationSource allocation_source() {
    const char* name = source_name.load();
    if (name == nullptr) {
        return {.available = false, .name = {}, .reason = refusal.load()};
    }
    return {.available = true, .name = name, .reason = {}};
}

AllocationScope::AllocationScope() {
    if (source_name.load() == nullptr) {
        throw std::logic_error("allocations cannot be counted in this program");
    }
    if (allocation_hooks::counting.load()) {
        throw std::logic_error("allocations are being counted already");
    }
    {
        const Guard guard(state.lock);
        state.counts = {};
        state.live.clear();
        state.incomplete = false;
    }
    switch_counting(true);
}

AllocationScope::~AllocationScope() {
    switch_counting(false);
    const Guard guard(state.lock);
    state.live.clear();
}

AllocationCounts AllocationScope::counts() const {
    const Guard guard(state.lock);
    if (state.incomplete) {
        throw std::bad_alloc();
    }
    return state.counts;
}

}  // namespace rowcast::measure
