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

// As clang's <sanitizer/allocator_interface.h> declares it; g++'s library has it without a header.
// NOLINTNEXTLINE(readability-identifier-naming,bugprone-reserved-identifier)
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
        hooks::install("sanitizer hooks", nullptr);
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

// The functions that do the work at present. While nobody counts these are the next definitions
// themselves, so that an allocation costs a jump more and nothing else.
struct Family {
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

constinit Family next{};
constinit bool is_resolved = false;
constinit bool is_resolving = false;

// The look-up happens on the program's first allocation, before there are threads. dlsym may
// itself allocate; such requests are served from a small buffer that is never given back.
constexpr std::size_t kBootstrapBytes = 16 * 1024;
alignas(64) constinit unsigned char bootstrap_buffer[kBootstrapBytes]{};
constinit std::size_t bootstrap_used = 0;

bool is_bootstrap(const void* block) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(block);
    const auto begin = reinterpret_cast<std::uintptr_t>(bootstrap_buffer);
    return address >= begin && address < begin + kBootstrapBytes;
}

void* out_of_memory() noexcept {
    errno = ENOMEM;
    return nullptr;
}

void* bootstrap_allocate(std::size_t size) noexcept {
    constexpr std::size_t kAlignment = 64;
    if (size > kBootstrapBytes - bootstrap_used) {
        return out_of_memory();
    }
    void* block = bootstrap_buffer + bootstrap_used;
    bootstrap_used += (size + kAlignment - 1) / kAlignment * kAlignment;
    return block;
}

// Passing on with an eye on blocks of the bootstrap buffer: in use only where there are any.
void careful_free(void* block) {
    if (!is_bootstrap(block)) {
        next.free(block);
    }
}

void* careful_realloc(void* old, std::size_t size) {
    if (!is_bootstrap(old)) {
        return next.realloc(old, size);
    }
    const auto offset = static_cast<std::size_t>(static_cast<unsigned char*>(old) -
                                                 static_cast<unsigned char*>(bootstrap_buffer));
    const std::size_t available = kBootstrapBytes - offset;
    void* block = next.malloc(size);
    if (block != nullptr) {
        std::memcpy(block, old, size < available ? size : available);
    }
    return block;
}

// Counting, and then passing on.
void* counted(void* block, std::size_t size) noexcept {
    hooks::allocated(block, size);
    return block;
}

constinit Family passing{};

void* counting_malloc(std::size_t size) { return counted(passing.malloc(size), size); }

void* counting_calloc(std::size_t count, std::size_t size) {
    return counted(passing.calloc(count, size), count * size);
}

void counting_free(void* block) {
    std::size_t size = 0;
    hooks::releasing(block, &size);
    passing.free(block);
}

void* counting_realloc(void* old, std::size_t size) {
    std::size_t old_size = 0;
    const bool was_counted = hooks::releasing(old, &old_size);
    void* block = passing.realloc(old, size);
    if (block != nullptr) {
        hooks::allocated(block, size);
    } else if (was_counted && size != 0) {
        hooks::kept(old, old_size);
    }
    return block;
}

void* counting_memalign(std::size_t alignment, std::size_t size) {
    return counted(passing.memalign(alignment, size), size);
}

void* counting_aligned_alloc(std::size_t alignment, std::size_t size) {
    return counted(passing.aligned_alloc(alignment, size), size);
}

int counting_posix_memalign(void** block, std::size_t alignment, std::size_t size) {
    const int error = passing.posix_memalign(block, alignment, size);
    if (error == 0) {
        counted(*block, size);
    }
    return error;
}

void* counting_valloc(std::size_t size) { return counted(passing.valloc(size), size); }

void* counting_pvalloc(std::size_t size) { return counted(passing.pvalloc(size), size); }

constinit const Family kCounting = {
    .malloc = counting_malloc,
    .calloc = counting_calloc,
    .realloc = counting_realloc,
    .free = counting_free,
    .memalign = counting_memalign,
    .aligned_alloc = counting_aligned_alloc,
    .posix_memalign = counting_posix_memalign,
    .valloc = counting_valloc,
    .pvalloc = counting_pvalloc,
};

