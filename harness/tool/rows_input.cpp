#include "harness/tool/rows_input.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "harness/tool/command.hpp"

namespace rowcast::tool {

std::string_view next_line(std::string_view text, std::size_t& position) noexcept {
    const std::size_t start = position;
    const auto* const line_end =
        static_cast<const char*>(std::memchr(text.data() + start, '\n', text.size() - start));
    if (line_end == nullptr) {
        position = text.size();
        return text.substr(start);
    }
    const auto end = static_cast<std::size_t>(line_end - text.data());
    position = end + 1;
    return text.substr(start, end - start);
}

RowsInput::RowsInput(const std::vector<std::string>& paths, InputFormat format) : format_(format) {
    for (const std::string& path : paths) {
        files_.emplace_back(path, kBadInput);
    }
    if (paths.empty()) {
        files_.emplace_back("-", kBadInput);
    }
}

std::size_t RowsInput::total_bytes() const noexcept {
    std::size_t total = 0;
    for (const MappedFile& file : files_) {
        total += file.bytes().size();
    }
    return total;
}

std::size_t RowsInput::estimate_rows() const noexcept {
    if (format_ == InputFormat::kFile) {
        return files_.size();
    }
    constexpr std::size_t kSampleBytes = 65536;
    std::size_t rows = 0;
    for (const MappedFile& file : files_) {
        const std::string_view sample = file.bytes().substr(0, kSampleBytes);
        const auto lines =
            static_cast<std::size_t>(std::count(sample.begin(), sample.end(), '\n')) + 1;
        rows += sample.empty() ? 0 : lines * (file.bytes().size() / sample.size() + 1);
    }
    return rows;
}

std::span<const kernels::Row> RowsInput::next_batch(std::size_t most_rows) {
    batch_.clear();
    const auto add = [&](std::string_view row) {
        batch_.push_back({reinterpret_cast<const std::uint8_t*>(row.data()), row.size()});
    };
    while (file_ != files_.size() && batch_.size() != most_rows) {
        const std::string_view text = files_[file_].bytes();
        if (format_ == InputFormat::kFile) {
            add(text);
            ++file_;
            continue;
        }
        while (position_ != text.size() && batch_.size() != most_rows) {
            const std::string_view line = next_line(text, position_);
            if (!line.empty()) {
                add(line);
            }
        }
        if (position_ == text.size()) {
            ++file_;
            position_ = 0;
        }
    }
    return batch_;
}

}  // namespace rowcast::tool
