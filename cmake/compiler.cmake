# One place for what every target is compiled with.
add_library(ctgan_compile_options INTERFACE)
target_compile_options(ctgan_compile_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual)
include(${CMAKE_CURRENT_LIST_DIR}/hardening.cmake)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarms on "literal" + std::string: gcc bug 105651.
  target_compile_options(ctgan_compile_options INTERFACE -Wno-restrict)
endif()
if(CTGAN_WARNINGS_AS_ERRORS)
  target_compile_options(ctgan_compile_options INTERFACE -Werror)
endif()
if(CTGAN_SANITIZE)
  target_compile_options(ctgan_compile_options INTERFACE
    -fsanitize=${CTGAN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  target_link_options(ctgan_compile_options INTERFACE -fsanitize=${CTGAN_SANITIZE})
endif()
if(CTGAN_FUZZ)
  target_compile_options(ctgan_compile_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
target_include_directories(ctgan_compile_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(ctgan_compile_options INTERFACE CTGAN_VERSION="${PROJECT_VERSION}")
