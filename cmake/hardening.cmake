# What makes a mistake in memory end the program instead of serving whoever provoked it. tests/hardening reads the
# built programs and asks for what CTGAN_HARDENING promises, one word each.
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)  # links as position-independent what was compiled so

option(CTGAN_STACK_PROBES "touch every page of a large stack frame, so that none jumps over the guard page" ON)

target_compile_options(ctgan_compile_options INTERFACE -fstack-protector-strong)
target_link_options(ctgan_compile_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
set(CTGAN_HARDENING pie relro now noexecstack stack-protector)
# The sanitizers check what FORTIFY checks, and more.
if(NOT CTGAN_SANITIZE)
  target_compile_definitions(ctgan_compile_options INTERFACE $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
  list(APPEND CTGAN_HARDENING fortify)
endif()
if(CTGAN_STACK_PROBES)
  target_compile_options(ctgan_compile_options INTERFACE -fstack-clash-protection)
  list(APPEND CTGAN_HARDENING stack-probes)
endif()
