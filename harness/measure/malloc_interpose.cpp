// Counts what a program asks of the heap, by standing in for the malloc family.
//
// An object library of its own: only a program that counts links it. In an executable these
// definitions come before those of any shared library, a preloaded allocator included; each passes
// on to the next definition in line, so that a run under another allocator or under heaptrack
// still works and is still counted. operator new needs nothing of its own: libstdc++'s calls
// malloc or aligned_alloc.
//
// Under AddressSanitizer, whose run-time library is the allocator, that library's hooks are used
// instead. ThreadSanitizer's hooks do not see the whole family, so there nothing is counted.

#include "harness/measure/allocation_hooks.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define ROWCAST_ADDRESS_SANITIZER 1
#elif defined(__SANITIZE_THREAD__)
#define ROWCAST_OTHER_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ROWCAST_ADDRESS_SANITIZER 1
#elif __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define ROWCAST_OTHER_SANITIZER 1
#endif
#endif

namespace hooks = rowcast::measure::allocation_hooks;

#if defined(ROWCAST_ADDRESS_SANITIZER)

// As <sanitizer/allocator_interface.h> declares it; g++ and clang++ both have the function.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*malloc_hook)(const volatile void*,
                                                                             std::size_t),
                                                         void (*free_hook)(const volatile void*));

namespace {

void on_malloc(const volatile void* block, std::size_t size) {
    if (hooks::counting.load(std::memory_order_relaxed)) {
        hooks::allocated(const_cast<const void*>(block), size);
    }
}

void on_free(const volatile void* block) {
    if (hooks::counting.load(std::memory_order_relaxed)) {
        std::size_t size = 0;
        hooks::releasing(const_cast<const void*>(block), &size);
    }
}

__attribute__((constructor)) void install_hooks() {
    if (__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) != 0) {
        hooks::install("sanitizer hooks");
    } else {
        hooks::refuse("the sanitizer takes no more allocation hooks");
    }
}

}  // namespace

#elif defined(ROWCAST_OTHER_SANITIZER)

namespace {

__attribute__((constructor)) void refuse() {
    hooks::refuse("this sanitizer's allocation hooks miss a part of the malloc family");
}

}  // namespace

#else

#include <dlfcn.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace {

struct Next {
    void* (*malloc)(std::size_t);
    void* (*calloc)(std::size_t, std::size_t);
    void* (*realloc)(void*, std::size_t);
    void (*free)(void*);
    void* (*memalign)(std::size_t, std::size_t);
    void* (*aligned_alloc)(std::size_t, std::size_t);
    int (*posix_memalign)(void**, std::size_t, std::size_t);
    void* (*valloc)(std::size_t);
    void* (*pvalloc)(std::size_t);
};

// The look-up happens on the program's first allocation, before there are threads. dlsym may
// itself allocate; such requests are served from a small buffer that is never given back.
constinit Next next{};
constinit bool is_resolved = false;
constinit bool is_resolving = false;

constexpr std::size_t kBootstrapBytes = 16 * 1024;
alignas(64) constinit unsigned char bootstrap_buffer[kBootstrapBytes]{};
constinit std::size_t bootstrap_used = 0;

bool is_bootstrap(const void* block) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(block);
    const auto begin = reinterpret_cast<std::uintptr_t>(bootstrap_buffer);
    return address >= begin && address < begin + kBootstrapBytes;
}

void* bootstrap_allocate(std::size_t size) noexcept {
    constexpr std::size_t kAlignment = 64;
    if (size > kBootstrapBytes - bootstrap_used) {
        errno = ENOMEM;
        return nullptr;
    }
    void* block = bootstrap_buffer + bootstrap_used;
    bootstrap_used += (size + kAlignment - 1) / kAlignment * kAlignment;
    return block;
}

