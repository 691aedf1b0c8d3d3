#include "common/table/csv_dialect.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/errors/error.h"
#include "common/table/text_decoder.h"

namespace ctgan::table {
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
  return value;
}

CsvDialect dialect_from_json(const nlohmann::json& value) {
  try {
    return parse_dialect(
        {value.value("delimiter", ""), value.value("encoding", ""), value.value("decimal", "")}, "");
  } catch (const nlohmann::json::exception&) {
    throw Error(Kind::usage, "the field 'dialect' holds texts: 'delimiter', 'encoding' and 'decimal'");
  }
}

}  // namespace ctgan::table
