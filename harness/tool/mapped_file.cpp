#include "harness/tool/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "harness/tool/command.hpp"

namespace rowcast::tool {

namespace {

// Closes the file at the end of its scope; standard input stays open.
class Descriptor {
  public:
    explicit Descriptor(const std::string& path)
        : number_(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~Descriptor() {
        if (number_ > STDIN_FILENO) {
            ::close(number_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int number() const noexcept { return number_; }

  private:
    int number_;
};

[[noreturn]] void stop(const std::string& path, int exit_code) {
    throw Stop(exit_code,
               fmt::format("{}: {}", path == "-" ? "standard input" : path, std::strerror(errno)));
}

std::string read_to_end(int descriptor, const std::string& path, int exit_code) {
    std::string bytes;
    std::size_t used = 0;
    for (;;) {
        constexpr std::size_t kLeastRoom = std::size_t{1} << 16;
        if (bytes.size() - used < kLeastRoom) {
            bytes.resize(used + used / 2 + kLeastRoom);
        }
        const ssize_t count = ::read(descriptor, bytes.data() + used, bytes.size() - used);
        if (count == 0) {
            bytes.resize(used);
            return bytes;
        }
        if (count < 0 && errno != EINTR) {
            stop(path, exit_code);
        }
        used += count < 0 ? 0 : static_cast<std::size_t>(count);
    }
}

}  // namespace

MappedFile::MappedFile(const std::string& path, int exit_code) {
    const Descriptor file(path);
    struct stat status {};
    if (file.number() < 0 || ::fstat(file.number(), &status) != 0) {
        stop(path, exit_code);
    }
    const off_t position = S_ISREG(status.st_mode) ? ::lseek(file.number(), 0, SEEK_CUR) : -1;
    if (position == 0 && status.st_size > 0) {
        const auto size = static_cast<std::size_t>(status.st_size);
        void* const mapping = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
        if (mapping != MAP_FAILED) {
            ::madvise(mapping, size, MADV_SEQUENTIAL);
            mapping_ = mapping;
            bytes_ = {static_cast<const char*>(mapping), size};
            return;
        }
    }
    read_ = read_to_end(file.number(), path, exit_code);
    bytes_ = read_;
}

MappedFile::~MappedFile() {
    if (mapping_ != nullptr) {
        ::munmap(mapping_, bytes_.size());
    }
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : bytes_(other.bytes_),
      read_(std::move(other.read_)),
      mapping_(std::exchange(other.mapping_, nullptr)) {
    if (mapping_ == nullptr) {
        bytes_ = read_;  // short strings move with their object
    }
}

}  // namespace rowcast::tool
