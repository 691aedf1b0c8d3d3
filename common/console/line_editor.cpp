#include "common/console/line_editor.h"

#include <fcntl.h>
#include <histedit.h>
#include <locale.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>

#include "common/errors/error.h"

namespace ctgan::console {
namespace {

constexpr int k_tick_ms = 200;
// More than a screen of candidates helps nobody.
constexpr std::size_t k_most_shown = 40;

// The person's characters, in this thread and for as long as the line is edited: elsewhere bytes are bytes.
class Characters {
 public:
  Characters()
      : own_(newlocale(LC_CTYPE_MASK, "", nullptr)), before_(own_ == nullptr ? nullptr : uselocale(own_)) {}
  ~Characters() {
    if (own_ == nullptr) return;
    uselocale(before_);
    freelocale(own_);
  }
  Characters(const Characters&) = delete;
  Characters& operator=(const Characters&) = delete;

 private:
  locale_t own_, before_;
};

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

File open_copy(int descriptor, const char* mode) {
  const int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  File file(copy < 0 ? nullptr : fdopen(copy, mode));
  if (!file) throw errors::from_errno(errno, "open", "the terminal");
  return file;
}

// The terminal as it was. libedit would throw away what was typed ahead when it puts it back: it is told not to.
class TerminalMode {
 public:
  TerminalMode() : known_(tcgetattr(STDIN_FILENO, &before_) == 0) {}
  ~TerminalMode() {
    if (known_) tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
  }
  TerminalMode(const TerminalMode&) = delete;
  TerminalMode& operator=(const TerminalMode&) = delete;

 private:
  termios before_{};
  bool known_;
};

struct EndEditing {
  void operator()(EditLine* line) const {
    el_set(line, EL_EDITMODE, 0);
    el_end(line);
  }
};

// One line. Nothing may be thrown through libedit, which is C: what `tick` and `complete` throw waits in `failure`.
class Editing {
 public:
  Editing(int terminal, const std::string& prompt, const Complete& complete,
          const std::function<void()>& tick)
      : prompt_(prompt),
        complete_(complete),
        tick_(tick),
        input_(open_copy(STDIN_FILENO, "r")),
        output_(open_copy(terminal, "w")),
        // It complains there of terminals that it does not know.
        complaints_(std::fopen("/dev/null", "we")),
        line_(el_init("ctgan", input_.get(), output_.get(), complaints_.get())) {
    if (!line_) throw errors::Error(errors::Kind::io, "the terminal cannot be used to edit lines");
    el_set(line_.get(), EL_CLIENTDATA, this);
    el_set(line_.get(), EL_PROMPT, &Editing::shown_prompt);
    el_set(line_.get(), EL_EDITOR, "emacs");
    // Whose signals they are decides the program.
    el_set(line_.get(), EL_SIGNAL, 0);
    el_set(line_.get(), EL_GETCFN, &Editing::next_character);
    el_set(line_.get(), EL_ADDFN, "ctgan-complete", "complete what was typed", &Editing::complete_line);
    el_set(line_.get(), EL_BIND, "^I", "ctgan-complete", nullptr);
  }

  std::optional<std::string> read() {
    int bytes = 0;
    const char* text = el_gets(line_.get(), &bytes);
    if (failure_) std::rethrow_exception(failure_);
    if (text == nullptr || bytes <= 0) return std::nullopt;
    std::string line(text, static_cast<std::size_t>(bytes));
    if (line.ends_with('\n')) line.pop_back();
    return line;
  }

 private:
  static Editing& of(EditLine* line) {
    void* self = nullptr;
    el_get(line, EL_CLIENTDATA, &self);
    return *static_cast<Editing*>(self);
  }

  static char* shown_prompt(EditLine* line) { return of(line).prompt_.data(); }
  static int next_character(EditLine* line, wchar_t* character) { return of(line).wait_for(character); }
  static unsigned char complete_line(EditLine* line, int /*key*/) { return of(line).complete(); }

  // 1 with a character, 0 at the end of input, -1 where something was thrown.
  int wait_for(wchar_t* character) {
    std::fflush(output_.get());
    std::string bytes;
    try {
      for (;;) {
        if (tick_) tick_();
        pollfd wanted{STDIN_FILENO, POLLIN, 0};
        if (poll(&wanted, 1, k_tick_ms) <= 0) continue;
        char byte = 0;
        const ssize_t got = ::read(STDIN_FILENO, &byte, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return 0;
        // What Linux makes of a Ctrl-D that was typed before the terminal was ready for editing.
        bytes += byte == '\0' ? '\x04' : byte;
        std::mbstate_t state{};
        const std::size_t used = std::mbrtowc(character, bytes.data(), bytes.size(), &state);
        if (used == static_cast<std::size_t>(-2)) continue;
        if (used == static_cast<std::size_t>(-1)) *character = static_cast<unsigned char>(bytes.front());
        return 1;
      }
    } catch (...) {
      failure_ = std::current_exception();
      return -1;
    }
  }

  unsigned char complete() {
    if (!complete_) return CC_ERROR;
    const LineInfo* info = el_line(line_.get());
    const std::string typed(info->buffer, info->cursor);
    std::vector<std::string> found;
    try {
      found = complete_(typed);
    } catch (...) {
      failure_ = std::current_exception();
      return CC_EOF;
    }
    std::erase_if(found, [&](const std::string& text) { return !text.starts_with(typed); });
    const std::string more = common_beginning(found).substr(found.empty() ? 0 : typed.size());
    if (!more.empty()) return el_insertstr(line_.get(), more.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
    if (found.size() < 2) return CC_ERROR;
    show(found);
    return CC_REDISPLAY;
  }

  void show(const std::vector<std::string>& candidates) const {
    std::fputc('\n', output_.get());
    for (std::size_t i = 0; i < std::min(candidates.size(), k_most_shown); ++i)
      std::fprintf(output_.get(), "  %s\n", errors::visible(candidates[i]).c_str());
    if (candidates.size() > k_most_shown)
      std::fprintf(output_.get(), "  and %zu more\n", candidates.size() - k_most_shown);
  }

  std::string prompt_;
  const Complete& complete_;
  const std::function<void()>& tick_;
  Characters characters_;
  TerminalMode mode_;
  File input_, output_, complaints_;
  std::unique_ptr<EditLine, EndEditing> line_;
  std::exception_ptr failure_;
};

}  // namespace

bool can_edit_lines() {
  const char* terminal = std::getenv("TERM");
  const std::string_view name = terminal == nullptr ? "" : terminal;
  return !name.empty() && name != "dumb" && name != "emacs";
}

std::optional<std::string> edit_line(int terminal, const std::string& prompt, const Complete& complete,
                                     const std::function<void()>& tick) {
  return Editing(terminal, prompt, complete, tick).read();
}

std::string common_beginning(const std::vector<std::string>& candidates) {
  if (candidates.empty()) return {};
  std::string shared = candidates.front();
  for (const std::string& candidate : candidates) {
    const auto [end, ignored] =
        std::mismatch(shared.begin(), shared.end(), candidate.begin(), candidate.end());
    shared.erase(end, shared.end());
  }
  // Not within a character.
  while (!shared.empty() && shared.size() < candidates.front().size() &&
         (static_cast<unsigned char>(candidates.front()[shared.size()]) & 0xC0U) == 0x80U)
    shared.pop_back();
  return shared;
}

}  // namespace ctgan::console
