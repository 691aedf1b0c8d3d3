#include "server/synth/pipeline/release.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace ctgan::synth::pipeline {
namespace {

using nlohmann::json;

constexpr const char* k_see_report = "'download --report' shows the report";
constexpr const char* k_fit_again = "fit again with held-out rows and without '--no-report'";

std::string text_in(const json& value, const char* key) {
  const auto found = value.find(key);
  return found != value.end() && found->is_string() ? found->get<std::string>() : std::string();
}

double number_in(const json& value, const char* key) {
  const auto found = value.find(key);
  return found != value.end() && found->is_number() ? found->get<double>() : 0;
}

json list_in(const json& value, const char* key) {
  const auto found = value.find(key);
  return found != value.end() && found->is_array() ? *found : json::array();
}

std::string joined(const json& texts) {
  std::string text;
  for (const json& one : texts) {
    if (one.is_string()) text += (text.empty() ? "" : "; ") + one.get<std::string>();
  }
  return text;
}

std::string remedies_in(const json& release) {
  std::string text;
  for (const json& remedy : list_in(release, "remedies")) {
    if (remedy.is_object()) text += (text.empty() ? "" : "; ") + text_in(remedy, "sentence");
  }
  return text.empty() ? k_see_report : text;
}

Release not_judged() {
  return {false, "it was not judged: its fit made no report", k_fit_again};
}

// Of a model that was fitted before verdicts were kept.
Release old_release(const json& release) {
  const auto objections = release.find("objections");
  if (objections == release.end() || !objections->is_array()) return not_judged();
  if (!objections->empty()) return {false, joined(*objections), k_see_report};
  return {true, "its report was made before attacks and too few rows counted",
          "fit again to have it judged by them"};
}

// Of a private method nothing is judged, which would read the rows: its guarantee holds whatever came out, unless parts
// of the rows were let through beside it.
Release private_release(const json& privacy) {
  if (number_in(privacy, "epsilon") <= 0 || privacy.find("not_protected") == privacy.end())
    return not_judged();
  const json leaks = list_in(privacy, "not_protected");
  if (!leaks.empty())
    return {false, "these were read from the rows without protection: " + joined(leaks),
            "confirm them in the metadata, or leave them to be paid for, and fit again"};
  constexpr double k_hardly_protects = 20;
  if (number_in(privacy, "epsilon") > k_hardly_protects)
    return {false, fmt::format("its epsilon of {:g} protects hardly anybody", number_in(privacy, "epsilon")),
            "fit again with a smaller one"};
  return {true,
          fmt::format("it is differentially private: epsilon {:g}, delta {:g}, {}",
                      number_in(privacy, "epsilon"), number_in(privacy, "delta"), text_in(privacy, "unit")),
          ""};
}

}  // namespace

Release release_of(const archive::Archive& archive) {
  if (const auto privacy = archive.metadata.find("privacy"); privacy != archive.metadata.end())
    return private_release(json::parse(privacy->second, nullptr, false));
  const auto entry = archive.metadata.find("release");
  const json release = entry == archive.metadata.end() ? json() : json::parse(entry->second, nullptr, false);
  const auto judged = release.is_object() ? release.find("judged") : release.end();
  if (judged == release.end() || *judged != true) return not_judged();
  if (!release.contains("verdict")) return old_release(release);
  const std::string verdict = text_in(release, "verdict");
  if (verdict == "good") return {true, text_in(release, "sentence"), ""};
  return {false, text_in(release, "sentence"), remedies_in(release)};
}

}  // namespace ctgan::synth::pipeline
