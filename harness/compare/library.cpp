#include "harness/compare/library.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

namespace rowcast::compare {
namespace {

class FileDescriptor {
  public:
    explicit FileDescriptor(int number) noexcept : number_(number) {}
    ~FileDescriptor() {
        if (number_ >= 0) {
            close(number_);
        }
    }
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;

    int number() const noexcept { return number_; }

  private:
    int number_;
};

[[noreturn]] void fail(const std::string& path, std::string_view what) {
    throw std::runtime_error(fmt::format("{}: {}", path, what));
}

// The loader knows a file that it has loaded already by its path and by its inode, and would hand the
// same library out again. So each copy has an inode of its own, and a path that no other had: numbers
// of descriptors come back.
std::string path_of(const FileDescriptor& copy) {
    static std::atomic<std::size_t> copies = 0;
    std::string path = "/proc/self/";
    for (std::size_t copied = ++copies; copied > 0; --copied) {
        path += "./";
    }
    return path + fmt::format("fd/{}", copy.number());
}

void copy_file(const std::string& path, const FileDescriptor& copy) {
    const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat facts {};
    if (file.number() < 0 || fstat(file.number(), &facts) != 0) {
        fail(path, std::strerror(errno));
    }
    if (!S_ISREG(facts.st_mode)) {
        fail(path, "not a file");
    }
    off_t done = 0;
    while (done < facts.st_size) {
        const auto wanted = static_cast<std::size_t>(facts.st_size - done);
        if (sendfile(copy.number(), file.number(), &done, wanted) <= 0) {
            fail(path, std::strerror(errno));
        }
    }
}

}  // namespace

Library::Library(const std::string& path) {
    const FileDescriptor copy(memfd_create("librowcast", MFD_CLOEXEC));
    if (copy.number() < 0) {
        fail(path, std::strerror(errno));
    }
    copy_file(path, copy);
    handle_ = dlopen(path_of(copy).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ == nullptr) {
        fail(path, dlerror());
    }
    const auto find = [&](auto& function, const char* name) {
        void* const address = dlsym(handle_, name);
        if (address == nullptr) {
            dlclose(handle_);
            fail(path, fmt::format("no librowcast: it lacks {}", name));
        }
        function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(address);
    };
    find(functions_.version, "rowcast_version");
    find(functions_.schema_parse, "rowcast_schema_parse");
    find(functions_.schema_free, "rowcast_schema_free");
    find(functions_.plan_compile, "rowcast_plan_compile");
    find(functions_.plan_free, "rowcast_plan_free");
    find(functions_.request_create, "rowcast_request_create");
    find(functions_.request_free, "rowcast_request_free");
    find(functions_.request_implementation, "rowcast_request_implementation");
    find(functions_.request_run, "rowcast_request_run");
    find(functions_.request_response, "rowcast_request_response");
    find(functions_.request_error, "rowcast_request_error");
}

Library::~Library() { dlclose(handle_); }

}  // namespace rowcast::compare
