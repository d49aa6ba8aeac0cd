include_guard(GLOBAL)

# Reading and judging the worked cases: for these tests, and for the seeds of fuzzing, which is built
# without them.
find_package(nlohmann_json REQUIRED)
add_library(rowcast_conformance STATIC ${CMAKE_CURRENT_LIST_DIR}/conformance.cpp)
target_link_libraries(rowcast_conformance
    PUBLIC rowcast_options rowcast_cases PRIVATE nlohmann_json::nlohmann_json)
