// What bytes a text file may hold: UTF-8 without zero bytes; and what a file that is no such text probably
// is.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ctgan::table_formats {

struct Utf8Scan {
  enum class Stop {
    end,         // all is valid
    incomplete,  // the last character is cut off by the end
    zero_byte,
    invalid,
  };
  std::size_t valid = 0;  // bytes before the stop
  Stop stop = Stop::end;
};

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
Utf8Scan scan_utf8(std::string_view bytes);

struct ForeignFormat {
  std::string what;  // "is UTF-16 text"
  std::string hint;
  bool utf16 = false;
};

// Judges the first bytes of a file: UTF-16 by its byte order mark or the pattern of its zero bytes, and
// spreadsheets and compressed files by their magic.
std::optional<ForeignFormat> foreign_format(std::string_view first_bytes);

// What to do with text that is no UTF-8, judged by its bytes: names the flag with latin-1 when nothing speaks
// against it, with windows-1252 where bytes stand that only that one has letters for, else leaves it open.
std::string encoding_hint(std::string_view bytes);

}  // namespace ctgan::table_formats
