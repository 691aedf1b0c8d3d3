#include <csignal>

#include "common/secrets/secret.h"
#include "host/commands/manage_command.h"

int main(int argc, char** argv) {
  ctgan::secrets::protect_process();
  std::signal(SIGPIPE, SIG_IGN);
  return ctgan::host::commands::manage(argc, argv);
}
