// How a delimited text file is written: what stands between its cells, and its encoding.
//
//     CsvDialect dialect = dialect_of_name("people.tsv.gz");    // a tab
//     dialect.encoding = parse_encoding("latin-1");           // text_decoder.h
//
// Quotes are double quotes in every dialect. Lines end with LF or CRLF.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace ctgan::table {

struct CsvDialect {
  // Without one the reader takes a comma, or what the beginning of the file shows beyond doubt
  // (csv_delimiter.h).
  std::optional<char> delimiter;
  // A name that parse_encoding() gave; empty means UTF-8.
  std::string encoding;
  // Numbers are written 1,5. REQUIRES: the delimiter is no comma.
  bool decimal_comma = false;
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
  std::string delimiter;  // as parse_delimiter
  std::string encoding;   // as parse_encoding
  std::string decimal;    // "." or ","
};
// What the words say, and the file's name where they say nothing. A decimal comma goes with semicolons unless
// another delimiter is known. Throws Error(usage), also for a comma that is to be both.
CsvDialect parse_dialect(const DialectWords& words, std::string_view file_name);

// {"delimiter":";","encoding":"WINDOWS-1252","decimal":","}, only what is not the standard; and back.
// from_json throws Error(usage) for what is no dialect.
nlohmann::json to_json(const CsvDialect& dialect);
CsvDialect dialect_from_json(const nlohmann::json& value);

}  // namespace ctgan::table
