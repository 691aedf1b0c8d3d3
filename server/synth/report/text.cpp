#include "server/synth/report/text.h"

#include <fmt/format.h>

#include <cctype>
#include <cmath>

#include "common/errors/error.h"

namespace ctgan::synth::report {
namespace {

constexpr std::string_view k_replacement = "\xEF\xBF\xBD";
constexpr std::string_view k_fixed_space = "\xC2\xA0";
constexpr std::string_view k_ellipsis = "\xE2\x80\xA6";

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

std::size_t announced_bytes(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

Character character_at(std::string_view text, std::size_t place) {
  const auto lead = static_cast<unsigned char>(text[place]);
  const std::size_t bytes = announced_bytes(lead);
  if (bytes == 0 || place + bytes > text.size()) return {};
  if (bytes == 1) return {lead, 1, true};
  char32_t code = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[place + i]);
    if ((next & 0xC0U) != 0x80U) return {};
    code = (code << 6U) | (next & 0x3FU);
  }
  constexpr char32_t k_least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  if (code < k_least[bytes] || surrogate || code > 0x10FFFF) return {};
  return {code, bytes, true};
}

bool turns_direction(char32_t code) {
  return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

bool is_showable(const Character& character) {
  return character.valid && !turns_direction(character.code) && character.code != 0xFFFE &&
         character.code != 0xFFFF;
}

}  // namespace

std::string clean(std::string_view text) {
  std::string showable;
  showable.reserve(text.size());
  for (std::size_t place = 0; place < text.size();) {
    const Character character = character_at(text, place);
    showable += is_showable(character) ? text.substr(place, character.bytes) : k_replacement;
    place += character.bytes;
  }
  return errors::visible(showable);
}

std::string shortened(std::string_view text, std::size_t characters) {
  if (text.empty()) return "(empty)";
  // Four bytes a character at most: the rest of a huge cell is never looked at.
  std::string whole = clean(text.substr(0, 4 * characters + 4));
  std::size_t seen = 0;
  std::size_t cut = 0;
  for (std::size_t place = 0; place < whole.size(); ++seen) {
    if (seen + 1 == characters) cut = place;
    place += character_at(whole, place).bytes;
  }
  if (seen <= characters) return whole;
  whole.resize(cut);
  while (!whole.empty() && whole.back() == ' ') whole.pop_back();
  return whole.append(k_ellipsis);
}

std::string percent(double share) {
  if (!std::isfinite(share)) return "n/a";
  const double of_hundred = 100 * share;
  const double size = std::abs(of_hundred);
  // What exists is never shown as nothing.
  if (of_hundred > 0 && size < 0.005) return fmt::format("< 0.01{}%", k_fixed_space);
  if (size < 0.005) return fmt::format("0.0{}%", k_fixed_space);
  return fmt::format("{:.{}f}{}%", of_hundred, size < 0.095 ? 2 : 1, k_fixed_space);
}

std::string percent(const std::optional<double>& share) {
  return share ? percent(*share) : "n/a";
}

std::string score(const std::optional<double>& value) {
  if (!value || !std::isfinite(*value)) return "n/a";
  const std::string text = fmt::format("{:.3f}", *value);
  return text == "-0.000" ? "0.000" : text;
}

std::string distance(double value) {
  return std::isfinite(value) ? fmt::format("{:#.3g}", value) : "n/a";
}

std::string moment(std::string_view utc) {
  std::string text(utc);
  if (text.size() != std::string_view("2026-11-21T07:45:00Z").size()) return text;
  text.replace(10, 1, " ");
  return text.substr(0, 16) + " UTC";
}

std::string count(std::size_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::size_t place = digits.size(); place > 3; place -= 3) digits.insert(place - 3, ",");
  return digits;
}

std::string counted(std::size_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count(number), number == 1 ? one : many);
}

std::string duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "n/a";
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::uint64_t>(std::llround(std::min(seconds, 1e12)));
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string sentence(std::string_view fragment) {
  std::string text(fragment);
  if (text.empty()) return text;
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  if (text.back() != '.') text += '.';
  for (std::size_t at = text.find(" %"); at != std::string::npos; at = text.find(" %", at)) {
    text.replace(at, 1, k_fixed_space);
  }
  return text;
}

}  // namespace ctgan::synth::report
