# {fmt}: the installed package; in a cross-build, for which none is packaged, its headers alone.
if(TARGET fmt::fmt)
    set(fmt_FOUND TRUE)
elseif(CMAKE_CROSSCOMPILING)
    find_path(ROWCAST_FMT_INCLUDE fmt/format.h PATHS /usr/include NO_CMAKE_FIND_ROOT_PATH)
    if(ROWCAST_FMT_INCLUDE)
        add_library(fmt::fmt INTERFACE IMPORTED)
        set_target_properties(fmt::fmt PROPERTIES
            INTERFACE_INCLUDE_DIRECTORIES ${ROWCAST_FMT_INCLUDE}
            INTERFACE_COMPILE_DEFINITIONS FMT_HEADER_ONLY=1)
        set(fmt_FOUND TRUE)
    endif()
else()
    find_package(fmt CONFIG QUIET)
endif()
if(fmt_FIND_REQUIRED AND NOT fmt_FOUND)
    message(FATAL_ERROR "{fmt} is missing; scripts/setup installs it")
endif()
