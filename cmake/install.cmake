# What `cmake --install` puts where, in components: `client` (the host's programs), `server`, `torch` (what opens
# libtorch for it), `parquet` (what opens Arrow for the host's programs) and `licence`.
include(GNUInstallDirs)
set(doc ${CMAKE_INSTALL_DATAROOTDIR}/doc)

install(TARGETS ctgan RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT client)
install(PROGRAMS ${host_links} DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT client)
foreach(page ${man_pages})
  string(REGEX REPLACE ".*/(man[0-9])/.*" "\\1" folder ${page})
  if(page MATCHES "/ctgan-server[^/]*$")
    set(component server)
  else()
    set(component client)
  endif()
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/${folder} COMPONENT ${component})
endforeach()
foreach(pair ${CTGAN_COMPLETIONS})
  string(REGEX REPLACE ".*=" "" file ${pair})
  get_filename_component(folder ${file} DIRECTORY)
  install(FILES ${CMAKE_BINARY_DIR}/share/${file} DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/${folder} COMPONENT client)
  # zsh's file says itself of which programs it is.
  if(NOT file MATCHES "^zsh")
    get_filename_component(suffix ${file} EXT)
    foreach(name ${host_names})
      install(FILES ${CMAKE_BINARY_DIR}/share/${file} DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/${folder}
        RENAME ${name}${suffix} COMPONENT client)
    endforeach()
  endif()
endforeach()
install(FILES README.md docs/tables.md docs/methods.md docs/comparison.md docs/privacy.md docs/evaluation.md docs/glossary.md
  docs/installing.md docs/administration.md
  DESTINATION ${doc}/ctgan-client COMPONENT client)
if(CTGAN_ARROW_FOUND)
  install(TARGETS ctgan_parquet LIBRARY DESTINATION lib/ctgan-server COMPONENT parquet)
endif()
install(FILES config/settings.example.json config/credentials.example.json
  DESTINATION ${doc}/ctgan-client/examples COMPONENT client)

if(NOT CTGAN_CLIENT)
  install(TARGETS ctgan-server RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT server)
  install(FILES docs/privacy.md docs/reliability.md docs/installing.md common/protocol/protocol.md
    DESTINATION ${doc}/ctgan-server COMPONENT server)
  install(FILES config/server_settings.example.json DESTINATION ${doc}/ctgan-server/examples COMPONENT server)
  if(CTGAN_TORCH)
    install(TARGETS ctgan_torch LIBRARY DESTINATION lib/ctgan-server/torch COMPONENT torch)
  endif()
endif()

install(FILES LICENSE CHANGELOG.md DESTINATION ${doc}/ctgan-server COMPONENT licence)
if(CTGAN_PORTABLE)
  # As a file of the library's name at run time, not the link to it.
  get_target_property(isal PkgConfig::isal INTERFACE_LINK_LIBRARIES)
  file(REAL_PATH ${isal} isal)
  install(FILES ${isal} DESTINATION lib/ctgan-server RENAME libisal.so.2 COMPONENT client)
endif()

add_custom_target(uninstall COMMAND ${CMAKE_COMMAND} -D "BUILD=${CMAKE_BINARY_DIR}"
  -P ${CMAKE_SOURCE_DIR}/cmake/uninstall.cmake VERBATIM)
