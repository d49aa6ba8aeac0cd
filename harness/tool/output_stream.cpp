#include "harness/tool/output_stream.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <string>

#include <fmt/format.h>

#include "harness/tool/command.hpp"

namespace rowcast::tool {

void write_standard_output(std::string_view bytes) {
    if (!flush_standard_output()) {
        throw Stop(kBadInput, "standard output cannot be written");
    }
    while (!bytes.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            throw Stop(kBadInput, fmt::format("standard output: {}", std::strerror(errno)));
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

bool flush_standard_output() noexcept {
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) {
        return true;
    }
    fmt::print(stderr, "rowcast: standard output: {}\n", std::strerror(errno));
    return false;
}

}  // namespace rowcast::tool
