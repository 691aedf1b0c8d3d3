#include "common/terminal/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include <algorithm>
#include <clocale>
#include <cstdlib>

namespace ctgan::terminal {
namespace {

constexpr std::string_view k_escape = "\033[";

bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

// While it lives this thread's characters are those of UTF-8, whatever the user's locale is: the C library knows how wide
// each is.
class Utf8 {
 public:
  Utf8() : before_(uselocale(locale())) {}
  ~Utf8() { uselocale(before_); }
  Utf8(const Utf8&) = delete;
  Utf8& operator=(const Utf8&) = delete;

  // Cells of the character that is at `from`, and where it ends; one for what is no character.
  std::size_t width(std::string_view text, std::size_t from, std::size_t& end) const {
    end = from + 1;
    while (end < text.size() && !begins_character(text[end])) ++end;
    if (end == from + 1) return 1;
    wchar_t character = 0;
    std::mbstate_t state{};
    const std::size_t read = std::mbrtowc(&character, text.data() + from, end - from, &state);
    const int cells = read == end - from ? ::wcwidth(character) : 1;
    return cells < 0 ? 1 : static_cast<std::size_t>(cells);
  }

 private:
  // Where there is none of that name all characters have one cell.
  static locale_t locale() {
    static const locale_t made = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return made;
  }
  locale_t before_;
};

// Where the sequence of a colour that begins at `from` ends; `from` where none does.
std::size_t after_colour(std::string_view text, std::size_t from) {
  if (text.substr(from, k_escape.size()) != k_escape) return from;
  const std::size_t end = text.find('m', from);
  return end == std::string_view::npos ? from : end + 1;
}

// The end of what is quoted from `from` on; npos where the quote is an apostrophe, or is not closed.
std::size_t after_quoted(std::string_view text, std::size_t from) {
  constexpr std::string_view k_before = " ([";
  constexpr std::string_view k_behind = " ,.;:)]?";
  if (from > 0 && k_before.find(text[from - 1]) == std::string_view::npos) return std::string_view::npos;
  for (std::size_t end = text.find('\'', from + 1); end != std::string_view::npos;
       end = text.find('\'', end + 1))
    if (end + 1 == text.size() || k_behind.find(text[end + 1]) != std::string_view::npos) return end + 1;
  return std::string_view::npos;
}

// The end of the word that begins at `from`.
std::size_t after_word(std::string_view text, std::size_t from) {
  for (std::size_t at = from; at < text.size(); ++at) {
    if (text[at] == ' ') return at;
    if (text[at] != '\'') continue;
    if (const std::size_t end = after_quoted(text, at); end != std::string_view::npos) at = end - 1;
  }
  return text.size();
}

std::string wrapped_line(std::string_view line, std::size_t columns, std::size_t indent) {
  const std::size_t own = std::min(line.find_first_not_of(' '), line.size());
  const std::size_t further = std::min(own + indent, columns / 2);
  std::string out;
  std::size_t used = 0;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t word = std::min(line.find_first_not_of(' ', at), line.size());
    const std::size_t end = after_word(line, word);
    const std::size_t cells = cells_of(line.substr(word, end - word));
    if (at > 0 && used + (word - at) + cells > columns) {
      out += '\n' + std::string(further, ' ');
      used = further;
    } else {
      out += line.substr(at, word - at);
      used += word - at;
    }
    out += line.substr(word, end - word);
    used += cells;
    at = end;
  }
  return out;
}

}  // namespace

std::optional<std::size_t> columns_of(int descriptor) {
  winsize size{};
  if (isatty(descriptor) != 1 || ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return std::nullopt;
  return size.ws_col;
}

bool has_colours(int descriptor) {
  const auto said = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string_view(value == nullptr ? "" : value);
  };
  return isatty(descriptor) == 1 && said("NO_COLOR").empty() && !said("TERM").empty() &&
         said("TERM") != "dumb";
}

std::string coloured(std::string_view text, Colour colour) {
  const auto with = [text](std::string_view sequence) {
    return std::string(sequence).append(text).append("\033[0m");
  };
  switch (colour) {
    case Colour::red:
      return with("\033[1;31m");
    case Colour::green:
      return with("\033[32m");
    case Colour::yellow:
      return with("\033[33m");
    case Colour::none:
      break;
  }
  return std::string(text);
}

std::size_t cells_of(std::string_view text) {
  const Utf8 utf8;
  std::size_t cells = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t behind = after_colour(text, at); behind != at) {
      at = behind;
      continue;
    }
    cells += utf8.width(text, at, at);
  }
  return cells;
}

std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent) {
  std::string out;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t to = std::min(text.find('\n', from), text.size());
    out += wrapped_line(text.substr(from, to - from), columns, indent);
    if (to < text.size()) out += '\n';
    from = to + 1;
  }
  return out;
}

std::string cut(std::string_view text, std::size_t cells) {
  const Utf8 utf8;
  std::size_t kept = 0;
  for (std::size_t seen = 0, end = 0; kept < text.size(); kept = end) {
    seen += utf8.width(text, kept, end);
    if (seen > cells) break;
  }
  if (kept == text.size()) return std::string(text);
  const std::size_t comma = text.substr(0, kept + 1).rfind(',');
  return std::string(text.substr(0, comma == std::string_view::npos || comma == 0 ? kept : comma));
}

}  // namespace ctgan::terminal
