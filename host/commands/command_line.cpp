#include "host/commands/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "common/command_line/completion.h"
#include "common/command_line/help_page.h"
#include "common/command_line/man_page.h"
#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/errors/report.h"
#include "host/commands/command_lock.h"
#include "host/commands/complete_value.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;

// For the manual; the same for all of our commands.
constexpr const char* k_surroundings =
    "files:\n"
    "  ~/.config/ctgan/settings.json  where the server is, and what is usual: ctgan-settings(5)\n"
    "  ~/.config/ctgan/credentials.json  how to log in there, mode 0600: ctgan-credentials(5)\n"
    "  config/settings.json, config/credentials.json  the same for whoever works in this folder; they come "
    "first\n"
    "  ~/.ssh  known_hosts, config and keys, as ssh(1) uses them\n"
    "  original_data/, synthetic_output/  where 'fit' looks for tables, and 'sample' and 'download' write\n"
    "  ~/.local/state/ctgan  locks, and what was submitted and not yet answered\n"
    "  ~/.local/share/ctgan-server  the store of whoever works without a server\n"
    "environment:\n"
    "  CTGAN_CREDENTIALS  a credentials file, before those above\n"
    "  CTGAN_SERVER_ROOT  the store, for work without a server\n"
    "  SSH_AUTH_SOCK  the agent that holds keys\n"
    "  XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_DATA_HOME  instead of ~/.config, ~/.local/state, ~/.local/share\n"
    "  NO_COLOR  no colours, if it is not empty\n"
    "  TMPDIR  where what comes from standard input is put aside [/tmp]\n"
    "see also:\n"
    "  ctgan(1), fit(1), sample(1), download(1), manage(1), ctgan-server(1), ctgan-settings(5), "
    "ctgan-credentials(5), ssh(1)\n";

// What may stand where the parsing stopped: the options of the commands that were named, and the commands after these.
void collect_names(const CLI::App& app, std::vector<std::string>& names) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  const std::vector<CLI::App*> named = app.get_subcommands();
  for (const CLI::App* sub : named) collect_names(*sub, names);
  if (!named.empty()) return;
  for (const CLI::App* sub : app.get_subcommands({}))
    if (!sub->get_name().empty()) names.push_back(sub->get_name());
}

Error unexpected(const CLI::App& app) {
  std::string word = app.remaining(true).empty() ? "" : app.remaining(true).front();
  word = word.substr(0, word.find('='));
  std::vector<std::string> names;
  collect_names(app, names);
  const bool flag = word.starts_with("-");
  const std::string near = errors::closest(word, names);
  return {
      Kind::usage, fmt::format("unknown {} {}", flag ? "option" : "argument", errors::quoted(word)),
      near.empty() ? "'--help' lists what there is" : fmt::format("did you mean {}?", errors::quoted(near))};
}

// CLI11's sentences start with a capital letter or an option's name.
Error translated(const CLI::ParseError& error) {
  std::string text = error.what();
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return {Kind::usage, errors::visible(text.substr(0, text.find('\n'))), "'--help' explains the options"};
}

// False when only the help or the version was asked for, and given.
bool parse(CLI::App& app, int argc, const char* const* argv) {
  if (argc >= 2 && argv[1] == command_line::k_complete_word) {
    for (const std::string& word : command_line::candidates(app, {argv + 2, argv + argc}, complete_value))
      fmt::print("{}\n", word);
    return false;
  }
  if (argc == 2 && argv[1] == command_line::k_man_page_word) {
    fmt::print("{}", command_line::man_page(app, CTGAN_VERSION));
    return false;
  }
  try {
    app.parse(argc, argv);
    return true;
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", app.help());
    return false;
  } catch (const CLI::CallForVersion&) {
    fmt::print("{} {}\n", app.get_name(), CTGAN_VERSION);
    return false;
  } catch (const CLI::ExtrasError&) {
    throw unexpected(app);
  } catch (const CLI::RequiredError& error) {
    // A word where a subcommand was expected.
    if (!app.get_subcommands({}).empty() && !app.remaining(true).empty()) throw unexpected(app);
    throw translated(error);
  } catch (const CLI::ParseError& error) {
    throw translated(error);
  }
}

// A mistake in the options is reported in the style that stands among them, before they are parsed.
struct StyleWords {
  StyleWords(int argc, const char* const* argv) {
    std::string_view before;
    for (const std::string_view word : std::span(argv, static_cast<std::size_t>(argc))) {
      json = json || word == "--json";
      rows_on_stdout = rows_on_stdout || word == "--output=-" || (before == "--output" && word == "-");
      before = word;
    }
  }
  bool json = false;
  bool rows_on_stdout = false;
};

errors::ReportStyle report_style(const SharedFlags& flags, const StyleWords& words) {
  if (!flags.json && !words.json) return errors::ReportStyle::text;
  const bool aside = flags.rows_on_stdout || words.rows_on_stdout;
  return aside ? errors::ReportStyle::json_aside : errors::ReportStyle::json;
}

// By its own name, or as a part of `ctgan`.
std::string shown_name(const std::string& program, int argc, const char* const* argv) {
  const std::string part = fmt::format("{} {}", k_umbrella, program);
  return argc > 0 && argv[0] == part ? part : program;
}

}  // namespace

int run_command(const CommandLine& line, int argc, const char* const* argv, const SharedFlags& flags,
                const std::function<void(CLI::App&)>& declare, const std::function<void()>& command) {
  const StyleWords words(argc, argv);
  return errors::run_and_report(
      line.program,
      [&] {
        CLI::App app(line.description, shown_name(line.program, argc, argv));
        app.footer(
            fmt::format("examples:\n{}\n{}{}", line.examples, k_surroundings, errors::exit_code_help()));
        app.formatter(command_line::make_help_formatter());
        app.set_help_flag("-h,--help", "this page");
        app.set_version_flag("-V,--version", CTGAN_VERSION)->description("which version this is");
        declare(app);
        if (!parse(app, argc, argv)) return 0;
        std::optional<CommandLock> lock;
        if (!flags.lock.empty()) lock.emplace(flags.lock);
        command();
        return 0;
      },
      [&] { return report_style(flags, words); });
}

}  // namespace ctgan::host::commands
