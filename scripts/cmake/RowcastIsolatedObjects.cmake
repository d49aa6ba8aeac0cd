# Objects compiled for a newer CPU whose source we cannot keep free of other people's inline
# functions (RowcastInstructionSets.cmake says what the danger is): all their symbols but one are
# made local, so that the linker can take none of them for anybody else.
#
#   include(RowcastIsolatedObjects)
#   rowcast_add_isolated_object(<target> <name> SOURCE <file> EXPORTS <symbol>
#       [DEFINITIONS <definition>...] [FLAGS <compiler flag>...])
#
# adds the object <name>.isolated.o to <target>. tests/house/isolated_objects_test.py looks at it.

# By name: CMake takes LLVM's for clang++, and they cannot take groups apart.
find_program(ROWCAST_GNU_LD NAMES ld.bfd REQUIRED)
find_program(ROWCAST_GNU_OBJCOPY NAMES objcopy REQUIRED)
mark_as_advanced(ROWCAST_GNU_LD ROWCAST_GNU_OBJCOPY)

function(rowcast_add_isolated_object target name)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "SOURCE;EXPORTS" "DEFINITIONS;FLAGS")
    set(library rowcast_isolated_${name})
    add_library(${library} OBJECT ${arg_SOURCE})
    target_link_libraries(${library} PRIVATE rowcast_options)
    target_compile_definitions(${library} PRIVATE ${arg_DEFINITIONS})
    target_compile_options(${library} PRIVATE
        -fno-exceptions -fno-rtti -fno-lto ${arg_FLAGS}
        $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
    # What a sanitizer adds to an object must not be local to it.
    if(ROWCAST_SANITIZE)
        target_compile_options(${library} PRIVATE -fno-sanitize=all)
    endif()
    set_target_properties(${library} PROPERTIES INTERPROCEDURAL_OPTIMIZATION OFF)

    set(joined ${CMAKE_CURRENT_BINARY_DIR}/${name}.joined.o)
    set(isolated ${CMAKE_CURRENT_BINARY_DIR}/${name}.isolated.o)
    # Members of a COMDAT group are kept or dropped by the group's name, local or not: first they
    # are taken out of their groups.
    add_custom_command(OUTPUT ${isolated}
        COMMAND ${ROWCAST_GNU_LD} -r --force-group-allocation -o ${joined}
            $<TARGET_OBJECTS:${library}>
        COMMAND ${ROWCAST_GNU_OBJCOPY} --keep-global-symbol=${arg_EXPORTS} ${joined} ${isolated}
        DEPENDS ${library} $<TARGET_OBJECTS:${library}>
        COMMENT "Isolating ${name}"
        COMMAND_EXPAND_LISTS VERBATIM)
    target_sources(${target} PRIVATE ${isolated})
    set_source_files_properties(${isolated} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
endfunction()
