// How a delimited text file is written: what stands between and around its cells, which lines are no rows,
// and its encoding.
//
//     CsvDialect dialect = dialect_of_name("people.tsv.gz");    // a tab
//     dialect.encoding = parse_encoding("latin-1");           // text_decoder.h
//
// Lines end with LF or CRLF, or all of them with CR.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace ctgan::table_formats {

struct CsvDialect {
  // Without one the reader takes a comma, or what the beginning of the file shows beyond doubt
  // (csv_delimiter.h).
  std::optional<char> delimiter;
  // A name that parse_encoding() gave; empty means UTF-8.
  std::string encoding;
  // Numbers are written 1,5. REQUIRES: the delimiter is no comma.
  bool decimal_comma = false;
  char quote = '"';
  // What stands before a quote inside a quoted cell, and before itself; NUL: a quote is written twice.
  char escape = '\0';
  // Blanks behind a delimiter are no part of the cell, quoted or not.
  bool skip_initial_space = false;
  // Lines that begin with it are no rows; NUL: there are none.
  char comment = '\0';
  // Lines before the first record, and lines that hold something after the last.
  std::uint64_t skip_rows = 0;
  std::uint64_t skip_footer = 0;
  // The first record names the columns; otherwise they are called column_1, column_2 and so on.
  bool header = true;
};

// "tab", "comma", "semicolon", "pipe", "space", "\t", or the character itself: any of ASCII but letters,
// digits, the double quote, line ends and NUL. Throws Error(usage) with what is allowed.
char parse_delimiter(std::string_view text);

// The way back: "tab", "';'".
std::string delimiter_word(char delimiter);
// What to write on the command line: "--delimiter tab", "--delimiter ';'".
std::string delimiter_flag(char delimiter);

// A tab for .tsv and .tab, packed or not; otherwise nothing.
CsvDialect dialect_of_name(std::string_view file_name);

// As a person describes it; empty texts are what nobody said.
struct DialectWords {
  std::string delimiter = {};  // as parse_delimiter
  std::string encoding = {};   // as parse_encoding
  std::string decimal = {};    // "." or ","
  std::string quote = {};      // one character
  std::string escape = {};     // one character
  std::string comment = {};    // one character
  std::string skip_rows = {};  // a whole number
  std::string skip_footer = {};
  bool skip_initial_space = false;
  bool no_header = false;
};
// What the words say, and the file's name where they say nothing. A decimal comma goes with semicolons unless
// another delimiter is known. Throws Error(usage), also for a comma that is to be both.
CsvDialect parse_dialect(const DialectWords& words, std::string_view file_name);

// {"delimiter":";","encoding":"WINDOWS-1252","decimal":",","skip_rows":3}, only what is not the default; and
// back (protocol.md has all keys).
// from_json throws Error(usage) for what is no dialect.
nlohmann::json to_json(const CsvDialect& dialect);
CsvDialect dialect_from_json(const nlohmann::json& value);

}  // namespace ctgan::table_formats
