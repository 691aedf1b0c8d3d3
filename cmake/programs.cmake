# The five programs. Each main parses, calls one command, reports; the work is in the rooms.
function(ctgan_program name main room)
  add_executable(${name} ${CMAKE_SOURCE_DIR}/${main})
  target_link_libraries(${name} PRIVATE ${room})
endfunction()

foreach(name fit sample download manage)
  ctgan_program(${name} host/${name}_main.cpp host_commands)
endforeach()
ctgan_program(ctgan-server server/ctgan_server_main.cpp server_commands)
if(CTGAN_TORCH)
  add_subdirectory(server/synth/torch_execution)
endif()

include(GNUInstallDirs)
install(TARGETS fit sample download manage ctgan-server RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(CTGAN_TORCH)
  install(TARGETS ctgan_torch LIBRARY DESTINATION lib/ctgan-server)
endif()

# Each program prints its own manual page: --help and man(1) have one source.
set(man_pages)
foreach(name fit sample download manage ctgan-server)
  set(page ${CMAKE_BINARY_DIR}/share/man/man1/${name}.1)
  add_custom_command(OUTPUT ${page}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/share/man/man1
    COMMAND $<TARGET_FILE:${name}> --man-page > ${page}
    DEPENDS ${name} VERBATIM)
  list(APPEND man_pages ${page})
endforeach()
add_custom_target(man_pages ALL DEPENDS ${man_pages})
install(FILES ${man_pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
