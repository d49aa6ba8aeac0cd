#pragma once

// A librowcast.so of any build, loaded beside others through its C interface.

#include <memory>
#include <string>

#include "pipeline/rowcast.h"

namespace rowcast::compare {

// The functions of the C interface that a comparison needs, as one library has them.
struct LibraryFunctions {
    decltype(&rowcast_version) version;
    decltype(&rowcast_schema_parse) schema_parse;
    decltype(&rowcast_schema_free) schema_free;
    decltype(&rowcast_plan_compile) plan_compile;
    decltype(&rowcast_plan_free) plan_free;
    decltype(&rowcast_request_create) request_create;
    decltype(&rowcast_request_free) request_free;
    decltype(&rowcast_request_implementation) request_implementation;
    decltype(&rowcast_request_run) request_run;
    decltype(&rowcast_request_response) request_response;
    decltype(&rowcast_request_error) request_error;
};

class Library {
  public:
    // Loads a private copy of the file, so that the same file loaded twice is two libraries at two
    // addresses. Throws std::runtime_error, which names the file and what is wrong with it.
    explicit Library(const std::string& path);
    ~Library();
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;

    const LibraryFunctions& functions() const noexcept { return functions_; }

  private:
    void* handle_ = nullptr;
    LibraryFunctions functions_{};
};

}  // namespace rowcast::compare
