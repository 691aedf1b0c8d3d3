#include "common/errors/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <system_error>

#include "common/terminal/terminal.h"

namespace ctgan::errors {
namespace {

// Names of data and words of a server stand in sentences and hints; lines stay lines.
std::string visible_lines(std::string_view text) {
  std::string shown;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t to = std::min(text.find('\n', from), text.size());
    shown += visible(text.substr(from, to - from));
    if (to < text.size()) shown += '\n';
    from = to + 1;
  }
  return shown;
}

// At a terminal lines end between words, what goes on below its beginning.
std::string fitted(std::FILE* stream, const std::string& text, std::size_t indent) {
  const auto columns = terminal::columns_of(fileno(stream));
  return columns ? terminal::wrapped(text, *columns, indent) : text;
}

void print_text(std::FILE* stream, std::string_view program, const Error& error) {
  const std::string name = fmt::format("{}:", program);
  const std::string sentence =
      fitted(stream, fmt::format("{} {}", name, visible_lines(error.sentence())), 2).substr(name.size());
  const auto colour = terminal::has_colours(fileno(stream)) ? terminal::Colour::red : terminal::Colour::none;
  fmt::print(stream, "{}{}\n", terminal::coloured(name, colour), sentence);
  constexpr std::string_view k_hint = "hint: ";
  if (error.hint().empty()) return;
  const std::string hint = fmt::format("  {}{}", k_hint, visible_lines(error.hint()));
  fmt::print(stream, "{}\n", fitted(stream, hint, k_hint.size()));
}

}  // namespace

void report(std::FILE* stream, std::string_view program, const Error& error, ReportStyle style) {
  if (style != ReportStyle::text) {
    nlohmann::json line = to_json(error);
    line["message_type"] = "error";
    line["exit_code"] = exit_code(error.kind());
    fmt::print(stream, "{}\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    print_text(stream, program, error);
  }
  std::fflush(stream);
}

int run_and_report(std::string_view program, const std::function<int()>& command,
                   const std::function<ReportStyle()>& style) {
  try {
    return command();
  } catch (...) {
    const Error error = describe(std::current_exception());
    if (error.kind() == Kind::output_closed) return exit_code(error.kind());
    const ReportStyle chosen = style();
    try {
      report(chosen == ReportStyle::json ? stdout : stderr, program, error, chosen);
    } catch (const std::system_error&) {
      // Nobody reads it: the exit code says what there is to say.
    }
    return exit_code(error.kind());
  }
}

std::string exit_code_help() {
  std::string text = "exit codes:\n  0    success\n";
  for (const KindRow& row : kind_table()) text += fmt::format("  {:<4} {}\n", row.exit_code, row.meaning);
  return text;
}

}  // namespace ctgan::errors
