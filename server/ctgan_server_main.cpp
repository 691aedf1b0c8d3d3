#include <sys/stat.h>

#include <csignal>

#include "common/secrets/secret.h"
#include "server/commands/command_line.h"

int main(int argc, char** argv) {
  ctgan::secrets::protect_process();
  std::signal(SIGPIPE, SIG_IGN);
  umask(077);
  return ctgan::server::commands::run_command_line(argc, argv);
}
