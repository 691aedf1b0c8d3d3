#include "server/synth/codecs/text_structure.h"

namespace ctgan::synth::codecs {

bool is_open(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool all_digits(std::string_view text) {
  return text.find_first_not_of(k_digits) == std::string_view::npos;
}

std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) out += c;
    if (byte >= 0xc0) out += 'a';
  }
  return out;
}

std::string outline(std::string text) {
  for (char& c : text)
    if (is_open(c)) c = 'a';
  return text;
}

Structure::Structure(std::string_view text) {
  for (const char c : text) {
    const char kind = is_digit(c) ? '0' : 'a';
    const bool goes_on = is_open(c) && !key.empty() && key.back() == kind;
    if (!goes_on) key += is_open(c) ? kind : c;
    if (!goes_on && is_open(c)) words.emplace_back();
    if (is_open(c)) words.back() += c;
  }
}

}  // namespace ctgan::synth::codecs
