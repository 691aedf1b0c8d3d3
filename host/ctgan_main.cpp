#include <csignal>

#include "common/secrets/secret.h"
#include "host/commands/named_command.h"

int main(int argc, char** argv) {
  ctgan::secrets::protect_process();
  std::signal(SIGPIPE, SIG_IGN);
  return ctgan::host::commands::run_named(argc, argv);
}
