#include "harness/measure/json_lines.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

namespace rowcast::measure {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path) {
    throw std::system_error(errno, std::generic_category(), path.string());
}

void write_all(int file, std::string_view text, const std::filesystem::path& path) {
    while (!text.empty()) {
        const ssize_t written = write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            fail(path);
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

// Some file systems (and pipes) cannot sync; the data is written all the same.
void sync(int file, const std::filesystem::path& path) {
    if (fsync(file) != 0 && errno != EINVAL && errno != EROFS) {
        fail(path);
    }
}

}  // namespace

JsonLines read_json_lines(const std::filesystem::path& path) {
    JsonLines lines;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return lines;
    }
    const std::string text((std::istreambuf_iterator<char>(file)),
                           std::istreambuf_iterator<char>());
    std::size_t begin = 0;
    std::size_t number = 0;
    while (begin < text.size()) {
        ++number;
        const std::size_t end = text.find('\n', begin);
        if (end == std::string::npos) {
            lines.has_torn_line = true;
            break;
        }
        Json value = Json::parse(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                 text.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
        if (value.is_discarded()) {
            if (end + 1 < text.size()) {
                throw std::runtime_error(
                    fmt::format("{}: line {} is not JSON", path.string(), number));
            }
            lines.has_torn_line = true;
            break;
        }
        lines.values.push_back(std::move(value));
        begin = end + 1;
        lines.whole_bytes = begin;
    }
    return lines;
}

JsonLinesWriter::JsonLinesWriter(const std::filesystem::path& path, Mode mode) {
    std::uintmax_t keep = 0;
    if (mode == Mode::kResume) {
        keep = read_json_lines(path).whole_bytes;
    }
    file_ = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file_ < 0) {
        fail(path);
    }
    if (ftruncate(file_, static_cast<off_t>(keep)) != 0) {
        const int error = errno;
        close(file_);
        errno = error;
        fail(path);
    }
}

JsonLinesWriter::~JsonLinesWriter() { close(file_); }

void JsonLinesWriter::append(const Json& value) {
    write_all(file_, value.dump() + '\n', "cells");
    sync(file_, "cells");
}

void write_file_atomically(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::path temporary = path;
    temporary += ".part";
    const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) {
        fail(temporary);
    }
    try {
        write_all(file, text, temporary);
        sync(file, temporary);
    } catch (...) {
        close(file);
        unlink(temporary.c_str());
        throw;
    }
    close(file);
    std::filesystem::rename(temporary, path);
}

}  // namespace rowcast::measure
