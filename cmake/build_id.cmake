# What the program and the libtorch library must agree on when one opens the other: the headers that both compile,
# and what compiles them. A library from another build is refused by its name instead of misread.
file(GLOB shared_headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/server/synth/networks/*.h
  ${CMAKE_SOURCE_DIR}/server/synth/random/*.h ${CMAKE_SOURCE_DIR}/server/synth/codecs/codes.h
  ${CMAKE_SOURCE_DIR}/server/synth/encoders/encoded_table.h
  ${CMAKE_SOURCE_DIR}/server/synth/encoders/output_layout.h ${CMAKE_SOURCE_DIR}/common/threads/*.h)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${shared_headers})
set(agreed "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${CTGAN_SANITIZE}")
foreach(header ${shared_headers})
  file(SHA256 ${header} hash)
  string(APPEND agreed " ${hash}")
endforeach()
string(SHA256 CTGAN_BUILD_ID "${agreed}")
string(SUBSTRING ${CTGAN_BUILD_ID} 0 16 CTGAN_BUILD_ID)
