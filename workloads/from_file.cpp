#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

#include "workloads/catalogue.hpp"

namespace rowcast::workloads {
namespace {

struct CloseFile {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

// Empty if all went well. Reads pipes too, and says so if `path` is a folder.
std::string read_file(const std::string& path, std::string& content) {
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
    if (file == nullptr) {
        return path + ": " + std::strerror(errno);
    }
    constexpr std::size_t kChunk = std::size_t{1} << 20U;
    std::size_t size = 0;
    while (true) {
        content.resize(size + kChunk);
        const std::size_t got = std::fread(content.data() + size, 1, kChunk, file.get());
        size += got;
        if (got < kChunk) {
            break;
        }
    }
    if (std::ferror(file.get()) != 0) {
        return path + ": " + std::strerror(errno);
    }
    content.resize(size);
    return {};
}

// A name that can stand between the slashes of a measuring cell's name.
std::string cell_name(const std::string& path) {
    std::string name = "file-" + std::filesystem::path(path).stem().string();
    for (char& character : name) {
        const bool plain = (character >= 'a' && character <= 'z') ||
                           (character >= 'A' && character <= 'Z') ||
                           (character >= '0' && character <= '9') || character == '-' ||
                           character == '_' || character == '.';
        if (!plain) {
            character = '_';
        }
    }
    return name;
}

}  // namespace

FileWorkload from_file(const FileRequest& request) {
    std::string text;
    std::string schema;
    std::string error = read_file(request.input, text);
    if (error.empty() && !request.schema.empty()) {
        error = read_file(request.schema, schema);
    }
    if (!error.empty()) {
        return {std::nullopt, std::move(error)};
    }

    const auto document = std::make_shared<const Document>(split_rows(std::move(text)));
    return {Workload{
                .name = cell_name(request.input),
                .description = "the rows of " + request.input,
                .field = request.field,
                .type = request.type,
                .schema = std::move(schema),
                .select = request.select,
                .single = false,
                .default_rows = document->rows.size(),
                .documents = 1,
                .generate = [document](Layout, std::uint64_t, std::size_t) { return *document; },
            },
            {}};
}

}  // namespace rowcast::workloads
