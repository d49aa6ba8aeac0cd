#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rowcast::tool {

// A file's bytes, read-only: memory-mapped where the file allows it (regular files do), else read
// to the end (pipes, terminals).
class MappedFile {
  public:
    // `path` "-" is standard input. Throws Stop with `exit_code`, naming the file, where it cannot
    // be read.
    MappedFile(const std::string& path, int exit_code);
    ~MappedFile();
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&&) = delete;
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::string_view bytes() const noexcept { return bytes_; }

  private:
    std::string_view bytes_;
    std::string read_;  // where it could not be mapped
    void* mapping_ = nullptr;
};

}  // namespace rowcast::tool
