# ctgan_room(common/files ROOMS common/errors LINKS ZLIB::ZLIB)
# One static library per room (folder). ROOMS are the rooms it may include, and nothing else:
# tests/architecture reads the same lines and fails when an #include disagrees.
function(ctgan_room room)
  cmake_parse_arguments(ARG "" "" "ROOMS;LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${room}/*.cpp)
  string(REPLACE "/" "_" target ${room})
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
    # Each set of instructions is a source with flags of its own.
    if(CTGAN_JOIN_SOURCES AND NOT room STREQUAL "server/synth/kernels")
      ctgan_join_sources(${target} ${sources})
      # A false alarm about sources that are not alone.
      target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
    endif()
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  set(rooms ${ARG_ROOMS})
  list(TRANSFORM rooms REPLACE "/" "_")
  target_link_libraries(${target} ${scope} ctgan_compile_options ${rooms} ${ARG_LINKS})
endfunction()
