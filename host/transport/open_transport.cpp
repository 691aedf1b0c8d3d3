#include "host/transport/open_transport.h"

#include <utility>

#include "host/transport/local_transport.h"
#include "host/transport/ssh_transport.h"

namespace ctgan::host::transport {

std::unique_ptr<Transport> open_transport(const settings::HostSettings& settings,
                                          const console::Console& console, Patience patience) {
  if (settings.ssh) return connect_by_ssh(*settings.ssh, console, std::move(patience));
  return std::make_unique<LocalTransport>(settings.server_program.value_or(sibling_server()),
                                          std::move(patience));
}

}  // namespace ctgan::host::transport
