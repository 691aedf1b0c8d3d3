#include "server/synth/evaluate/remedies.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "common/errors/error.h"
#include "server/synth/evaluate/attacks.h"

namespace ctgan::synth::evaluate {
namespace {

constexpr const char* k_small_method = "tvae";
constexpr std::int64_t k_small_batch = 50;
// Batches of the usual size of which a table has fewer are too large for it.
constexpr std::size_t k_few_steps_an_epoch = 10;
constexpr double k_most_share = 0.5;

// The next of 100, 200, 300, 500, 1000, 2000, ...
std::int64_t rounded_up(double epochs) {
  constexpr std::array<std::int64_t, 4> k_steps{1, 2, 3, 5};
  for (std::int64_t unit = 100;; unit *= 10) {
    for (const std::int64_t step : k_steps) {
      if (static_cast<double>(step * unit) >= epochs) return step * unit;
    }
  }
}

bool is_poor(Verdict verdict) {
  return verdict == Verdict::doubtful || verdict == Verdict::bad;
}

bool is_poor(const Judgements& judgements) {
  return is_poor(judgements.quality.verdict) || is_poor(judgements.utility.verdict) ||
         is_poor(judgements.detection.verdict);
}

bool is_useless(const Judgements& judgements) {
  const auto bad = [](const Judgement& judgement) { return judgement.verdict == Verdict::bad; };
  return bad(judgements.quality) || bad(judgements.utility) || bad(judgements.detection);
}

Remedy more_evidence(const Evaluation& evaluation) {
  Remedy remedy{"too_few_rows_to_say", "privacy", ""};
  const std::size_t table = evaluation.rows.table;
  const std::size_t held_out = evaluation.rows.held_out;
  if (table == 0) {
    remedy.sentence = held_out < k_evidence_rows
                          ? fmt::format("at least {} held-out rows would say more", k_evidence_rows)
                          : "more held-out rows would say more";
    return remedy;
  }
  const double needed = static_cast<double>(std::max(k_evidence_rows, 2 * held_out));
  const double share = std::ceil(20 * needed / static_cast<double>(table)) / 20;
  remedy.sentence =
      share <= k_most_share
          ? fmt::format("{} held-out rows are too few to call it safe: try '--held-out {}'", held_out, share)
          : fmt::format(
                "a table of {} rows is too small to be called safe by measurement: that takes about {} "
                "rows with '--held-out {}'",
                table, static_cast<std::size_t>(needed / k_most_share), k_most_share);
  return remedy;
}

Remedy rows_show_through(const Evaluation& evaluation) {
  Remedy remedy{"rows_show_through", "privacy", ""};
  if (!evaluation.training) {
    remedy.sentence =
        "rows of the original show through: protect rare values, train for fewer epochs or on more "
        "rows, and make the table anew";
    return remedy;
  }
  std::string rare;
  if (evaluation.training->min_category_count < 2) rare = "'--min-category-count 5', ";
  const std::string& milder = evaluation.training->milder;
  remedy.sentence = fmt::format(
      "training rows show through: try {}{}more rows; '--drop' leaves out columns that name people", rare,
      milder.empty() ? "" : milder + ", or ");
  return remedy;
}

// The flags that keep what was lost; none where every lost rule was asked for or is no rule.
std::optional<Remedy> keep_rules(const Evaluation& evaluation, const Judgements& judgements) {
  std::string flags;
  for (const RuleResult& rule : evaluation.rules) {
    const bool lost = std::any_of(
        judgements.findings.begin(), judgements.findings.end(),
        [&](const Finding& found) { return found.id == "rule_lost" && found.subject == rule.rule; });
    if (lost && !rule.asked && rule.form != "linear") flags += " --rule " + errors::quoted(rule.rule);
  }
  if (flags.empty()) return std::nullopt;
  return Remedy{"rule_lost", "quality", "what held between columns is lost: try" + flags};
}

}  // namespace

std::optional<Remedy> too_few_steps(const Training& training, std::size_t table_rows) {
  const std::size_t steps = training.steps_an_epoch;
  if (steps == 0 || steps * static_cast<std::size_t>(training.epochs) >= k_least_steps) return std::nullopt;
  const std::int64_t epochs = std::max<std::int64_t>(
      300, rounded_up(static_cast<double>(k_least_steps) / static_cast<double>(steps)));
  Remedy remedy{"too_few_steps", "quality", ""};
  remedy.sentence = fmt::format("{} rows make {} step{} an epoch: try --epochs {}", table_rows, steps,
                                steps == 1 ? "" : "s", epochs);
  if (steps < k_few_steps_an_epoch && training.batch_size > k_small_batch) {
    remedy.sentence += training.method == k_small_method
                           ? fmt::format(", or --batch-size {}", k_small_batch)
                           : fmt::format(", or --method {} --batch-size {}", k_small_method, k_small_batch);
  }
  return remedy;
}

std::vector<Remedy> remedies(const Evaluation& evaluation, const Judgements& judgements) {
  std::vector<Remedy> list;
  if (evaluation.training && is_poor(judgements)) {
    if (auto steps = too_few_steps(*evaluation.training, evaluation.rows.table))
      list.push_back(std::move(*steps));
  }
  if (evaluation.training && !evaluation.training->chosen && is_useless(judgements))
    list.push_back({"other_method", "quality", "another method may suit the table: try '--method auto'"});
  if (auto rules = keep_rules(evaluation, judgements)) list.push_back(std::move(*rules));
  const Verdict privacy = judgements.privacy.verdict;
  if (judgements.find("drawn_alike") != nullptr) {
    list.push_back({"held_out_not_alike", "privacy",
                    "the held-out rows are not drawn like the original's: shuffle before splitting"});
  } else if (privacy == Verdict::unsure) {
    list.push_back(more_evidence(evaluation));
  }
  if (is_poor(privacy)) list.push_back(rows_show_through(evaluation));
  return list;
}

}  // namespace ctgan::synth::evaluate
