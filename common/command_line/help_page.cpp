#include "common/command_line/help_page.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "common/command_line/declarations.h"
#include "common/command_line/footer.h"
#include "common/terminal/terminal.h"

namespace ctgan::command_line {
namespace {

constexpr std::size_t k_usual_columns = 100;
constexpr std::size_t k_most_columns = 110;
// Below that, what an option means gets lines of its own.
constexpr std::size_t k_two_columns = 72;
constexpr std::size_t k_meaning_at = 28;
constexpr std::size_t k_meaning_below_at = 6;

// Of options of which nobody says it.
constexpr std::string_view k_common = "Options";
// Of more examples a program shows only those that are of no command of its.
constexpr std::size_t k_most_examples = 8;

class Page {
 public:
  explicit Page(std::size_t columns) : columns_(std::min(columns, k_most_columns)) {}

  void line(const std::string& text) { out_ += text + "\n"; }
  void heading(const std::string& title) { out_ += "\n" + title + ":\n"; }
  void paragraph(const std::string& text) { line(terminal::wrapped(text, columns_, 0)); }

  // A term and what it means: beside it, or below where there is no room.
  void entry(const std::string& term, const std::string& meaning) {
    const std::size_t at = columns_ < k_two_columns ? k_meaning_below_at : k_meaning_at;
    const std::string margin(at, ' ');
    std::string text = terminal::wrapped(meaning, std::max(columns_, at + 20) - at, 0);
    for (std::size_t end = 0; (end = text.find('\n', end)) != std::string::npos; ++end)
      text.insert(end + 1, margin);
    const std::size_t taken = terminal::cells_of(term) + 2;
    const bool beside = taken + 2 <= at && columns_ >= k_two_columns;
    line("  " + term + (beside ? std::string(at - taken, ' ') : "\n" + margin) + text);
  }

  std::string take() { return std::move(out_); }

 private:
  std::size_t columns_;
  std::string out_;
};

std::string usage(const CLI::App& app) {
  std::string text = full_name(app) + " [options]";
  for (const CLI::Option* option : app.get_options()) {
    if (!is_positional(*option)) continue;
    std::string name = option->get_name(true);
    if (option->get_items_expected_max() > 1) name += "...";
    text += option->get_required() ? " " + name : " [" + name + "]";
  }
  return shown_commands(app).empty() ? text : text + " COMMAND ...";
}

std::string term(const CLI::Option& option) {
  std::string text;
  for (const std::string& name : option.get_snames()) text += fmt::format("-{}, ", name);
  for (const std::string& name : option.get_lnames()) text += fmt::format("--{}, ", name);
  text.resize(text.size() - 2);
  if (takes_value(option)) text += " " + option.get_type_name();
  return text;
}

void write_options(Page& page, const CLI::App& app) {
  // What every program has comes last.
  std::vector<std::string> groups = app.get_groups();
  std::stable_partition(groups.begin(), groups.end(),
                        [](const std::string& group) { return group != k_common; });
  for (const std::string& group : groups) {
    bool begun = false;
    for (const CLI::Option* option : app.get_options()) {
      if (group.empty() || option->get_group() != group || is_positional(*option)) continue;
      if (!begun) page.heading(group == k_common ? "options" : group);
      begun = true;
      page.entry(term(*option), option->get_description() + (option->get_required() ? " (required)" : ""));
    }
  }
}

void write_arguments(Page& page, const CLI::App& app) {
  bool begun = false;
  for (const CLI::Option* option : app.get_options()) {
    if (!is_positional(*option) || option->get_group().empty()) continue;
    if (!begun) page.line("");
    begun = true;
    page.entry(option->get_name(true),
               option->get_description() + (option->get_required() ? " (required)" : ""));
  }
}

void write_commands(Page& page, const CLI::App& app) {
  const auto commands = shown_commands(app);
  if (commands.empty()) return;
  page.heading("commands");
  for (const CLI::App* sub : commands) page.entry(sub->get_name(), sub->get_description());
  page.line("");
  page.paragraph(fmt::format("'{} COMMAND --help' explains each.", full_name(app)));
}

void write_footer(Page& page, const CLI::App& app) {
  std::vector<std::string> examples = all_examples(app);
  if (app.get_parent() == nullptr && examples.size() > k_most_examples) examples = own_examples(app);
  if (!examples.empty()) page.heading(k_examples);
  for (const std::string& line : examples) page.line(line);
  const std::string name = full_name(app);
  page.line("");
  page.paragraph(fmt::format("Exit code 0 is success; 'man {}' has the others, and more.",
                             name.substr(0, app.get_parent() == nullptr ? name.size() : name.find(' '))));
}

class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string /*name*/,
                        CLI::AppFormatMode /*mode*/) const override {
    return help_page(*app, terminal::columns_of(STDOUT_FILENO).value_or(k_usual_columns));
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> make_help_formatter() {
  return std::make_shared<HelpFormatter>();
}

std::string help_page(const CLI::App& app, std::size_t columns) {
  Page page(columns);
  page.paragraph(app.get_description());
  page.line("");
  page.paragraph("usage: " + usage(app));
  write_arguments(page, app);
  write_commands(page, app);
  write_options(page, app);
  write_footer(page, app);
  return page.take();
}

}  // namespace ctgan::command_line
