# Packages for Debian: `cpack -G DEB` in a build folder makes ctgan-client, ctgan-server and, where libtorch was there,
# ctgan-server-torch. setup/debs does both. Nothing is started and no account is made: docs/installing.md has the command.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ctgan-server)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
# Whoever makes a package answers for it: $DEBFULLNAME and $DEBEMAIL, as Debian's own tools take them.
set(CPACK_PACKAGE_CONTACT "ctgan-server maintainers <ctgan-server@users.noreply.github.com>")
if(NOT "$ENV{DEBEMAIL}" STREQUAL "")
  set(CPACK_PACKAGE_CONTACT "$ENV{DEBFULLNAME} <$ENV{DEBEMAIL}>")
endif()
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
  WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_OUTPUT_FILE_PREFIX ${CMAKE_SOURCE_DIR}/dist)
set(CPACK_COMPONENTS_ALL client)
if(NOT CTGAN_CLIENT)
  list(APPEND CPACK_COMPONENTS_ALL server)
  if(CTGAN_TORCH)
    list(APPEND CPACK_COMPONENTS_ALL torch)
  endif()
endif()
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_CLIENT_PACKAGE_NAME ctgan-client)
set(CPACK_COMPONENT_CLIENT_DESCRIPTION "synthetic tables from a terminal\n\
fit, sample, download and manage push a confidential table to ctgan-server\nover SSH, train a generative model there \
and bring synthetic rows home.")
set(CPACK_DEBIAN_CLIENT_PACKAGE_SUGGESTS ctgan-server)

set(CPACK_DEBIAN_SERVER_PACKAGE_NAME ctgan-server)
set(CPACK_COMPONENT_SERVER_DESCRIPTION "trains models of tables and draws synthetic rows\n\
sshd starts it for those who connect with ctgan-client; nothing listens and\nnothing runs meanwhile. On one's own \
machine ctgan-client starts it itself.")
set(CPACK_DEBIAN_SERVER_PACKAGE_RECOMMENDS "libxgboost0")
set(CPACK_DEBIAN_SERVER_PACKAGE_SUGGESTS "ctgan-client, ctgan-server-torch, openssh-server")
set(CPACK_DEBIAN_SERVER_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/setup/debian/postrm)

set(CPACK_DEBIAN_TORCH_PACKAGE_NAME ctgan-server-torch)
set(CPACK_COMPONENT_TORCH_DESCRIPTION "libtorch for ctgan-server\n\
what 'fit --execution libtorch' and training on a GPU need beside\nctgan-server.")
set(CPACK_DEBIAN_TORCH_PACKAGE_DEPENDS "ctgan-server (= ${PROJECT_VERSION})")

# What Debian asks of each package's documents.
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/debian)
execute_process(COMMAND git log -1 --format=%aD WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE date
  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT date)
  set(date "Thu, 01 Jan 1970 00:00:00 +0000")
endif()
foreach(component ${CPACK_COMPONENTS_ALL})
  string(TOUPPER ${component} upper)
  set(package ${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
  set(changelog ${CMAKE_BINARY_DIR}/debian/${package}/changelog)
  file(WRITE ${changelog} "${package} (${PROJECT_VERSION}) unstable; urgency=medium\n\n\
  * What is new stands in /usr/share/doc/ctgan-client/CHANGELOG.md.gz.\n\n\
 -- ${CPACK_PACKAGE_CONTACT}  ${date}\n")
  execute_process(COMMAND ${GZIP} -9nf ${changelog})
  install(FILES ${changelog}.gz setup/debian/copyright DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${package}
    COMPONENT ${component})
endforeach()
include(CPack)
