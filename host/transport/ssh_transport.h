// ctgan-server over SSH: one connection, an exec channel for each program.
#pragma once

#include <memory>

#include "common/console/console.h"
#include "host/settings/host_settings.h"
#include "host/transport/transport.h"

namespace ctgan::host::transport {

// Connects, checks the host key and logs in. Throws what ssh_session.h, host_key.h and authentication.h say.
std::unique_ptr<Transport> connect_by_ssh(const settings::SshServer& server, const console::Console& console,
                                          Patience patience);

}  // namespace ctgan::host::transport
