// Is this the server that we mean?
#pragma once

#include "common/console/console.h"
#include "host/settings/host_settings.h"
#include "host/transport/ssh_session.h"

namespace ctgan::host::transport {

// Passes when the key has the pinned fingerprint, or is the one in known_hosts. An unknown key is shown and
// asked about at a terminal (and noted when trusted), and refused elsewhere; a changed, another or a revoked
// one is always refused. Throws Error(permission) naming the fingerprint and the next step.
void check_host_key(const SshSession& session, const settings::SshServer& server,
                    const console::Console& console);

}  // namespace ctgan::host::transport
