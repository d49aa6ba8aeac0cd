# What `cmake --install` installs: librowcast.so with its header, for CMake and for pkg-config; the
# programs; the documents.
#
#   find_package(rowcast 0.1 REQUIRED)          cc main.c $(pkg-config --cflags --libs rowcast)
#   target_link_libraries(app rowcast::rowcast)
#
# Nothing that is installed holds an absolute path, so the prefix can be moved.

include(CMakePackageConfigHelpers)

# Before 1.0 a minor version may change the interface, so it is part of the shared object's name.
set_target_properties(rowcast_shared PROPERTIES
    OUTPUT_NAME rowcast
    EXPORT_NAME rowcast
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
    LINK_DEPENDS ${PROJECT_SOURCE_DIR}/pipeline/rowcast.map)
target_link_options(rowcast_shared PRIVATE
    LINKER:--version-script=${PROJECT_SOURCE_DIR}/pipeline/rowcast.map)
target_include_directories(rowcast_shared INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

install(TARGETS rowcast_shared EXPORT rowcast-targets
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${PROJECT_SOURCE_DIR}/pipeline/rowcast.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

foreach(program rowcast rowcast_tool rowcast_requests rowcast_bench)
    if(TARGET ${program})
        install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    endif()
endforeach()

install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The CMake package.
set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/rowcast)
install(EXPORT rowcast-targets NAMESPACE rowcast:: DESTINATION ${package_directory})
configure_package_config_file(
    ${CMAKE_CURRENT_LIST_DIR}/rowcast-config.cmake.in
    ${PROJECT_BINARY_DIR}/rowcast-config.cmake
    INSTALL_DESTINATION ${package_directory}
    NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(
    ${PROJECT_BINARY_DIR}/rowcast-config-version.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES
    ${PROJECT_BINARY_DIR}/rowcast-config.cmake
    ${PROJECT_BINARY_DIR}/rowcast-config-version.cmake
    DESTINATION ${package_directory})

# The pkg-config file: its prefix is found from where the file lies.
set(pkgconfig_directory ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH ROWCAST_PREFIX_FROM_PKGCONFIG
    /prefix/${pkgconfig_directory} /prefix)
string(REGEX REPLACE "/$" "" ROWCAST_PREFIX_FROM_PKGCONFIG "${ROWCAST_PREFIX_FROM_PKGCONFIG}")
configure_file(${CMAKE_CURRENT_LIST_DIR}/rowcast.pc.in ${PROJECT_BINARY_DIR}/rowcast.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/rowcast.pc DESTINATION ${pkgconfig_directory})
