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
#include "common/terminal/terminal.h"
#include "common/texts/texts.h"

namespace ctgan::console {
namespace {

using errors::Error;
using errors::Kind;

constexpr int k_attempts = 3;
constexpr int k_tick_ms = 200;
constexpr std::size_t k_longest_answer = 4096;

constexpr std::string_view k_all = "all";
constexpr std::string_view k_between = ", ";

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::size_t parse_number(std::string_view text, std::size_t count) {
  std::size_t number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc{} || end != text.data() + text.size() || number < 1 || number > count) {
    throw Error(Kind::usage, fmt::format("the answer must be a number from 1 to {}, but is {}", count,
                                         errors::quoted(text)));
  }
  return number - 1;
}

std::size_t parse_choice(const std::string& text, const Choices& choices) {
  return is_number(text) || !choices.find ? parse_number(text, choices.count) : choices.find(text);
}

// "2-4" as the first and the last; a word with a dash in it is no range.
std::optional<std::pair<std::size_t, std::size_t>> parse_range(std::string_view text, std::size_t count) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || !is_number(text.substr(0, dash)) || !is_number(text.substr(dash + 1)))
    return std::nullopt;
  const std::size_t first = parse_number(text.substr(0, dash), count);
  const std::size_t last = parse_number(text.substr(dash + 1), count);
  if (first > last)
    throw Error(Kind::usage, fmt::format("the range {} ends before it begins", errors::quoted(text)));
  return std::pair(first, last);
}

std::vector<std::size_t> parse_choices(const std::string& text, const Choices& choices) {
  std::vector<std::size_t> chosen;
  const auto add = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i <= to; ++i)
      if (std::find(chosen.begin(), chosen.end(), i) == chosen.end()) chosen.push_back(i);
  };
  if (text == k_all) {
    if (choices.count > 0) add(0, choices.count - 1);
    return chosen;
  }
  for (std::size_t begin = 0; (begin = text.find_first_not_of(k_between, begin)) != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_of(k_between, begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    if (const auto range = parse_range(part, choices.count)) {
      add(range->first, range->second);
    } else {
      const std::size_t choice = parse_choice(part, choices);
      add(choice, choice);
    }
    begin = end;
  }
  return chosen;
}

// What Tab makes of the last of several words.
std::vector<std::string> completed(std::string_view typed, const std::vector<std::string>& names) {
  const std::size_t last = typed.find_last_of(k_between);
  const std::string before(typed.substr(0, last == std::string_view::npos ? 0 : last + 1));
  std::vector<std::string> found;
  for (const std::string& name : names) found.push_back(before + name);
  return found;
}

void prepare(Question& question, const Choices& choices) {
  if (choices.count == 1 && !question.default_answer) question.default_answer = "1";
  if (!question.complete)
    question.complete = [names = choices.names](std::string_view typed) { return completed(typed, names); };
}

// The terminal where the person sits, though the conversation may be redirected into a file. Owned by whoever asks.
class Terminal {
 public:
  Terminal()
      : descriptor_(isatty(STDERR_FILENO) == 1 ? fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
                                               : open("/dev/tty", O_WRONLY | O_CLOEXEC)) {}
  ~Terminal() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  int descriptor() const { return descriptor_ >= 0 ? descriptor_ : STDERR_FILENO; }

 private:
  int descriptor_;
};

}  // namespace

Console::Console(bool batch, std::function<void()> tick)
    : interactive_(!batch && isatty(STDIN_FILENO) == 1), tick_(std::move(tick)) {}

void Console::say(std::string_view line) const {
  if (!interactive_) return;
  const std::string shown = errors::visible(line);
  const auto columns = terminal::columns_of(STDIN_FILENO);
  write((columns ? terminal::wrapped(shown, *columns, 2) : shown) + "\n");
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
    const std::string line =
        read_line(question, fmt::format("{}{}: ", errors::visible(question.prompt), brackets));
    std::string answer(texts::trimmed(line, texts::k_blanks_and_ends));
    if (answer.empty() && question.default_answer) answer = *question.default_answer;
    if (answer.empty()) continue;
    try {
      check(answer);
      return answer;
    } catch (const Error& error) {
      if (error.kind() != Kind::usage && error.kind() != Kind::no_input) throw;
      say(error.hint().empty() ? error.sentence() : error.sentence() + "; " + error.hint());
    }
  }
  refuse(question);
}

bool Console::confirm(const Question& question) const {
  const auto said = [](const std::string& text, std::string_view word) {
    const std::string small = texts::in_small_letters(text);
    return small == word || small == word.substr(0, 1);
  };
  return said(ask_checked(question,
                          [&](const std::string& text) {
                            if (!said(text, "yes") && !said(text, "no"))
                              throw Error(Kind::usage, "please answer 'yes' or 'no'");
                          }),
              "yes");
}

std::size_t Console::choose(Question question, const Choices& choices) const {
  prepare(question, choices);
  return parse_choice(ask_checked(question, [&](const std::string& text) { parse_choice(text, choices); }),
                      choices);
}

std::vector<std::size_t> Console::choose_several(Question question, const Choices& choices) const {
  prepare(question, choices);
  return parse_choices(ask_checked(question, [&](const std::string& text) { parse_choices(text, choices); }),
                       choices);
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
  const Terminal terminal;
  [[maybe_unused]] const ssize_t ignored = ::write(terminal.descriptor(), text.data(), text.size());
}

// However it ends, what is said next begins a line.
std::string Console::read_line(const Question& question, const std::string& prompt) const {
  std::optional<std::string> line;
  try {
    line = can_edit_lines() ? edit_line(Terminal().descriptor(), prompt, question.complete, tick_)
                            : read_plain(prompt);
  } catch (...) {
    write("\n");
    throw;
  }
  if (line) return *line;
  write("\n");
  throw Error(Kind::interrupted, fmt::format("no {} was given", question.what), question.remedy);
}

std::optional<std::string> Console::read_plain(const std::string& prompt) const {
  write(prompt);
  std::string line;
  for (;;) {
    if (tick_) tick_();
    pollfd wanted{STDIN_FILENO, POLLIN, 0};
    if (poll(&wanted, 1, k_tick_ms) <= 0) continue;
    char byte = 0;
    const ssize_t got = read(STDIN_FILENO, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    if (byte == '\n') return line;
    if (line.size() < k_longest_answer) line += byte;
  }
}

}  // namespace ctgan::console
