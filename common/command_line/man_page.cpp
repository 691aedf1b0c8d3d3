#include "common/command_line/man_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "common/command_line/declarations.h"
#include "common/command_line/footer.h"

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
  if (takes_value(option)) line += fmt::format(" \\fI{}\\fR", set(option.get_type_name()));
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

void write_lines(std::string& page, const std::vector<std::string>& lines) {
  page += ".nf\n";
  for (const std::string& line : lines) page += set(line) + "\n";
  page += ".fi\n";
}

void write_commands(std::string& page, const CLI::App& app) {
  for (const CLI::App* sub : shown_commands(app)) {
    page += fmt::format(".SS {}\n{}\n.PP\n{}\n", set(full_name(*sub)), synopsis(*sub),
                        set(sub->get_description()));
    write_options(page, *sub);
    if (const auto examples = own_examples(*sub); !examples.empty()) {
      page += ".PP\n";
      write_lines(page, examples);
    }
    write_commands(page, *sub);
  }
}

// "~/.config/ctgan  what is there": two blanks or more after the term.
void write_terms(std::string& page, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
    const std::size_t end = line.find("  ", begin);
    if (end == std::string::npos) {
      page += set(line.substr(begin)) + "\n";
    } else {
      page += fmt::format(".TP\n{}\n{}\n", set(line.substr(begin, end - begin)),
                          set(line.substr(line.find_first_not_of(' ', end))));
    }
  }
}

void write_footer(std::string& page, const CLI::App& app) {
  for (const FooterSection& section : footer_sections(app)) {
    const bool is_examples = section.title == k_examples;
    const std::vector<std::string> lines = is_examples ? own_examples(app) : section.lines;
    if (lines.empty()) continue;
    page += fmt::format(".SH {}\n", set(upper(section.title)));
    const bool are_terms =
        section.title == k_files || section.title == k_environment || section.title == k_see_also;
    are_terms ? write_terms(page, lines) : write_lines(page, lines);
  }
}

std::string opening(std::string_view name, int section, std::string_view description,
                    std::string_view version) {
  return fmt::format(".TH {} {} \"\" \"ctgan\\-server {}\" \"ctgan\\-server\"\n.SH NAME\n{} \\- {}\n",
                     set(upper(name)), section, set(version), set(name),
                     set(in_short(std::string(description))));
}

std::string type_words(settings::ValueType type) {
  switch (type) {
    case settings::ValueType::path:
      return "path; '~/' is the home folder, else relative to the file";
    case settings::ValueType::count:
      return "whole number";
    case settings::ValueType::boolean:
      return "true or false";
    default:
      return "text";
  }
}

}  // namespace

std::string man_page(const CLI::App& app, std::string_view version) {
  std::string page = opening(app.get_name(), 1, app.get_description(), version);
  page += fmt::format(".SH SYNOPSIS\n{}\n", synopsis(app));
  page += fmt::format(".SH DESCRIPTION\n{}\n", set(app.get_description()));
  write_options(page, app);
  if (!shown_commands(app).empty()) page += ".SH COMMANDS\n";
  write_commands(page, app);
  write_footer(page, app);
  return page;
}

std::string example_page(const SettingsPage& about, std::string_view version) {
  std::string page = opening(about.name, 5, about.summary, version);
  page += fmt::format(".SH DESCRIPTION\n{}\n.SH KEYS\n", set(about.description));
  write_lines(page, about.example);
  return page + ".SH SEE ALSO\n" + set(about.see_also) + "\n";
}

std::string settings_page(const SettingsPage& about, std::string_view version) {
  std::string page = opening(about.name, 5, about.summary, version);
  page += fmt::format(".SH DESCRIPTION\n{}\n.SH KEYS\n", set(about.description));
  for (const settings::KeySpec& key : about.keys)
    page +=
        fmt::format(".TP\n\\fB{}\\fR ({})\n{}\n", set(key.name), set(type_words(key.type)), set(key.help));
  page += ".SH EXAMPLES\n";
  write_lines(page, about.example);
  page += ".SH SEE ALSO\n" + set(about.see_also) + "\n";
  return page;
}

}  // namespace ctgan::command_line
