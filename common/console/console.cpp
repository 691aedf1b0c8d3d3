#include "common/console/console.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

#include "common/errors/error.h"
#include "common/texts/texts.h"

namespace ctgan::console {
namespace {

using errors::Error;
using errors::Kind;

constexpr int k_attempts = 3;
constexpr int k_tick_ms = 200;
constexpr std::size_t k_longest_answer = 4096;

std::size_t parse_choice(std::string_view text, std::size_t count) {
  std::size_t number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc{} || end != text.data() + text.size() || number < 1 || number > count) {
    throw Error(Kind::usage, fmt::format("the answer must be a number from 1 to {}, but is {}", count,
                                         errors::quoted(text)));
  }
  return number - 1;
}

std::vector<std::size_t> parse_choices(const std::string& text, std::size_t count) {
  std::vector<std::size_t> chosen;
  if (text == "all") {
    for (std::size_t i = 0; i < count; ++i) chosen.push_back(i);
    return chosen;
  }
  std::size_t begin = 0;
  while ((begin = text.find_first_not_of(", ", begin)) != std::string::npos) {
    const std::size_t end = std::min(text.find_first_of(", ", begin), text.size());
    const std::size_t choice = parse_choice(std::string_view(text).substr(begin, end - begin), count);
    if (std::find(chosen.begin(), chosen.end(), choice) == chosen.end()) chosen.push_back(choice);
    begin = end;
  }
  return chosen;
}

}  // namespace

Console::Console(bool batch, std::function<void()> tick)
    : interactive_(!batch && isatty(STDIN_FILENO) == 1), tick_(std::move(tick)) {}

void Console::say(std::string_view line) const {
  if (interactive_) write(errors::visible(line) + "\n");
}

std::string Console::ask(const Question& question) const {
  return ask_checked(question, [](const std::string&) {});
}

std::string Console::ask_checked(const Question& question,
                                 const std::function<void(const std::string&)>& check) const {
  require_person(question);
  const std::string brackets =
      question.default_answer ? fmt::format(" [{}]", errors::visible(*question.default_answer)) : "";
  for (int attempt = 0; attempt < k_attempts; ++attempt) {
    write(fmt::format("{}{}: ", errors::visible(question.prompt), brackets));
    std::string answer(texts::trimmed(read_line(question), texts::k_blanks_and_ends));
    if (answer.empty() && question.default_answer) answer = *question.default_answer;
    if (answer.empty()) continue;
    try {
      check(answer);
      return answer;
    } catch (const Error& error) {
      if (error.kind() != Kind::usage) throw;
      say(error.sentence());
    }
  }
  refuse(question);
}

bool Console::confirm(const Question& question) const {
  const auto is_yes = [](const std::string& text) { return text == "yes" || text == "y" || text == "Y"; };
  const auto is_no = [](const std::string& text) { return text == "no" || text == "n" || text == "N"; };
  return is_yes(ask_checked(question, [&](const std::string& text) {
    if (!is_yes(text) && !is_no(text)) throw Error(Kind::usage, "please answer 'yes' or 'no'");
  }));
}

std::size_t Console::choose(const Question& question, std::size_t count) const {
  return parse_choice(ask_checked(question, [&](const std::string& text) { parse_choice(text, count); }),
                      count);
}

std::vector<std::size_t> Console::choose_several(const Question& question, std::size_t count) const {
  return parse_choices(ask_checked(question, [&](const std::string& text) { parse_choices(text, count); }),
                       count);
}

secrets::Secret Console::ask_password(const Question& question) const {
  require_person(question);
  return secrets::ask_password(fmt::format("{}: ", errors::visible(question.prompt)));
}

void Console::refuse(const Question& question) const {
  throw Error(Kind::usage, fmt::format("no {} was given", question.what), question.remedy);
}

void Console::require_person(const Question& question) const {
  if (!interactive_) refuse(question);
}

void Console::write(std::string_view text) const {
  // The conversation may be redirected into a file; the person is at the terminal.
  const int terminal =
      isatty(STDERR_FILENO) == 1 ? dup(STDERR_FILENO) : open("/dev/tty", O_WRONLY | O_CLOEXEC);
  const int target = terminal >= 0 ? terminal : STDERR_FILENO;
  [[maybe_unused]] const ssize_t ignored = ::write(target, text.data(), text.size());
  if (terminal >= 0) close(terminal);
}

std::string Console::read_line(const Question& question) const {
  std::string line;
  for (;;) {
    if (tick_) tick_();
    pollfd wanted{STDIN_FILENO, POLLIN, 0};
    if (poll(&wanted, 1, k_tick_ms) <= 0) continue;
    char byte = 0;
    const ssize_t got = read(STDIN_FILENO, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0)
      throw Error(Kind::interrupted, fmt::format("no {} was given", question.what), question.remedy);
    if (byte == '\n') return line;
    if (line.size() < k_longest_answer) line += byte;
  }
}

}  // namespace ctgan::console