template <class Function>
void look_up(Function& function, const char* name) noexcept {
    function = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

// False while the look-up itself is running.
bool resolve() noexcept {
    if (is_resolved) [[likely]] {
        return true;
    }
    if (is_resolving) {
        return false;
    }
    is_resolving = true;
    look_up(next.malloc, "malloc");
    look_up(next.calloc, "calloc");
    look_up(next.realloc, "realloc");
    look_up(next.free, "free");
    look_up(next.memalign, "memalign");
    look_up(next.aligned_alloc, "aligned_alloc");
    look_up(next.posix_memalign, "posix_memalign");
    look_up(next.valloc, "valloc");
    look_up(next.pvalloc, "pvalloc");
    is_resolved = true;
    is_resolving = false;
    hooks::install("interposed malloc");
    return true;
}

void* counted(void* block, std::size_t size) noexcept {
    if (hooks::counting.load(std::memory_order_relaxed)) [[unlikely]] {
        hooks::allocated(block, size);
    }
    return block;
}

void* out_of_memory() noexcept {
    errno = ENOMEM;
    return nullptr;
}

void* reallocate(void* old, std::size_t size) noexcept {
    if (!resolve()) {
        return bootstrap_allocate(size);
    }
    if (is_bootstrap(old)) {
        const auto offset = static_cast<std::size_t>(static_cast<unsigned char*>(old) -
                                                     static_cast<unsigned char*>(bootstrap_buffer));
        const std::size_t available = kBootstrapBytes - offset;
        void* block = counted(next.malloc(size), size);
        if (block != nullptr) {
            std::memcpy(block, old, size < available ? size : available);
        }
        return block;
    }
    if (!hooks::counting.load(std::memory_order_relaxed)) [[likely]] {
        return next.realloc(old, size);
    }
    std::size_t old_size = 0;
    const bool was_counted = hooks::releasing(old, &old_size);
    void* block = next.realloc(old, size);
    if (block != nullptr) {
        hooks::allocated(block, size);
    } else if (was_counted && size != 0) {
        hooks::kept(old, old_size);
    }
    return block;
}

}  // namespace

#define ROWCAST_INTERPOSED extern "C" __attribute__((visibility("default"), used))

ROWCAST_INTERPOSED void* malloc(std::size_t size) noexcept {
    return resolve() ? counted(next.malloc(size), size) : bootstrap_allocate(size);
}

ROWCAST_INTERPOSED void free(void* block) noexcept {
    if (block == nullptr || is_bootstrap(block)) {
        return;
    }
    if (hooks::counting.load(std::memory_order_relaxed)) [[unlikely]] {
        std::size_t size = 0;
        hooks::releasing(block, &size);
    }
    if (resolve()) {
        next.free(block);
    }
}

ROWCAST_INTERPOSED void* calloc(std::size_t count, std::size_t size) noexcept {
    std::size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        return out_of_memory();
    }
    // The bootstrap buffer is zero and never reused.
    return resolve() ? counted(next.calloc(count, size), bytes) : bootstrap_allocate(bytes);
}

ROWCAST_INTERPOSED void* realloc(void* old, std::size_t size) noexcept {
    return reallocate(old, size);
}

ROWCAST_INTERPOSED void* reallocarray(void* old, std::size_t count, std::size_t size) noexcept {
    std::size_t bytes = 0;
    return __builtin_mul_overflow(count, size, &bytes) ? out_of_memory() : reallocate(old, bytes);
}

ROWCAST_INTERPOSED void* memalign(std::size_t alignment, std::size_t size) noexcept {
    return resolve() ? counted(next.memalign(alignment, size), size) : nullptr;
}

ROWCAST_INTERPOSED void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    return resolve() ? counted(next.aligned_alloc(alignment, size), size) : nullptr;
}

ROWCAST_INTERPOSED int posix_memalign(void** block, std::size_t alignment,
                                      std::size_t size) noexcept {
    if (!resolve()) {
        return ENOMEM;
    }
    const int error = next.posix_memalign(block, alignment, size);
    if (error == 0) {
        counted(*block, size);
    }
    return error;
}

ROWCAST_INTERPOSED void* valloc(std::size_t size) noexcept {
    return resolve() ? counted(next.valloc(size), size) : nullptr;
}

ROWCAST_INTERPOSED void* pvalloc(std::size_t size) noexcept {
    return resolve() ? counted(next.pvalloc(size), size) : nullptr;
}

#endif
