// Stands in for Kerberos where libssh is linked in (cmake/portable.cmake). Nothing of ours calls the functions of libssh
// that lead here (ssh_userauth_gssapi and those of servers); if anything does, it hears that there is no mechanism.
#include <cstdint>

namespace {
constexpr std::uint32_t k_unavailable = 16U << 16;  // GSS_S_UNAVAILABLE, RFC 2744 section 3.9.1
}

#define CTGAN_NO_GSSAPI(name)       \
  extern "C" std::uint32_t name() { \
    return k_unavailable;           \
  }

CTGAN_NO_GSSAPI(gss_accept_sec_context)
CTGAN_NO_GSSAPI(gss_acquire_cred)
CTGAN_NO_GSSAPI(gss_add_oid_set_member)
CTGAN_NO_GSSAPI(gss_create_empty_oid_set)
CTGAN_NO_GSSAPI(gss_display_name)
CTGAN_NO_GSSAPI(gss_display_status)
CTGAN_NO_GSSAPI(gss_get_mic)
CTGAN_NO_GSSAPI(gss_import_name)
CTGAN_NO_GSSAPI(gss_indicate_mechs)
CTGAN_NO_GSSAPI(gss_init_sec_context)
CTGAN_NO_GSSAPI(gss_inquire_cred)
CTGAN_NO_GSSAPI(gss_inquire_cred_by_mech)
CTGAN_NO_GSSAPI(gss_release_buffer)
CTGAN_NO_GSSAPI(gss_release_cred)
CTGAN_NO_GSSAPI(gss_release_name)
CTGAN_NO_GSSAPI(gss_release_oid_set)
CTGAN_NO_GSSAPI(gss_test_oid_set_member)
CTGAN_NO_GSSAPI(gss_verify_mic)

extern "C" {
extern void* const GSS_C_NT_HOSTBASED_SERVICE;
extern void* const GSS_C_NT_USER_NAME;
void* const GSS_C_NT_HOSTBASED_SERVICE = nullptr;
void* const GSS_C_NT_USER_NAME = nullptr;
}
