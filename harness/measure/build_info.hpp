#pragma once

namespace rowcast::measure {

// What the build knows of itself. The definition is written by write_build_info.cmake on every
// build, so that commit and flags are those of the program that runs.
struct BuildInfo {
    const char* compiler;        // "GNU 12.2.0"
    const char* compiler_flags;  // of the measured code, with what single files add
    const char* build_type;
    const char* lto;     // "on", "off", "in part"
    const char* commit;  // or "unknown" outside a repository
    const char* dirty;   // "true", "false", "unknown"
};

[[nodiscard]] const BuildInfo& build_info() noexcept;

}  // namespace rowcast::measure
