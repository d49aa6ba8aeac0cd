#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace rowcast::measure {

// Member order is kept: the files are read by people too.
using Json = nlohmann::ordered_json;

// What a file of JSON lines holds.
struct JsonLines {
    std::vector<Json> values;
    // Bytes up to the end of the last whole line. What lies beyond was torn by an interruption.
    std::uintmax_t whole_bytes = 0;
    bool has_torn_line = false;
};

// Reads `path`; a missing file is empty. A last line without its newline, or that does not parse,
// was torn and is left out; a line before it that does not parse throws std::runtime_error with
// the line's number.
[[nodiscard]] JsonLines read_json_lines(const std::filesystem::path& path);

// Appends one line at a time, each on the disk before `append` returns: an interrupted run loses
// the line being written at most. Throws std::system_error.
class JsonLinesWriter {
  public:
    enum class Mode {
        kTruncate,  // start over
        kResume,    // cut a torn last line off and go on
    };
    JsonLinesWriter(const std::filesystem::path& path, Mode mode);
    ~JsonLinesWriter();
    JsonLinesWriter(const JsonLinesWriter&) = delete;
    JsonLinesWriter& operator=(const JsonLinesWriter&) = delete;

    void append(const Json& value);

  private:
    int file_ = -1;
};

// Writes a whole file so that a reader sees the old one or the new one, never half of it. Throws
// std::system_error.
void write_file_atomically(const std::filesystem::path& path, const std::string& text);

}  // namespace rowcast::measure
