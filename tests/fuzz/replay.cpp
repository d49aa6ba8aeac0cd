// Runs a target over files, without a fuzzer:
//
//     rowcast_fuzz_replay [--describe] TARGET FILE-OR-FOLDER...
//
// Exit codes: 0 all is well; 1 something is wrong, and said; 2 usage, or nothing to run.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "reference/register.hpp"
#include "tests/fuzz/target.hpp"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const std::vector<std::string_view>& names) {
    std::vector<fs::path> files;
    for (const std::string_view name : names) {
        const fs::path path(name);
        if (fs::is_directory(path)) {
            for (const auto& entry : fs::directory_iterator(path)) {
                if (entry.is_regular_file()) {
                    files.push_back(entry.path());
                }
            }
        } else {
            files.push_back(path);
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    file.exceptions(std::ios::badbit | std::ios::failbit);
    file.peek();  // an empty file is none that cannot be read
    file.exceptions(std::ios::badbit);
    return {std::istreambuf_iterator<char>(file), {}};
}

int run(std::vector<std::string_view> arguments) {
    const bool describe = !arguments.empty() && arguments[0] == "--describe";
    if (describe) {
        arguments.erase(arguments.begin());
    }
    const auto* const target =
        arguments.empty() ? nullptr : rowcast::fuzz::find_target(arguments[0]);
    if (target == nullptr) {
        std::fputs("usage: rowcast_fuzz_replay [--describe] TARGET FILE-OR-FOLDER...\n", stderr);
        return 2;
    }
    arguments.erase(arguments.begin());
    const std::vector<fs::path> files = files_of(arguments);
    if (files.empty()) {
        std::fputs("rowcast_fuzz_replay: no file to run\n", stderr);
        return 2;
    }
    int code = 0;
    for (const fs::path& file : files) {
        const std::string bytes = content(file);
        if (describe) {
            std::fputs(target->describe(bytes).c_str(), stdout);
        } else if (const auto wrong = target->check(bytes)) {
            std::printf("%s: %s", file.c_str(), wrong->c_str());
            code = 1;
        }
    }
    if (!describe) {
        std::printf("%s: %zu files\n", std::string(target->name).c_str(), files.size());
    }
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    rowcast::reference::register_implementations();
    try {
        return run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "rowcast_fuzz_replay: %s\n", error.what());
        return 2;
    }
}
