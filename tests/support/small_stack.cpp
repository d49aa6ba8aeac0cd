#include "tests/support/small_stack.hpp"

#include <pthread.h>

#include <cstdio>
#include <cstdlib>

namespace rowcast::test {

void on_a_small_stack(const std::function<void()>& work) {
    constexpr std::size_t kStackBytes = 256 * 1024;
    pthread_attr_t attributes;
    pthread_t thread;
    const auto run = [](void* context) -> void* {
        (*static_cast<const std::function<void()>*>(context))();
        return nullptr;
    };
    if (pthread_attr_init(&attributes) != 0 ||
        pthread_attr_setstacksize(&attributes, kStackBytes) != 0 ||
        pthread_create(&thread, &attributes, run, const_cast<std::function<void()>*>(&work)) != 0) {
        std::perror("pthread_create");
        std::abort();
    }
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
}

}  // namespace rowcast::test
