# Headers from outside the project that many files include, parsed once for all of them. Each file
# still includes what it uses: where a compiler launcher is set (ccache and its like can do little
# with precompiled headers), or CMAKE_DISABLE_PRECOMPILE_HEADERS, there are none.
#
# Never for kernels/: an instruction set's file sees what it includes and nothing else.

if(CMAKE_CXX_COMPILER_LAUNCHER AND NOT DEFINED CMAKE_DISABLE_PRECOMPILE_HEADERS)
    set(CMAKE_DISABLE_PRECOMPILE_HEADERS ON)
endif()

set(ROWCAST_COMMON_HEADERS
    <algorithm> <array> <cmath> <cstddef> <cstdint> <cstdio> <cstdlib> <cstring> <functional> <map>
    <memory> <optional> <set> <span> <stdexcept> <string> <string_view> <utility> <vector>)

# rowcast_precompile_headers(<target> [<header>...]): those above, and these.
function(rowcast_precompile_headers target)
    target_precompile_headers(${target} PRIVATE ${ROWCAST_COMMON_HEADERS} ${ARGN})
endfunction()
