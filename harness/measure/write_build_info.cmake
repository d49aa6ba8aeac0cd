# Writes build_info.cpp anew on every build, and touches it only if its content changed.
#
# cmake -D SOURCE_DIR= -D BINARY_DIR= -D OUTPUT= -D COMPILER= -D BUILD_TYPE= -D FLAGS=
#       -P write_build_info.cmake

# Commit and state of the working tree.
set(commit unknown)
set(dirty unknown)
find_program(GIT git)
if(GIT)
    execute_process(COMMAND ${GIT} -C ${SOURCE_DIR} rev-parse --verify HEAD
        OUTPUT_VARIABLE head RESULT_VARIABLE status ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(status EQUAL 0)
        set(commit ${head})
        execute_process(COMMAND ${GIT} -C ${SOURCE_DIR} --no-optional-locks status --porcelain
            OUTPUT_VARIABLE changes RESULT_VARIABLE status ERROR_QUIET)
        if(status EQUAL 0)
            if(changes STREQUAL "")
                set(dirty false)
            else()
                set(dirty true)
            endif()
        endif()
    endif()
endif()

# The flags of every measured file, from the compilation database where the generator writes one.
# The most common set is named first; a file with others is named with what it adds and lacks.
# Reading the database takes a moment, so its digest is kept until the database changes.
set(database ${BINARY_DIR}/compile_commands.json)
set(digest ${OUTPUT}.flags)
if(EXISTS ${database})
    if(NOT EXISTS ${digest} OR ${database} IS_NEWER_THAN ${digest}
            OR ${CMAKE_CURRENT_LIST_FILE} IS_NEWER_THAN ${digest})
        file(READ ${database} json)
        string(JSON count LENGTH "${json}")
        set(files)
        set(sets)
        if(count GREATER 0)
            math(EXPR last "${count} - 1")
            foreach(index RANGE ${last})
                string(JSON entry GET "${json}" ${index})
                string(JSON file GET "${entry}" file)
                file(RELATIVE_PATH file ${SOURCE_DIR} ${file})
                if(NOT file MATCHES "^(kernels|pipeline|reference|harness/(measure|bench))/.*\\.cpp$")
                    continue()
                endif()
                string(JSON command GET "${entry}" command)
                # Precompiled headers change nothing, and where lines are counted to is a place.
                string(REGEX REPLACE " -Xclang -include(-pch)? -Xclang [^ ]+| -Winvalid-pch" ""
                    command "${command}")
                string(REGEX REPLACE "(-fprofile-instr-generate)=[^ ]+" "\\1"
                    command "${command}")
                separate_arguments(arguments UNIX_COMMAND "${command}")
                list(POP_FRONT arguments)
                set(flags)
                set(skip_next FALSE)
                foreach(argument IN LISTS arguments)
                    if(skip_next)
                        set(skip_next FALSE)
                    elseif(argument MATCHES "^(-o|-c|-MF|-MT|-MQ|-isystem|-I|-include)$")
                        set(skip_next TRUE)
                    elseif(argument MATCHES "^-D" AND NOT argument MATCHES "^-D(NDEBUG|_)")
                        # Names, versions, what was found: nothing that changes what is measured.
                        continue()
                    elseif(NOT argument MATCHES "^(-I|-isystem|-MD|-MMD|-fmacro-prefix-map=|/)")
                        list(APPEND flags "${argument}")
                    endif()
                endforeach()
                list(JOIN flags " " flags)
                list(APPEND files "${file}")
                list(APPEND sets "${flags}")
            endforeach()
        endif()

        set(common "")
        set(most 0)
        set(distinct ${sets})
        list(REMOVE_DUPLICATES distinct)
        foreach(candidate IN LISTS distinct)
            set(matching ${sets})
            string(REGEX REPLACE "([][+.*()^$?\\|])" "\\\\\\1" pattern "${candidate}")
            list(FILTER matching INCLUDE REGEX "^${pattern}$")
            list(LENGTH matching size)
            if(size GREATER most)
                set(most ${size})
                set(common "${candidate}")
            endif()
        endforeach()

        set(text "${common}")
        set(with_lto 0)
        set(total 0)
        foreach(file flags IN ZIP_LISTS files sets)
            math(EXPR total "${total} + 1")
            if(flags MATCHES "-flto")
                math(EXPR with_lto "${with_lto} + 1")
            endif()
            if(NOT flags STREQUAL common)
                separate_arguments(own UNIX_COMMAND "${flags}")
                separate_arguments(base UNIX_COMMAND "${common}")
                set(added ${own})
                list(REMOVE_ITEM added ${base})
                set(lacking ${base})
                list(REMOVE_ITEM lacking ${own})
                if(added OR lacking)
                    list(TRANSFORM lacking PREPEND "without ")
                    list(JOIN added " " added)
                    list(JOIN lacking " " lacking)
                    string(STRIP "${added} ${lacking}" difference)
                    string(APPEND text "; ${file}: ${difference}")
                endif()
            endif()
        endforeach()
        set(lto "in part")
        if(with_lto EQUAL 0)
            set(lto off)
        elseif(with_lto EQUAL total)
            set(lto on)
        endif()
        file(WRITE ${digest} "${lto}\n${text}\n")
    endif()
    file(STRINGS ${digest} lines)
    list(GET lines 0 lto)
    list(GET lines 1 flags)
else()
    set(flags "${FLAGS}")
    set(lto off)
    if(FLAGS MATCHES "-flto")
        set(lto on)
    endif()
endif()

foreach(variable flags COMPILER BUILD_TYPE)
    string(REPLACE "\\" "\\\\" ${variable} "${${variable}}")
    string(REPLACE "\"" "\\\"" ${variable} "${${variable}}")
endforeach()
set(content "#include \"harness/measure/build_info.hpp\"

namespace rowcast::measure {

const BuildInfo& build_info() noexcept {
    static constexpr BuildInfo kInfo = {
        .compiler = \"${COMPILER}\",
        .compiler_flags = \"${flags}\",
        .build_type = \"${BUILD_TYPE}\",
        .lto = \"${lto}\",
        .commit = \"${commit}\",
        .dirty = \"${dirty}\",
    };
    return kInfo;
}

}  // namespace rowcast::measure
")
set(old "")
if(EXISTS ${OUTPUT})
    file(READ ${OUTPUT} old)
endif()
if(NOT old STREQUAL content)
    file(WRITE ${OUTPUT} "${content}")
endif()
