# ROWCAST_THREADS: whether a request's rows may be transformed by several threads, by oneTBB.
#
# On where oneTBB is installed; asked for without it, an error. A cross-build has none: the package
# of the machine that builds must not be taken for the target's.

if(NOT CMAKE_CROSSCOMPILING)
    find_package(TBB CONFIG QUIET)
endif()
if(TBB_FOUND)
    option(ROWCAST_THREADS "Requests on several threads (needs oneTBB)" ON)
else()
    option(ROWCAST_THREADS "Requests on several threads (needs oneTBB)" OFF)
endif()
if(ROWCAST_THREADS AND NOT TBB_FOUND)
    message(FATAL_ERROR "ROWCAST_THREADS=ON needs oneTBB, which is not found; scripts/setup installs it")
elseif(ROWCAST_THREADS)
    message(STATUS "rowcast: threads: oneTBB ${TBB_VERSION}")
else()
    message(STATUS "rowcast: threads: off (ROWCAST_THREADS needs oneTBB: Debian's libtbb-dev)")
endif()
