#include "common/command_line/declarations.h"

namespace ctgan::command_line {

std::string full_name(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : full_name(*app.get_parent()) + " " + app.get_name();
}

std::vector<const CLI::App*> shown_commands(const CLI::App& app) {
  std::vector<const CLI::App*> found;
  for (const CLI::App* sub : app.get_subcommands({})) {
    if (!sub->get_group().empty()) found.push_back(sub);
  }
  return found;
}

bool is_positional(const CLI::Option& option) {
  return option.get_lnames().empty() && option.get_snames().empty();
}

bool takes_value(const CLI::Option& option) {
  return option.get_items_expected_max() > 0;
}

}  // namespace ctgan::command_line
