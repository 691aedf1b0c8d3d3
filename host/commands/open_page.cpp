#include "host/commands/open_page.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "common/errors/error.h"
#include "common/process/child_process.h"
#include "common/process/run_command.h"
#include "common/settings/settings_file.h"

namespace ctgan::host::commands {
namespace {

using ctgan::settings::environment;
using errors::Error;
using errors::Kind;

std::vector<std::string> programs() {
  std::vector<std::string> names;
  const std::string browsers = environment("BROWSER").value_or("");
  for (std::size_t from = 0; from < browsers.size();) {
    const std::size_t to = std::min(browsers.find(':', from), browsers.size());
    if (to > from) names.push_back(browsers.substr(from, to - from));
    from = to + 1;
  }
  // It asks the desktop, which there must be.
  if (environment("DISPLAY") || environment("WAYLAND_DISPLAY")) names.emplace_back("xdg-open");
  return names;
}

}  // namespace

void open_page(const std::filesystem::path& page) {
  for (const std::string& name : programs()) {
    std::filesystem::path program;
    try {
      program = process::find_program(name);
    } catch (const Error&) {
      continue;
    }
    const std::filesystem::path state = ctgan::settings::state_folder();
    std::filesystem::create_directories(state);
    process::start_detached({program.string(), std::filesystem::absolute(page).string()},
                            state / "browser.log");
    return;
  }
  throw Error(Kind::unavailable, "there is no browser here that could show the page",
              fmt::format("it is the file {}; $BROWSER names a program that opens it",
                          errors::quoted(page.string())));
}

}  // namespace ctgan::host::commands
