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
  install(TARGETS ctgan_torch LIBRARY DESTINATION ${CMAKE_INSTALL_PREFIX}/lib/ctgan-server)
endif()
