// Questions to the person at the terminal. Questions go to the terminal, answers come from standard input;
// when that is not a terminal, or in batch mode, a question becomes an Error(usage) that names the flag.
//
//     Console console(batch, tick);
//     std::string user = console.ask({.prompt = "User name", .what = "user name", .remedy = "give it with
//     '--user'"});
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/console/line_editor.h"
#include "common/secrets/secret.h"

namespace ctgan::console {

struct Question {
  std::string prompt;                              // "User name"
  std::string what;                                // "user name", as in "no user name was given"
  std::string remedy;                              // "give it with '--user'"
  std::optional<std::string> default_answer = {};  // taken for an empty answer, shown in brackets
  Complete complete = {};                          // what Tab makes of what was typed
};

// A list that was shown with numbers from 1 on.
struct Choices {
  std::size_t count = 0;
  // What a word means that is no number, counted from 0. Throws Error(usage) or Error(no_input); empty: no word means
  // anything.
  std::function<std::size_t(const std::string&)> find = {};
  std::vector<std::string> names = {};  // for Tab
};

// Not safe to share between threads.
class Console {
 public:
  // `tick` is called about five times a second while an answer is awaited; what it throws ends the wait.
  explicit Console(bool batch, std::function<void()> tick = {});

  // Standard input is a terminal and batch mode is off.
  bool interactive() const { return interactive_; }

  // A line on the terminal, control characters made visible. Nothing when not interactive.
  void say(std::string_view line) const;

  // The functions below throw Error(usage) with the question's remedy when not interactive or after three
  // answers that do not fit, and Error(interrupted) at the end of input. Lines can be edited where the terminal is more
  // than a typewriter.

  // The answer without spaces around it; asked again when empty without a default.
  std::string ask(const Question& question) const;
  // As ask(), but asked again, with the sentence and the hint of the Error(usage) or Error(no_input) that `check`
  // threw, until it throws none.
  std::string ask_checked(const Question& question,
                          const std::function<void(const std::string&)>& check) const;
  // "yes" and "y", "no" and "n", in any letters.
  bool confirm(const Question& question) const;
  // Counted from 0, for a number from 1 on or a word. Of one choice this is the default.
  std::size_t choose(Question question, const Choices& choices) const;
  // Numbers, ranges as "2-4" and words, with commas or spaces between, or "all"; in the order given, each once.
  std::vector<std::size_t> choose_several(Question question, const Choices& choices) const;
  secrets::Secret ask_password(const Question& question) const;

 private:
  [[noreturn]] void refuse(const Question& question) const;
  void require_person(const Question& question) const;
  void write(std::string_view text) const;
  std::string read_line(const Question& question, const std::string& prompt) const;
  std::optional<std::string> read_plain(const std::string& prompt) const;

  bool interactive_;
  std::function<void()> tick_;
};

enum class Align { left, right };

struct TextColumn {
  std::string title;
  Align align = Align::left;
};

// Lines with columns two spaces apart, as wide as their longest cell (code points counted), control
// characters made visible. Every row has one cell a column. Empty rows give the titles alone.
std::string text_table(const std::vector<TextColumn>& columns,
                       const std::vector<std::vector<std::string>>& rows);

}  // namespace ctgan::console
