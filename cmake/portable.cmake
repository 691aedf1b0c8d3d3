# CTGAN_PORTABLE: programs that run on any Linux of this processor whose glibc is not older than this machine's.
# Only what is linked differs, never what is compiled: one build folder makes the bundle and, configured again, the
# packages. Libraries are linked in where Debian has them as archives; the one that is left, ISA-L, lies in
# lib/ctgan-server beside bin/, where the programs look for it relative to themselves.
set(CMAKE_INSTALL_RPATH "$ORIGIN/../lib/ctgan-server")

function(ctgan_archive name result)
  find_library(CTGAN_ARCHIVE_${name} NAMES lib${name}.a REQUIRED)
  set(${result} ${CTGAN_ARCHIVE_${name}} PARENT_SCOPE)
endfunction()

# The imported target keeps its headers and is linked from `archive`.
function(ctgan_link_archive target archive)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    set_target_properties(${target} PROPERTIES INTERFACE_LINK_LIBRARIES "${archive}")
    return()
  endif()
  foreach(suffix "" _NONE _RELEASE)
    set_property(TARGET ${target} PROPERTY IMPORTED_LOCATION${suffix} "${archive}")
  endforeach()
endfunction()

foreach(pair ZLIB::ZLIB=z SQLite::SQLite3=sqlite3 OpenSSL::Crypto=crypto PkgConfig::sodium=sodium
        PkgConfig::yaml_cpp=yaml-cpp)
  string(REPLACE "=" ";" pair ${pair})
  list(GET pair 0 target)
  list(GET pair 1 name)
  if(TARGET ${target})
    ctgan_archive(${name} archive)
    ctgan_link_archive(${target} ${archive})
  endif()
endforeach()

# Debian's archive of libssh asks for Kerberos, of which there are no archives.
add_library(ctgan_no_gssapi STATIC ${CMAKE_SOURCE_DIR}/cmake/portable/no_gssapi.cpp)
ctgan_archive(ssh archive)
add_library(ctgan_ssh STATIC IMPORTED)
set_target_properties(ctgan_ssh PROPERTIES IMPORTED_LOCATION ${archive}
  INTERFACE_LINK_LIBRARIES "ctgan_no_gssapi;OpenSSL::Crypto;ZLIB::ZLIB")
ctgan_link_archive(PkgConfig::libssh ctgan_ssh)

# Of fmt Debian has no archive, but its whole source in its headers.
add_library(ctgan_fmt STATIC ${CMAKE_SOURCE_DIR}/cmake/portable/fmt.cpp)
ctgan_link_archive(fmt::fmt ${CMAKE_BINARY_DIR}/libctgan_fmt.a)
add_dependencies(fmt::fmt ctgan_fmt)

# What is loaded at run time (libxgboost) brings the C++ library of its own system, and the two must not meet.
set(CTGAN_PORTABLE_LINK -static-libstdc++ -static-libgcc -Wl,--exclude-libs,ALL)
