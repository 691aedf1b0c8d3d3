#include "server/synth/evaluate/paid_comparison.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace ctgan::synth::evaluate {
namespace {

using nlohmann::json;

// Empty where there is none of so many columns.
std::string mean_words(const PaidComparison& comparison, std::size_t columns, const char* name) {
  double distance = 0, of_noise = 0;
  std::size_t count = 0;
  for (const PaidDistance& one : comparison.distances) {
    if (one.columns.size() != columns) continue;
    distance += one.distance;
    of_noise += one.of_noise;
    ++count;
  }
  if (count == 0) return {};
  const double each = 1 / static_cast<double>(count);
  return fmt::format("{} {:.3f} apart ({:.3f} of noise)", name, distance * each, of_noise * each);
}

void add_marks(json& value) {
  value["audience"] = "anybody";
  value["mark"] = k_paid_mark;
  value["notice"] = k_paid_notice;
}

}  // namespace

std::string headline(const PaidComparison& comparison) {
  const std::string pairs = mean_words(comparison, 2, "pairs");
  return mean_words(comparison, 1, "columns") + (pairs.empty() ? "" : ", " + pairs);
}

json to_json(const PaidComparison& comparison) {
  json value{
      {"rows", comparison.rows},
      {"drawn_rows", comparison.drawn_rows},
      {"noise", comparison.noise},
      {"budget_share", comparison.budget_share},
      {"headline", headline(comparison)},
      {"release",
       {{"verdict", verdict_name(comparison.release.verdict)}, {"sentence", comparison.release.sentence}}},
      {"distances", json::array()},
      {"columns", json::array()}};
  for (const PaidDistance& one : comparison.distances)
    value["distances"].push_back({{"columns", one.columns},
                                  {"parts", one.parts},
                                  {"distance", one.distance},
                                  {"of_noise", one.of_noise}});
  for (const PaidColumn& column : comparison.columns) {
    json shares = json::array();
    for (const PaidShare& one : column.shares)
      shares.push_back({{"part", one.part}, {"measured", one.measured}, {"drawn", one.drawn}});
    value["columns"].push_back({{"name", column.name}, {"shares", std::move(shares)}});
  }
  add_marks(value);
  return value;
}

json verdict_json(const PaidComparison& comparison) {
  json value{
      {"summary", verdict_name(Verdict::skipped)},
      {"sentence", headline(comparison)},
      {"headline", headline(comparison)},
      {"release",
       {{"verdict", verdict_name(comparison.release.verdict)}, {"sentence", comparison.release.sentence}}},
      {"remedies", json::array()}};
  add_marks(value);
  return value;
}

}  // namespace ctgan::synth::evaluate
