# CTGAN_PORTABLE: programs that run on any Linux of this processor whose glibc is not older than that which they are linked
# to: this machine's, or that of the root of an older release (CTGAN_LIBC_ROOT, with libc6-dev in it).
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
        PkgConfig::yaml_cpp=yaml-cpp PkgConfig::expat=expat)
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

add_library(ctgan_minizip STATIC IMPORTED)
ctgan_archive(minizip archive)
set_target_properties(ctgan_minizip PROPERTIES IMPORTED_LOCATION ${archive} INTERFACE_LINK_LIBRARIES ZLIB::ZLIB)
ctgan_link_archive(PkgConfig::minizip ctgan_minizip)

add_library(ctgan_edit STATIC IMPORTED)
ctgan_archive(edit archive)
set(beside)
foreach(name tinfo bsd md)
  ctgan_archive(${name} other)
  list(APPEND beside ${other})
endforeach()
set_target_properties(ctgan_edit PROPERTIES IMPORTED_LOCATION ${archive} INTERFACE_LINK_LIBRARIES "${beside}")
ctgan_link_archive(PkgConfig::libedit ctgan_edit)

# Of fmt Debian has no archive, but its whole source in its headers.
add_library(ctgan_fmt STATIC ${CMAKE_SOURCE_DIR}/cmake/portable/fmt.cpp)
ctgan_link_archive(fmt::fmt ${CMAKE_BINARY_DIR}/libctgan_fmt.a)
add_dependencies(fmt::fmt ctgan_fmt)

# libstdc++ asks the C library for what older ones lack.
add_library(ctgan_newer_libc OBJECT ${CMAKE_SOURCE_DIR}/cmake/portable/newer_libc.cpp)

# What is loaded at run time (libxgboost) brings the C++ library of its own system, and the two must not meet. Threads and
# dlopen were libraries of their own before glibc 2.34.
set(CTGAN_PORTABLE_LINK -static-libstdc++ -Wl,--exclude-libs,ALL)
set(CTGAN_PORTABLE_OBJECTS ctgan_newer_libc)
set(CMAKE_CXX_STANDARD_LIBRARIES "-lpthread -ldl")
set(CTGAN_LIBC_ROOT "" CACHE PATH "the root of a release whose C library is linked to")
if(CTGAN_LIBC_ROOT)
  # gcc looks beside itself before it looks below a sysroot: the folders are named.
  set(folder ${CTGAN_LIBC_ROOT}/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE})
  list(APPEND CTGAN_PORTABLE_LINK --sysroot=${CTGAN_LIBC_ROOT} -B${folder} -L${folder})
endif()
