#include "pipeline/name_pool.hpp"

#include "pipeline/text.hpp"

namespace rowcast {

std::string_view NamePool::intern(std::string_view name) {
    if (shared_ != nullptr) {
        const auto known = shared_->names_.find(name);
        if (known != shared_->names_.end()) {
            return *known;
        }
    }
    const auto known = names_.lower_bound(name);
    if (known != names_.end() && *known == name) {
        return *known;
    }
    return *names_.emplace_hint(known, copy_text(name, memory_));
}

}  // namespace rowcast
