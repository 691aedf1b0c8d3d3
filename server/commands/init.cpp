#include <fmt/format.h>

#include "common/errors/error.h"
#include "server/commands/commands.h"
#include "server/commands/open_store.h"

namespace ctgan::server::commands {

Outcome init(const std::filesystem::path& root, bool shared) {
  const bool made = make_store(root, shared);
  const OpenStore open(root);
  if (shared && !open.settings.shared) {
    throw errors::Error(errors::Kind::configuration,
                        fmt::format("the store at {} is a personal one", errors::quoted(root.string())),
                        fmt::format("write \"shared\": true into '{}', or name another root",
                                    open.store.layout().settings().string()));
  }
  const char* kind = open.settings.shared ? "shared" : "personal";
  if (!made) return {fmt::format("the {} store at {} is in order\n", kind, root.string())};
  std::string text = fmt::format("made a {} store at {}\n", kind, root.string());
  if (shared) {
    text += "next: 'ctgan-server user add NAME', then 'ctgan-server user authorize NAME --key FILE'\n";
  }
  return {std::move(text)};
}

}  // namespace ctgan::server::commands
