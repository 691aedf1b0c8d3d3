# What `cmake --install` puts where, in components: `client` (the host's programs), `server`, `torch` (what opens
# libtorch for it) and `licence`.
include(GNUInstallDirs)
set(doc ${CMAKE_INSTALL_DATAROOTDIR}/doc)

install(TARGETS ctgan RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT client)
install(PROGRAMS ${host_links} DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT client)
set(pages ${man_pages})
list(FILTER pages EXCLUDE REGEX ctgan-server)
install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT client)
install(FILES README.md docs/tables.md docs/methods.md docs/privacy.md docs/evaluation.md docs/glossary.md
  docs/installing.md docs/administration.md
  DESTINATION ${doc}/ctgan-client COMPONENT client)
install(FILES config/settings.example.json config/credentials.example.json
  DESTINATION ${doc}/ctgan-client/examples COMPONENT client)

if(NOT CTGAN_CLIENT)
  install(TARGETS ctgan-server RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT server)
  install(FILES ${CMAKE_BINARY_DIR}/share/man/man1/ctgan-server.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
    COMPONENT server)
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
