# What every target of the project is compiled with.
#
# Every target links rowcast_options (an INTERFACE library), so that warnings, optimisation,
# alignment and instrumentation are said once.

add_library(rowcast_options INTERFACE)
target_include_directories(rowcast_options INTERFACE ${PROJECT_SOURCE_DIR})
option(ROWCAST_WARNINGS_AS_ERRORS "Compile with -Werror" ON)
target_compile_options(rowcast_options INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow
    $<$<BOOL:${ROWCAST_WARNINGS_AS_ERRORS}>:-Werror>
    $<$<CXX_COMPILER_ID:GNU>:-Werror=missing-field-initializers>)
# g++ 12 takes `"literal" + std::string` for overlapping memory (GCC bug 105651; mended in 13).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(rowcast_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
    # Its own AVX-512 headers leave a register undefined on purpose, and it warns of that (GCC bug
    # 105593; mended in 13).
    target_compile_options(rowcast_options INTERFACE
        $<$<COMPILE_LANGUAGE:CXX>:-Wno-uninitialized$<SEMICOLON>-Wno-maybe-uninitialized>)
endif()
# No program knows the folder that it was built in.
target_compile_options(rowcast_options INTERFACE
    $<$<CONFIG:Release>:-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=>)

# -O3; functions and loops on cache lines, so that a change elsewhere does not move the code that
# is measured (docs/methodology.md has the figures).
set(ROWCAST_ALIGN_FLAGS -falign-functions=64)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    list(APPEND ROWCAST_ALIGN_FLAGS -falign-loops=64)
endif()
target_compile_options(rowcast_options INTERFACE
    $<$<CONFIG:Release>:${ROWCAST_ALIGN_FLAGS}>)
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O3 -DNDEBUG")

if(ROWCAST_SANITIZE)
    target_compile_options(rowcast_options INTERFACE
        -fsanitize=${ROWCAST_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    # Lines for the traces; more is much to compile and to link. ThreadSanitizer's suppressions
    # (tests/pipeline/tsan_suppressions.cpp) need whole names.
    if(NOT ROWCAST_SANITIZE MATCHES thread)
        target_compile_options(rowcast_options INTERFACE -g1)
    endif()
    string(REPLACE "fuzzer-no-link," "" ROWCAST_SANITIZE_LINK "${ROWCAST_SANITIZE}")
    # A C program that links librowcast.so needs the runtime of its C++ too.
    target_link_options(rowcast_options INTERFACE
        -fsanitize=${ROWCAST_SANITIZE_LINK}
        $<$<LINK_LANG_AND_ID:C,Clang>:-fsanitize-link-c++-runtime>)
    target_link_libraries(rowcast_options INTERFACE $<$<LINK_LANG_AND_ID:C,Clang>:stdc++>)
endif()
# The folders whose lines are counted compile with these options. Only the tests that scripts/coverage
# reads say where to, by LLVM_PROFILE_FILE (tests/CMakeLists.txt).
set(ROWCAST_COUNTED_OPTIONS "")
if(ROWCAST_COVERAGE)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "ROWCAST_COVERAGE=ON needs clang++, not ${CMAKE_CXX_COMPILER}")
    endif()
    set(ROWCAST_COUNTED_OPTIONS -fprofile-instr-generate=/dev/null -fcoverage-mapping)
    target_link_options(rowcast_options INTERFACE -fprofile-instr-generate)
endif()

option(ROWCAST_LTO "Link-time optimisation, for everything but the instruction sets" OFF)
if(ROWCAST_LTO)
    include(CheckIPOSupported)
    check_ipo_supported()
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()
