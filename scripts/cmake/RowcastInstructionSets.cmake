# Instruction sets: which ones are built, and how each is kept to itself.
#
#   include(RowcastInstructionSets)
#   rowcast_add_instruction_set(scalar)
#   rowcast_add_instruction_set(avx2 -mavx2 -mbmi -mbmi2)
#   add_library(rowcast_kernels STATIC cpu.cpp instruction_sets.cpp)
#   rowcast_use_instruction_sets(rowcast_kernels)
#
# Code compiled for a newer CPU must not leak into the rest of the program: if it shared one inline
# function with a baseline file, the linker could keep the newer copy and the program would die on
# an older CPU. Hence one object library per set, one source file in it, flags of its own, never
# any link-time optimisation; tests/house/isa_symbols_test.py looks at the symbols that result.

# rowcast_add_instruction_set(<name> [FOR <processor>] [<compiler flag>...])
#
# The object library rowcast_isa_<name>, of isa/<name>.cpp in the calling directory, and the option
# ROWCAST_ISA_<NAME>. `scalar` is built always, the others where the target is that processor (as
# CMake calls it; without FOR: x86_64) and the option is on.
function(rowcast_add_instruction_set name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOR" "")
    string(TOUPPER "${name}" upper)
    if(NOT name STREQUAL "scalar")
        if(NOT arg_FOR)
            set(arg_FOR x86_64)
        endif()
        string(TOLOWER "${CMAKE_SYSTEM_PROCESSOR}" processor)
        string(REGEX REPLACE "^amd64$" "x86_64" processor "${processor}")
        if(NOT processor STREQUAL arg_FOR)
            return()
        endif()
        option(ROWCAST_ISA_${upper} "Build the instruction set ${name}" ON)
        if(NOT ROWCAST_ISA_${upper})
            return()
        endif()
    endif()
    set(library rowcast_isa_${name})
    add_library(${library} OBJECT isa/${name}.cpp)
    target_link_libraries(${library} PRIVATE rowcast_options)
    target_compile_options(${library} PRIVATE
        -fno-exceptions -fno-rtti -fno-lto ${arg_UNPARSED_ARGUMENTS})
    if(ROWCAST_SANITIZE)
        # With checks in all that is inlined, -O2 takes half as long again to compile.
        target_compile_options(${library} PRIVATE -O1)
    endif()
    set_target_properties(${library} PROPERTIES INTERPROCEDURAL_OPTIMIZATION OFF)
    set_property(GLOBAL APPEND PROPERTY ROWCAST_INSTRUCTION_SETS ${name})
endfunction()

# rowcast_use_instruction_sets(<target>)
#
# Gives <target> every set added so far: their objects, and to its instruction_sets.cpp the
# definition ROWCAST_HAVE_<NAME> for each.
function(rowcast_use_instruction_sets target)
    get_property(names GLOBAL PROPERTY ROWCAST_INSTRUCTION_SETS)
    foreach(name IN LISTS names)
        string(TOUPPER "${name}" upper)
        target_sources(${target} PRIVATE $<TARGET_OBJECTS:rowcast_isa_${name}>)
        set_property(SOURCE instruction_sets.cpp APPEND PROPERTY
            COMPILE_DEFINITIONS ROWCAST_HAVE_${upper}=1)
    endforeach()
    list(JOIN names " " text)
    message(STATUS "rowcast: instruction sets: ${text}")
endfunction()
