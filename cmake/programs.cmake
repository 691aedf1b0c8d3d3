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
if(CTGAN_ARROW_FOUND)
  add_subdirectory(host/parquet_library)
  add_dependencies(ctgan ctgan_parquet)
endif()
if(NOT CTGAN_CLIENT)
  add_executable(ctgan-server server/ctgan_server_main.cpp)
  target_link_libraries(ctgan-server PRIVATE server_commands ${CTGAN_PORTABLE_OBJECTS})
  target_link_options(ctgan-server PRIVATE ${CTGAN_PORTABLE_LINK})
  list(APPEND programs ctgan-server)
  if(CTGAN_TORCH)
    add_subdirectory(server/synth/torch_execution)
  endif()
endif()

# Each program prints its own manual page, and those of the files that it reads: --help, the checks and man(1) have one
# source. ctgan_man_page(ctgan.1 ctgan --man-page)
find_program(GZIP gzip REQUIRED)
set(man_pages)
function(ctgan_man_page file name)
  string(REGEX REPLACE ".*\\." "man" folder ${file})
  set(page ${CMAKE_BINARY_DIR}/share/man/${folder}/${file})
  set(program ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${name})
  add_custom_command(OUTPUT ${page}.gz
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/share/man/${folder}
    COMMAND ${program} ${ARGN} > ${page}
    COMMAND ${GZIP} -9nf ${page}
    DEPENDS ${name} ${program} VERBATIM)
  set(man_pages ${man_pages} ${page}.gz PARENT_SCOPE)
endfunction()
foreach(name ${programs})
  ctgan_man_page(${name}.1 ${name} --man-page)
endforeach()
foreach(about settings credentials)
  ctgan_man_page(ctgan-${about}.5 ctgan --man-page ${about})
endforeach()
if(NOT CTGAN_CLIENT)
  ctgan_man_page(ctgan-server-settings.5 ctgan-server --man-page-of-example
    ${CMAKE_SOURCE_DIR}/config/server_settings.example.json)
endif()
add_custom_target(man_pages ALL DEPENDS ${man_pages})

# And its completion, under each name by which it is called: that is how shells find it.
set(CTGAN_COMPLETIONS bash=bash-completion/completions/ctgan zsh=zsh/vendor-completions/_ctgan
  fish=fish/vendor_completions.d/ctgan.fish)
set(completions)
foreach(pair ${CTGAN_COMPLETIONS})
  string(REPLACE "=" ";" pair ${pair})
  list(GET pair 0 shell)
  list(GET pair 1 file)
  set(script ${CMAKE_BINARY_DIR}/share/${file})
  get_filename_component(folder ${script} DIRECTORY)
  add_custom_command(OUTPUT ${script}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
    COMMAND ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/ctgan completion ${shell} > ${script}
    DEPENDS ctgan VERBATIM)
  list(APPEND completions ${script})
endforeach()
add_custom_target(completions ALL DEPENDS ${completions})
