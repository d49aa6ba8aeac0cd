#pragma once

// One side of a comparison: something that answers a setting's documents.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "harness/measure/json_lines.hpp"
#include "harness/settings/setting.hpp"

namespace rowcast::compare {

// What a library is asked for where its path names no implementation.
inline constexpr const char* kAuto = "auto";

// What a side is: an implementation of this program, or one of a librowcast.so.
struct SideSpec {
    std::string library;         // path; empty: this program
    std::string implementation;  // "auto" too

    // "scalar", "path/to/librowcast.so" or "path/to/librowcast.so:avx2". A library's name has a
    // '/' in it.
    static SideSpec parse(const std::string& text);
    std::string name() const;

    friend bool operator==(const SideSpec&, const SideSpec&) = default;
};
measure::Json to_json(const SideSpec& spec);
SideSpec side_from_json(const measure::Json& json);

class Side {
  public:
    Side() = default;
    virtual ~Side() = default;
    Side(const Side&) = delete;
    Side& operator=(const Side&) = delete;

    // What runs, by name; "auto" where it takes one for each batch.
    virtual std::string implementation() const = 0;

    // Answers a document of the setting. False on an error.
    virtual bool run(std::size_t document) noexcept = 0;

    // The answer, until the next run.
    virtual std::string_view response() const noexcept = 0;

    // Why the last run failed.
    virtual std::string error() const = 0;
};

// A side that is ready to answer the setting's documents; the setting must outlive it. Throws
// std::runtime_error where the side or its plan cannot be had.
std::unique_ptr<Side> make_side(const SideSpec& spec, const settings::Setting& setting);

}  // namespace rowcast::compare
