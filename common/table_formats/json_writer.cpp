#include "common/table_formats/json_writer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "common/table/number_text.h"
#include "common/texts/texts.h"

namespace ctgan::table_formats {
namespace {

constexpr std::size_t k_buffer_bytes = std::size_t{256} << 10;

// What a character becomes behind a backslash; 0 for one that stays, 'u' for one without a letter.
constexpr std::array<char, 256> make_escapes() {
  std::array<char, 256> escapes{};
  for (std::size_t i = 0; i < 0x20; ++i) escapes[i] = 'u';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}
constexpr std::array<char, 256> k_escapes = make_escapes();

char escape_of(char c) {
  return k_escapes[static_cast<std::uint8_t>(c)];
}

// Past the digits from `p` on; `p` itself when there are none.
const char* skip_digits(const char* p, const char* end) {
  return std::find_if_not(p, end, table::is_digit);
}

// RFC 8259, section 6.
bool is_json_number(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  if (p != end && *p == '-') ++p;
  const char* const digits = p;
  p = skip_digits(p, end);
  if (p == digits || (*digits == '0' && p - digits > 1)) return false;
  if (p != end && *p == '.') {
    const char* const decimals = ++p;
    p = skip_digits(p, end);
    if (p == decimals) return false;
  }
  if (p != end && (*p == 'e' || *p == 'E')) {
    if (++p != end && (*p == '+' || *p == '-')) ++p;
    const char* const exponent = p;
    p = skip_digits(p, end);
    if (p == exponent) return false;
  }
  return p == end;
}

bool is_word(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b; });
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  constexpr std::string_view k_hex = "0123456789abcdef";
  out += '"';
  for (auto from = text.begin(); from != text.end();) {
    const auto stop = std::find_if(from, text.end(), [](char c) { return escape_of(c) != 0; });
    out.append(from, stop);
    from = stop;
    if (from == text.end()) break;
    out += '\\';
    out += escape_of(*from);
    if (escape_of(*from) == 'u') {
      const auto code = static_cast<std::uint8_t>(*from);
      out += "00";
      out += k_hex[code >> 4U];
      out += k_hex[code & 15U];
    }
    ++from;
  }
  out += '"';
}

JsonWriter::JsonWriter(files::ByteSink& sink, Shape shape, const std::vector<std::string>& names,
                       CellTypes types)
    : sink_(sink), shape_(shape), types_(std::move(types)) {
  for (const std::string& name : names) {
    std::string key = keys_.empty() ? "{" : ",";
    append_json_string(name, key);
    keys_.push_back(key + ":");
  }
}

void JsonWriter::write_row(const std::string_view* cells) {
  if (shape_ == Shape::array) buffer_ += any_row_ ? ",\n" : "[\n";
  any_row_ = true;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    buffer_ += keys_[i];
    append_cell(cells[i], types_.letters[i]);
  }
  buffer_ += '}';
  if (shape_ == Shape::lines) buffer_ += '\n';
  if (buffer_.size() < k_buffer_bytes) return;
  sink_.write(buffer_);
  buffer_.clear();
}

bool JsonWriter::is_missing(std::string_view cell) const {
  return cell.empty() || std::binary_search(types_.missing.begin(), types_.missing.end(), cell);
}

void JsonWriter::append_cell(std::string_view cell, char type) {
  if (type == 'n' && is_json_number(texts::trimmed(cell))) {
    buffer_ += texts::trimmed(cell);
  } else if (type == 'b' && is_word(cell, "true")) {
    buffer_ += "true";
  } else if (type == 'b' && is_word(cell, "false")) {
    buffer_ += "false";
  } else if (type == 'n' ? !table::read_number(cell).number : type == 't' ? cell.empty() : is_missing(cell)) {
    buffer_ += "null";
  } else {
    append_json_string(cell, buffer_);
  }
}

void JsonWriter::finish() {
  if (shape_ == Shape::array) buffer_ += any_row_ ? "\n]\n" : "[]\n";
  if (!buffer_.empty()) sink_.write(buffer_);
  buffer_.clear();
}

}  // namespace ctgan::table_formats
