#include "common/table_formats/csv_dialect.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/errors/error.h"
#include "common/table_formats/text_decoder.h"

namespace ctgan::table_formats {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::array<std::pair<std::string_view, char>, 6> k_words{
    {{"tab", '\t'}, {"\\t", '\t'}, {"comma", ','}, {"semicolon", ';'}, {"pipe", '|'}, {"space", ' '}}};

bool may_delimit(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0 && byte < 0x80 && std::isalnum(byte) == 0 && c != '"' && c != '\n' && c != '\r';
}

bool remove_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

// Lines that belong to no table are few: a footer is held back while it is looked for.
constexpr std::uint64_t k_most_skipped_rows = 1'000'000;
constexpr std::uint64_t k_longest_footer = 1000;

// `otherwise` where nothing is said.
char parse_mark(std::string_view text, std::string_view flag, char otherwise) {
  if (text.empty()) return otherwise;
  const auto byte = static_cast<unsigned char>(text[0]);
  if (text.size() == 1 && byte > 0x20 && byte < 0x7f && std::isalnum(byte) == 0) return text[0];
  throw Error(Kind::usage,
              fmt::format("{} takes one character, not {}", errors::quoted(flag), errors::quoted(text)),
              "any of ASCII but letters, digits and blanks");
}

std::uint64_t parse_lines(std::string_view text, std::string_view flag, std::uint64_t most) {
  if (text.empty()) return 0;
  std::uint64_t lines = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), lines);
  if (status == std::errc{} && end == text.data() + text.size() && lines <= most) return lines;
  throw Error(Kind::usage, fmt::format("{} takes a number of lines from 0 to {}, not {}",
                                       errors::quoted(flag), most, errors::quoted(text)));
}

void check_marks(const CsvDialect& dialect) {
  const auto clash = [](char one, char other) { return one != '\0' && one == other; };
  const char delimiter = dialect.delimiter.value_or(',');
  const bool good = !clash(dialect.quote, delimiter) && !clash(dialect.escape, delimiter) &&
                    !clash(dialect.escape, dialect.quote) && !clash(dialect.comment, delimiter) &&
                    !clash(dialect.comment, dialect.quote);
  if (good) return;
  throw Error(Kind::usage,
              "one character cannot separate cells, quote them, escape quotes and begin comments",
              "'--delimiter', '--quote', '--escape' and '--comment' take different ones");
}

std::string mark_text(char mark) {
  return mark == '\0' ? std::string() : std::string(1, mark);
}

std::string lines_text(const nlohmann::json& value, const char* key) {
  const auto found = value.find(key);
  return found == value.end() ? std::string() : std::to_string(found->get<std::uint64_t>());
}

}  // namespace

char parse_delimiter(std::string_view text) {
  const auto* const word =
      std::find_if(k_words.begin(), k_words.end(), [text](const auto& known) { return known.first == text; });
  if (word != k_words.end()) return word->second;
  if (text.size() == 1 && may_delimit(text[0])) return text[0];
  throw Error(Kind::usage, fmt::format("{} cannot separate cells", errors::quoted(text)),
              "give '--delimiter' one character, such as ';' or '|', or the word tab");
}

std::string delimiter_word(char delimiter) {
  return delimiter == '\t' ? "tab" : errors::quoted({&delimiter, 1});
}

std::string delimiter_flag(char delimiter) {
  return fmt::format("--delimiter {}", delimiter_word(delimiter));
}

CsvDialect dialect_of_name(std::string_view file_name) {
  remove_suffix(file_name, ".gz");
  CsvDialect dialect;
  if (file_name.ends_with(".tsv") || file_name.ends_with(".tab")) dialect.delimiter = '\t';
  return dialect;
}

CsvDialect parse_dialect(const DialectWords& words, std::string_view file_name) {
  CsvDialect dialect = dialect_of_name(file_name);
  if (!words.delimiter.empty()) dialect.delimiter = parse_delimiter(words.delimiter);
  if (!words.encoding.empty()) dialect.encoding = parse_encoding(words.encoding);
  dialect.quote = parse_mark(words.quote, "--quote", '"');
  dialect.escape = parse_mark(words.escape, "--escape", '\0');
  dialect.comment = parse_mark(words.comment, "--comment", '\0');
  dialect.skip_rows = parse_lines(words.skip_rows, "--skip-rows", k_most_skipped_rows);
  dialect.skip_footer = parse_lines(words.skip_footer, "--skip-footer", k_longest_footer);
  dialect.skip_initial_space = words.skip_initial_space;
  dialect.header = !words.no_header;
  check_marks(dialect);
  if (words.decimal.empty() || words.decimal == ".") return dialect;
  if (words.decimal != ",") {
    throw Error(Kind::usage, fmt::format("{} cannot stand in a number", errors::quoted(words.decimal)),
                "give '--decimal' a point or a comma");
  }
  dialect.decimal_comma = true;
  if (!dialect.delimiter) dialect.delimiter = ';';
  if (*dialect.delimiter != ',') return dialect;
  throw Error(Kind::usage, "a comma cannot separate cells and decimals at once",
              "'--decimal ,' goes with another '--delimiter', such as ';'");
}

nlohmann::json to_json(const CsvDialect& dialect) {
  nlohmann::json value = nlohmann::json::object();
  if (dialect.delimiter) value["delimiter"] = std::string(1, *dialect.delimiter);
  if (!is_utf8(dialect.encoding)) value["encoding"] = dialect.encoding;
  if (dialect.decimal_comma) value["decimal"] = ",";
  if (dialect.quote != '"') value["quote"] = mark_text(dialect.quote);
  if (dialect.escape != '\0') value["escape"] = mark_text(dialect.escape);
  if (dialect.comment != '\0') value["comment"] = mark_text(dialect.comment);
  if (dialect.skip_rows > 0) value["skip_rows"] = dialect.skip_rows;
  if (dialect.skip_footer > 0) value["skip_footer"] = dialect.skip_footer;
  if (dialect.skip_initial_space) value["skip_initial_space"] = true;
  if (!dialect.header) value["header"] = false;
  return value;
}

CsvDialect dialect_from_json(const nlohmann::json& value) {
  try {
    DialectWords words{value.value("delimiter", ""), value.value("encoding", ""), value.value("decimal", ""),
                       value.value("quote", ""),     value.value("escape", ""),   value.value("comment", "")};
    words.skip_rows = lines_text(value, "skip_rows");
    words.skip_footer = lines_text(value, "skip_footer");
    words.skip_initial_space = value.value("skip_initial_space", false);
    words.no_header = !value.value("header", true);
    return parse_dialect(words, "");
  } catch (const nlohmann::json::exception&) {
    throw Error(Kind::usage, "the field 'dialect' holds a value of another type than protocol.md says");
  }
}

}  // namespace ctgan::table_formats
