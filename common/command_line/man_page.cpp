#include "common/command_line/man_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <vector>

namespace ctgan::command_line {
namespace {

// Text as troff sets it: no character of it is a request.
std::string set(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  const bool request = out.starts_with('.') || out.starts_with('\'');
  return request ? "\\&" + out : out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return out;
}

// "Trains a model." as whatis lists it: small at the start, no full stop.
std::string in_short(std::string text) {
  if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a') {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  if (text.ends_with('.')) text.pop_back();
  return text;
}

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

std::string synopsis(const CLI::App& app) {
  std::string line = fmt::format("\\fB{}\\fR [\\fIoptions\\fR]", set(full_name(app)));
  if (!shown_commands(app).empty()) line += " \\fIcommand\\fR";
  for (const CLI::Option* option : app.get_options()) {
    if (!is_positional(*option)) continue;
    const std::string name = fmt::format("\\fI{}\\fR", set(option->get_name(true)));
    line += option->get_required() ? " " + name : " [" + name + "]";
  }
  return line;
}

std::string term(const CLI::Option& option) {
  if (is_positional(option)) return fmt::format("\\fI{}\\fR", set(option.get_name(true)));
  std::string line;
  for (const std::string& name : option.get_snames()) line += fmt::format("\\fB\\-{}\\fR, ", set(name));
  for (const std::string& name : option.get_lnames()) line += fmt::format("\\fB\\-\\-{}\\fR, ", set(name));
  line.resize(line.size() - 2);
  if (option.get_items_expected_max() > 0) line += fmt::format(" \\fI{}\\fR", set(option.get_type_name()));
  return line;
}

void write_option(std::string& page, const CLI::Option& option) {
  page += fmt::format(".TP\n{}\n{}{}\n", term(option), set(option.get_description()),
                      option.get_required() ? " (required)" : "");
}

void write_group(std::string& page, const CLI::App& app, const std::string& group) {
  for (const CLI::Option* option : app.get_options()) {
    const bool told_before = option == app.get_help_ptr() && app.get_parent() != nullptr;
    if (option->get_group() == group && !told_before) write_option(page, *option);
  }
}

// A program's options stand under headings, a subcommand's in one list.
void write_options(std::string& page, const CLI::App& app) {
  const bool is_program = app.get_parent() == nullptr;
  if (is_program) page += ".SH OPTIONS\n";
  for (const std::string& group : app.get_groups()) {
    if (group.empty()) continue;
    if (is_program && app.get_groups().size() > 1) page += fmt::format(".SS {}\n", set(group));
    write_group(page, app, group);
  }
}

void write_commands(std::string& page, const CLI::App& app) {
  for (const CLI::App* sub : shown_commands(app)) {
    page += fmt::format(".SS {}\n{}\n.PP\n{}\n", set(full_name(*sub)), synopsis(*sub),
                        set(sub->get_description()));
    write_options(page, *sub);
    write_commands(page, *sub);
  }
}

void write_footer(std::string& page, const std::string& footer) {
  std::istringstream lines(footer);
  bool open = false;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.front() != ' ' && line.ends_with(':')) {
      if (open) page += ".fi\n";
      page += fmt::format(".SH {}\n.nf\n", set(upper(line.substr(0, line.size() - 1))));
      open = true;
    } else if (open && !line.empty()) {
      page += set(line) + "\n";
    }
  }
  if (open) page += ".fi\n";
}

}  // namespace

std::string man_page(const CLI::App& app, std::string_view version) {
  std::string page = fmt::format(".TH {} 1 \"\" \"ctgan\\-server {}\" \"ctgan\\-server\"\n",
                                 set(upper(app.get_name())), set(version));
  page += fmt::format(".SH NAME\n{} \\- {}\n", set(app.get_name()), set(in_short(app.get_description())));
  page += fmt::format(".SH SYNOPSIS\n{}\n", synopsis(app));
  page += fmt::format(".SH DESCRIPTION\n{}\n", set(app.get_description()));
  write_options(page, app);
  if (!shown_commands(app).empty()) page += ".SH COMMANDS\n";
  write_commands(page, app);
  write_footer(page, app.get_footer());
  return page;
}

}  // namespace ctgan::command_line
