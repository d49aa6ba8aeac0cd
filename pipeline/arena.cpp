#include "pipeline/arena.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace rowcast {

// A chunk's header; its memory follows.
struct Arena::Chunk {
    Chunk* next;
    std::size_t size;  // of the memory behind the header

    std::uint8_t* memory() noexcept { return reinterpret_cast<std::uint8_t*>(this + 1); }
};

Arena::Arena(MemoryLimit& limit) noexcept
    : scratch_{built_in_, built_in_ + kBuiltInBytes, nullptr, &Arena::allocate_elsewhere, &memo_},
      limit_(&limit) {
    static_assert(sizeof(Chunk) % kernels::kScratchAlignment == 0);
}

Arena::~Arena() { trim(); }

void Arena::reset() noexcept {
    scratch_.cursor = built_in_;
    scratch_.end = built_in_ + kBuiltInBytes;
    scratch_.chunk = nullptr;
}

void Arena::trim() noexcept {
    reset();
    while (first_ != nullptr) {
        Chunk* const next = first_->next;
        std::free(first_);
        first_ = next;
    }
    limit_->give_back(capacity_);
    capacity_ = 0;
}

bool Arena::reserve(std::size_t bytes) noexcept {
    if (bytes <= capacity_) {
        reset();
        return true;
    }
    trim();
    kernels::ErrorCode code = kernels::ErrorCode::kOk;
    const bool is_made =
        allocate_elsewhere(&scratch_, std::max(bytes, sizeof(Chunk)) - sizeof(Chunk), &code) !=
        nullptr;
    reset();
    return is_made;
}

void Arena::enter(Chunk* chunk) noexcept {
    scratch_.chunk = chunk;
    scratch_.cursor = chunk->memory();
    scratch_.end = chunk->memory() + chunk->size;
}

// Chunks are a list in the order of their making; those behind the current one are free. The next
// one that is large enough is used, moved to the front of the free ones; else a new one is made,
// twice as large as all before together.
void* Arena::allocate_elsewhere(kernels::Scratch* scratch, std::size_t bytes,
                                kernels::ErrorCode* code) noexcept {
    auto& arena = *reinterpret_cast<Arena*>(scratch);
    auto* const current = static_cast<Chunk*>(scratch->chunk);
    Chunk** const free_list = current == nullptr ? &arena.first_ : &current->next;

    Chunk** link = free_list;
    while (*link != nullptr && (*link)->size < bytes) {
        link = &(*link)->next;
    }
    Chunk* chunk = *link;
    if (chunk != nullptr) {
        *link = chunk->next;
    } else {
        std::size_t size = std::max(kFirstChunkBytes, arena.capacity_);
        if (size < bytes) {
            size = bytes;
        }
        if (!arena.limit_->take(size + sizeof(Chunk))) {
            size = bytes;
            if (!arena.limit_->take(size + sizeof(Chunk))) {
                *code = kernels::ErrorCode::kRequestTooLarge;
                return nullptr;
            }
        }
        chunk = static_cast<Chunk*>(std::malloc(size + sizeof(Chunk)));
        if (chunk == nullptr) {
            arena.limit_->give_back(size + sizeof(Chunk));
            *code = kernels::ErrorCode::kOutOfMemory;
            return nullptr;
        }
        chunk->size = size;
        arena.capacity_ += size + sizeof(Chunk);
        arena.high_water_ = std::max(arena.high_water_, arena.capacity_);
    }
    chunk->next = *free_list;
    *free_list = chunk;
    arena.enter(chunk);
    void* const result = scratch->cursor;
    scratch->cursor += bytes;
    return result;
}

}  // namespace rowcast