// The first call of all, whichever it is, finds the next definitions.
bool resolve() noexcept;

void* first_malloc(std::size_t size) {
    return resolve() ? passing.malloc(size) : bootstrap_allocate(size);
}

void* first_calloc(std::size_t count, std::size_t size) {
    // The bootstrap buffer is zero and never reused.
    return resolve() ? passing.calloc(count, size) : bootstrap_allocate(count * size);
}

void* first_realloc(void* old, std::size_t size) {
    return resolve() ? passing.realloc(old, size) : bootstrap_allocate(size);
}

void first_free(void* block) {
    if (resolve()) {
        passing.free(block);
    }
}

void* first_memalign(std::size_t alignment, std::size_t size) {
    return resolve() ? passing.memalign(alignment, size) : out_of_memory();
}

void* first_aligned_alloc(std::size_t alignment, std::size_t size) {
    return resolve() ? passing.aligned_alloc(alignment, size) : out_of_memory();
}

int first_posix_memalign(void** block, std::size_t alignment, std::size_t size) {
    return resolve() ? passing.posix_memalign(block, alignment, size) : ENOMEM;
}

void* first_valloc(std::size_t size) { return resolve() ? passing.valloc(size) : out_of_memory(); }

void* first_pvalloc(std::size_t size) {
    return resolve() ? passing.pvalloc(size) : out_of_memory();
}

constinit const Family kFirst = {
    .malloc = first_malloc,
    .calloc = first_calloc,
    .realloc = first_realloc,
    .free = first_free,
    .memalign = first_memalign,
    .aligned_alloc = first_aligned_alloc,
    .posix_memalign = first_posix_memalign,
    .valloc = first_valloc,
    .pvalloc = first_pvalloc,
};

constinit std::atomic<const Family*> current = &kFirst;

void switch_counting(bool on) noexcept {
    current.store(on ? &kCounting : &passing, std::memory_order_release);
}

template <class Function>
void look_up(Function& function, const char* name) noexcept {
    function = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

// False while the look-up itself is running.
bool resolve() noexcept {
    if (is_resolved) {
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
    passing = next;
    if (bootstrap_used > 0) {
        passing.free = careful_free;
        passing.realloc = careful_realloc;
    }
    is_resolved = true;
    is_resolving = false;
    switch_counting(false);
    hooks::install("interposed malloc", switch_counting);
    return true;
}

const Family& family() noexcept { return *current.load(std::memory_order_acquire); }

}  // namespace

// Parameters are named as in the manual pages.
#define ROWCAST_INTERPOSED extern "C" __attribute__((visibility("default"), used))

ROWCAST_INTERPOSED void* malloc(std::size_t size) noexcept { return family().malloc(size); }

ROWCAST_INTERPOSED void free(void* ptr) noexcept { family().free(ptr); }

ROWCAST_INTERPOSED void* calloc(std::size_t nmemb, std::size_t size) noexcept {
    return family().calloc(nmemb, size);
}

ROWCAST_INTERPOSED void* realloc(void* ptr, std::size_t size) noexcept {
    return family().realloc(ptr, size);
}

ROWCAST_INTERPOSED void* reallocarray(void* ptr, std::size_t nmemb, std::size_t size) noexcept {
    std::size_t bytes = 0;
    return __builtin_mul_overflow(nmemb, size, &bytes) ? out_of_memory()
                                                       : family().realloc(ptr, bytes);
}

ROWCAST_INTERPOSED void* memalign(std::size_t alignment, std::size_t size) noexcept {
    return family().memalign(alignment, size);
}

ROWCAST_INTERPOSED void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    return family().aligned_alloc(alignment, size);
}

ROWCAST_INTERPOSED int posix_memalign(void** memptr, std::size_t alignment,
                                      std::size_t size) noexcept {
    return family().posix_memalign(memptr, alignment, size);
}

ROWCAST_INTERPOSED void* valloc(std::size_t size) noexcept { return family().valloc(size); }

ROWCAST_INTERPOSED void* pvalloc(std::size_t size) noexcept { return family().pvalloc(size); }

#endif
