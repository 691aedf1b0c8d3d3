# Two programs. Each main parses, calls one command, reports; the work is in the rooms. `ctgan` is the host's programs in
# one file: `fit`, `sample`, `download` and `manage` are links to it, whose name says which of them was called.
set(host_names fit sample download manage)
add_executable(ctgan host/ctgan_main.cpp)
target_link_libraries(ctgan PRIVATE host_commands ${CTGAN_PORTABLE_OBJECTS})
target_link_options(ctgan PRIVATE ${CTGAN_PORTABLE_LINK})
set(host_links)
foreach(name ${host_names})
  set(link ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${name})
  add_custom_command(OUTPUT ${link} COMMAND ${CMAKE_COMMAND} -E create_symlink ctgan ${link} DEPENDS ctgan VERBATIM)
  add_custom_target(${name} ALL DEPENDS ${link})
  list(APPEND host_links ${link})
endforeach()

set(programs ctgan ${host_names})
if(NOT CTGAN_CLIENT)
  add_executable(ctgan-server server/ctgan_server_main.cpp)
  target_link_libraries(ctgan-server PRIVATE server_commands ${CTGAN_PORTABLE_OBJECTS})
  target_link_options(ctgan-server PRIVATE ${CTGAN_PORTABLE_LINK})
  list(APPEND programs ctgan-server)
  if(CTGAN_TORCH)
    add_subdirectory(server/synth/torch_execution)
  endif()
endif()

# Each program prints its own manual page: --help and man(1) have one source.
find_program(GZIP gzip REQUIRED)
set(man_pages)
foreach(name ${programs})
  set(page ${CMAKE_BINARY_DIR}/share/man/man1/${name}.1)
  set(program ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${name})
  add_custom_command(OUTPUT ${page}.gz
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/share/man/man1
    COMMAND ${program} --man-page > ${page}
    COMMAND ${GZIP} -9nf ${page}
    DEPENDS ${name} ${program} VERBATIM)
  list(APPEND man_pages ${page}.gz)
endforeach()
add_custom_target(man_pages ALL DEPENDS ${man_pages})
