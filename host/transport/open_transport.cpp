#include "host/transport/open_transport.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "common/errors/error.h"
#include "host/transport/local_transport.h"
#include "host/transport/ssh_transport.h"

namespace ctgan::host::transport {
namespace {

// A client alone, and nobody has said where its server is.
void require_server_here(const std::filesystem::path& program) {
  std::error_code ignored;
  if (std::filesystem::exists(program, ignored)) return;
  throw errors::Error(errors::Kind::unavailable,
                      fmt::format("no server is configured, and on this machine there is none: no {}",
                                  errors::quoted(program.string())),
                      "name the one to use with '--server [user@]HOST', or as 'host' in "
                      "~/.config/ctgan/credentials.json; or install ctgan-server here");
}

}  // namespace

std::unique_ptr<Transport> open_transport(const settings::HostSettings& settings,
                                          const console::Console& console, Patience patience) {
  if (settings.ssh) return connect_by_ssh(*settings.ssh, console, std::move(patience));
  if (!settings.server_program) require_server_here(sibling_server());
  return std::make_unique<LocalTransport>(settings.server_program.value_or(sibling_server()),
                                          std::move(patience));
}

}  // namespace ctgan::host::transport
