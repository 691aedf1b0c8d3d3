// The list of transports, and which one the settings choose.
#pragma once

#include <memory>

#include "common/console/console.h"
#include "host/settings/host_settings.h"
#include "host/transport/transport.h"

namespace ctgan::host::transport {

// Connects where there is something to connect to; asks at the terminal what only a person can answer (an
// unknown host key, a passphrase). Throws Error(unavailable) where nothing is configured and no ctgan-server lies beside
// the running program. `console` and the settings are used during the call only.
std::unique_ptr<Transport> open_transport(const settings::HostSettings& settings,
                                          const console::Console& console, Patience patience);

}  // namespace ctgan::host::transport
