// Who are we? The server's methods in this order: none, the key that was named, the agent's keys, the usual
// key files, and at a terminal keyboard-interactive and password. An agent with many keys comes behind the
// named one: sshd gives six tries.
#pragma once

#include "common/console/console.h"
#include "host/settings/host_settings.h"
#include "host/transport/ssh_session.h"

namespace ctgan::host::transport {

// Throws Error(permission) saying what was tried, Error(configuration) for a named key that is missing or
// that others may read.
void authenticate(const SshSession& session, const settings::SshServer& server,
                  const console::Console& console);

}  // namespace ctgan::host::transport
