#include "tests/equivalence/shell.hpp"

#include <array>
#include <cstddef>
#include <cstdio>
#include <memory>

namespace rowcast::test {

std::string output_of_bash(const std::string& script) {
    // The script goes through a file, so that no other quoting gets in between.
    const std::unique_ptr<FILE, int (*)(FILE*)> file(std::tmpfile(), std::fclose);
    std::fwrite(script.data(), 1, script.size(), file.get());
    std::fflush(file.get());
    std::rewind(file.get());
    const std::string shell = "bash /dev/fd/" + std::to_string(fileno(file.get()));
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(shell.c_str(), "r"), pclose);
    std::string output;
    std::array<char, 4096> buffer{};
    for (std::size_t size; (size = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) != 0;) {
        output.append(buffer.data(), size);
    }
    return output;
}

}  // namespace rowcast::test
