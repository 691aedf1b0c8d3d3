#include "server/synth/evaluate/quality_judgement.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/errors/error.h"
#include "server/synth/evaluate/judgement.h"

namespace ctgan::synth::evaluate {
namespace {

constexpr const char* k_section = "quality";
// Less probable than this is no chance.
constexpr double k_beyond_chance = 1e-4;

Finding about(const ColumnResult& column, const char* id, Verdict verdict, const std::string& what) {
  Finding found{.id = id, .section = k_section, .subject = column.name, .verdict = verdict};
  found.sentence = fmt::format("column {} {}", errors::quoted(column.name), what);
  found.brief = fmt::format("{} {}", errors::visible(column.name), what);
  return found;
}

// Gone as a column, whatever its score is.
std::optional<Finding> lost(const ColumnResult& column, double synthetic_rows) {
  const ColumnContrast& contrast = column.contrast;
  if (column.missing.synthetic >= 1 && contrast.original_values > 0)
    return about(column, "column_lost", Verdict::bad, "is empty in the synthetic table");
  const double cells = synthetic_rows * (1 - column.missing.synthetic);
  const double chance = std::pow(contrast.top_share, cells);
  if (contrast.synthetic_values == 1 && contrast.original_values > 1 && chance < k_beyond_chance)
    return about(column, "column_lost", Verdict::bad,
                 fmt::format("has one value only, {} in the original", contrast.original_values));
  if (contrast.fractions)
    return about(column, "column_lost", Verdict::bad,
                 "holds whole numbers in the original and fractions here");
  return std::nullopt;
}

std::optional<Finding> distorted(const ColumnResult& column) {
  const ColumnContrast& contrast = column.contrast;
  if (!contrast.distorted_original) return std::nullopt;
  const double before = *contrast.distorted_original;
  const double after = contrast.distorted_synthetic;
  const double less = std::min(before, after);
  const double factor = less == 0 ? std::numeric_limits<double>::infinity() : std::max(before, after) / less;
  const double moved = std::abs(after - before);
  const bool bad = factor >= k_limits.distorted_factor.bad && moved >= k_limits.distorted_share.bad;
  const bool doubtful = factor >= k_limits.distorted_factor.good && moved >= k_limits.distorted_share.good;
  if (!doubtful) return std::nullopt;
  Finding found = about(
      column, "column_distorted", bad ? Verdict::bad : Verdict::doubtful,
      fmt::format("has {} of a value that makes {} of the original's rows", percent(after), percent(before)));
  found.value = Estimate{moved, moved, moved};
  found.limits = k_limits.distorted_share;
  return found;
}

std::optional<Finding> unlike(const ColumnResult& column) {
  if (!column.score || *column.score >= k_limits.column.good) return std::nullopt;
  Finding found = about(column, "column_score", from_below(*column.score, k_limits.column),
                        fmt::format("scores {:.3f}", *column.score));
  found.value = Estimate{*column.score, *column.score, *column.score};
  found.limits = k_limits.column;
  return found;
}

std::optional<Finding> worst_of(const ColumnResult& column, double synthetic_rows) {
  std::optional<Finding> worst;
  for (auto& found : {lost(column, synthetic_rows), distorted(column), unlike(column)}) {
    if (found && (!worst || worse(worst->verdict, found->verdict) != worst->verdict)) worst = found;
  }
  return worst;
}

}  // namespace

void append_quality(const Evaluation& evaluation, std::vector<Finding>& findings) {
  if (!evaluation.quality || !evaluation.quality->overall) return;
  const double score = *evaluation.quality->overall;
  Finding whole{.id = "quality_score", .section = k_section};
  whole.verdict = from_below(score, k_limits.quality);
  whole.value = Estimate{score, score, score};
  whole.limits = k_limits.quality;
  whole.sentence = fmt::format("quality score {:.3f}: good from {:.2f}, bad below {:.2f}", score,
                               k_limits.quality.good, k_limits.quality.bad);
  findings.push_back(std::move(whole));
  const auto first = static_cast<std::ptrdiff_t>(findings.size());
  for (const ColumnResult& column : evaluation.columns) {
    auto found = worst_of(column, static_cast<double>(evaluation.rows.synthetic));
    if (found) findings.push_back(std::move(*found));
  }
  std::stable_sort(findings.begin() + first, findings.end(),
                   [](const Finding& a, const Finding& b) { return a.verdict > b.verdict; });
}

}  // namespace ctgan::synth::evaluate
