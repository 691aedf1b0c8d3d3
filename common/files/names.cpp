#include "common/files/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace ctgan::files {
namespace {

constexpr std::size_t k_stem_bytes = 100;
constexpr std::size_t k_name_bytes = 200;

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool remove_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

// Takes "_<part>" off the end and returns the part; empty when there is none.
std::string_view take_last_part(std::string_view& text) {
  const std::size_t bar = text.rfind('_');
  if (bar == std::string_view::npos) return {};
  const std::string_view part = text.substr(bar + 1);
  text = text.substr(0, bar);
  return part;
}

// "20261121t074500" or "20261121t074500-2"
bool is_timestamp(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash != std::string_view::npos) {
    if (!is_digits(text.substr(dash + 1))) return false;
    text = text.substr(0, dash);
  }
  return text.size() == 15 && text[8] == 't' && is_digits(text.substr(0, 8)) && is_digits(text.substr(9));
}

std::string with_attempt(std::time_t time, int attempt) {
  return attempt > 1 ? fmt::format("{}-{}", timestamp(time), attempt) : timestamp(time);
}

}  // namespace

std::string timestamp(std::time_t time) {
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("{:04}{:02}{:02}t{:02}{:02}{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string safe_stem(std::string_view file_name) {
  const std::size_t slash = file_name.find_last_of('/');
  if (slash != std::string_view::npos) file_name = file_name.substr(slash + 1);
  remove_suffix(file_name, ".gz");
  for (const std::string_view suffix : {".csv", ".tsv", ".tab"}) {
    if (remove_suffix(file_name, suffix)) break;
  }
  std::string stem(file_name);
  if (stem.size() > k_stem_bytes) {
    std::size_t cut = k_stem_bytes;
    while (cut > 0 && (static_cast<unsigned char>(stem[cut]) & 0xC0U) == 0x80U) --cut;
    stem.resize(cut);
  }
  std::replace_if(
      stem.begin(), stem.end(), [](char c) { return is_control(c) || c == '/'; }, '_');
  if (stem.empty()) return "table";
  if (stem[0] == '.' || stem[0] == '-') stem[0] = '_';
  return stem;
}

std::string model_name(std::string_view stem, std::time_t time, int attempt) {
  return fmt::format("{}_{}{}", stem, with_attempt(time, attempt), k_model_suffix);
}

std::string sidecar_name(std::string_view model) {
  remove_suffix(model, k_model_suffix);
  return fmt::format("{}{}", model, k_sidecar_suffix);
}

std::string report_name(std::string_view model) {
  remove_suffix(model, k_model_suffix);
  return fmt::format("{}{}", model, k_report_suffix);
}

std::string evaluation_name(std::string_view model) {
  remove_suffix(model, k_model_suffix);
  return fmt::format("{}{}", model, k_evaluation_suffix);
}

std::string synthetic_name(std::string_view stem, std::time_t time, std::uint64_t rows, int attempt) {
  return fmt::format("{}_{}_{}{}", stem, with_attempt(time, attempt), rows, k_synthetic_suffix);
}

std::optional<std::string> original_of(std::string_view stored_name) {
  std::string_view rest = stored_name;
  if (remove_suffix(rest, k_synthetic_suffix)) {
    if (!is_digits(take_last_part(rest))) return std::nullopt;
  } else if (!remove_suffix(rest, k_model_suffix)) {
    return std::nullopt;
  }
  if (!is_timestamp(take_last_part(rest)) || rest.empty()) return std::nullopt;
  return std::string(rest);
}

bool is_safe_name(std::string_view name) {
  if (name.empty() || name.size() > k_name_bytes || name[0] == '.' || name[0] == '-') return false;
  return std::none_of(name.begin(), name.end(), [](char c) { return is_control(c) || c == '/'; });
}

bool is_user_name(std::string_view name) {
  if (name.empty() || name.size() > 32 || std::islower(static_cast<unsigned char>(name[0])) == 0)
    return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace ctgan::files
