#include "server/synth/evaluate/evaluate.h"

#include <fmt/format.h>

#include <utility>

#include "common/errors/error.h"
#include "server/synth/evaluate/attacks.h"
#include "server/synth/evaluate/column_scores.h"
#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/density_coverage.h"
#include "server/synth/evaluate/detection.h"
#include "server/synth/evaluate/drawn_alike.h"
#include "server/synth/evaluate/global_utility.h"
#include "server/synth/evaluate/joint_distribution.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/evaluate/key_disclosure.h"
#include "server/synth/evaluate/lost_rules.h"
#include "server/synth/evaluate/matched_rows.h"
#include "server/synth/evaluate/membership.h"
#include "server/synth/evaluate/missing_patterns.h"
#include "server/synth/evaluate/mutual_information.h"
#include "server/synth/evaluate/pair_scores.h"
#include "server/synth/evaluate/privacy.h"
#include "server/synth/evaluate/row_sample.h"
#include "server/synth/evaluate/three_way.h"
#include "server/synth/evaluate/utility.h"

namespace ctgan::synth::evaluate {
namespace {

class Evaluator {
 public:
  Evaluator(const ComparedTables& tables, const Input& input, const Options& options,
            threads::ThreadPool& pool)
      : tables_(tables), input_(input), options_(options), pool_(pool) {
    result_.seed = options.seed;
    result_.purpose = options.purpose;
    result_.rows = tables.counts;
    result_.rows.table = input.table_rows;
    result_.rows.trained = input.trained_rows;
    result_.training = input.training;
    result_.of_private = input.of_private;
  }

  Evaluation run() && {
    describe_columns();
    if (tables_.counts.held_out > 0 && input_.held_out_by.empty()) compare_held_out_rows();
    if (!input_.held_out_by.empty())
      note("table",
           fmt::format("rows that share a value of {} were held out together; intervals take rows for "
                       "independent, and are wider in truth",
                       errors::quoted(input_.held_out_by)));
    const Sections& sections = options_.sections;
    section("quality", sections.quality, [this] { measure_quality(); });
    section("utility", sections.utility, [this] { measure_usefulness(); });
    section("detection", sections.detection, [this] { measure_detectability(); });
    section("privacy", sections.privacy, [this] { measure_privacy(); });
    draw_pairs();
    result_.judgements = judge(result_);
    return std::move(result_);
  }

 private:
  template <typename Measure>
  void section(std::string_view name, bool wanted, const Measure& measure) {
    if (!wanted) {
      note(name, "not asked for");
      return;
    }
    if (options_.on_section) options_.on_section(name);
    measure();
  }

  void note(std::string_view section, std::string sentence) {
    result_.notes.push_back({std::string(section), std::move(sentence)});
  }

  // The columns are described in any case: pairs and reports name them.
  void describe_columns() {
    result_.columns.resize(tables_.columns.size());
    pool_.run(tables_.columns.size(), [this](std::size_t place) {
      const ComparedColumn& column = tables_.columns[place];
      if (column.shape != ColumnShape::left_out) {
        result_.columns[place] = score_column(column);
        return;
      }
      result_.columns[place].name = column.name;
      result_.columns[place].kind = column.kind;
    });
    for (const ComparedColumn& column : tables_.columns) {
      if (column.shape == ColumnShape::left_out) {
        note("table",
             fmt::format("column {} is an identifier and was left out", errors::quoted(column.name)));
      }
    }
  }

  void compare_held_out_rows() {
    result_.drawn_alike = compare_held_out(tables_);
    const std::vector<std::string>& different = result_.drawn_alike->different;
    if (different.empty()) return;
    note("table",
         fmt::format("the held-out rows are not drawn like the original's: {} of {} columns differ "
                     "beyond chance, {} first; shuffle before splitting",
                     different.size(), result_.drawn_alike->columns, errors::quoted(different.front())));
  }

  void measure_quality() {
    result_.pairs = score_pairs(tables_, pool_);
    result_.missing_patterns = missing_patterns(tables_);
    result_.quality = quality_score(result_.columns, result_.pairs);
    // A private method keeps none, and could only be told by reading the rows.
    if (!input_.of_private) result_.rules = measure_rules(tables_, input_.original, input_.metadata);
    measure_fidelity();
  }

  // Once the target is known: a pair is drawn once.
  void draw_pairs() {
    const std::string target = result_.utility ? result_.utility->target : std::string();
    result_.by_target = pairs_with(tables_, result_, target);
    result_.strongest_pairs = strongest_pairs_without(tables_, result_, target);
  }

  void measure_fidelity() {
    const MatchedRows matched = draw_matched(tables_, options_.seed);
    Fidelity fidelity;
    fidelity.three_way = measure_three_way(tables_, matched, options_.seed, pool_);
    fidelity.mutual_information = measure_mutual_information(tables_, matched, options_.seed, pool_);
    if (auto found = measure_density_coverage(tables_, matched, pool_)) {
      fidelity.density = found->density;
      fidelity.coverage = found->coverage;
    }
    result_.fidelity = fidelity;
  }

  std::size_t rows_of(std::size_t limit) const { return rows_within(limit, tables_.used().size()); }
  LearnerOptions learner_options() const {
    return {options_.seed, options_.target, rows_of(options_.learner_rows)};
  }

  void measure_usefulness() {
    judged("utility", [this] {
      result_.utility = measure_utility(tables_, learner_options(), pool_, result_.notes);
      result_.global_utility = measure_global_utility(tables_, options_.seed, pool_, result_.notes);
    });
  }

  void measure_detectability() {
    judged("detection", [this] {
      result_.detection = measure_detection(tables_, learner_options(), pool_, result_.notes);
    });
  }

  template <typename Measure>
  void judged(std::string_view section, const Measure& measure) {
    try {
      measure();
    } catch (const errors::Error& error) {
      if (error.kind() != errors::Kind::unavailable) throw;
      note(section, fmt::format("{}; {}", error.sentence(), error.hint()));
    }
  }

  void measure_privacy() {
    Privacy privacy;
    privacy.copies = count_copies(tables_);
    if (!options_.keys.empty()) privacy.keys = measure_keys(tables_, options_.keys);
    if (tables_.counts.held_out == 0) {
      note("privacy",
           "no held-out rows were given: closest records, rare combinations and attacks were skipped, and "
           "copies "
           "are held against nothing");
    } else if (tables_.counts.held_out < k_least_held_out_rows) {
      note("privacy", fmt::format("{} held-out rows: closest records, rare combinations and attacks need {}",
                                  tables_.counts.held_out, k_least_held_out_rows));
    } else {
      const PrivacyOptions options{options_.seed, rows_of(options_.rows_limit)};
      privacy.closest = measure_closest(tables_, options, pool_);
      privacy.rare = count_rare_combinations(tables_, options, pool_);
      if (!privacy.rare) note("privacy", "rare combinations need three columns");
      privacy.attacks = run_attacks(tables_, options_.seed, pool_, result_.notes);
      privacy.membership = measure_membership(tables_, options, pool_);
      if (!privacy.membership) {
        note("privacy", fmt::format("membership was not tried: it needs {} held-out rows", k_least_others));
      }
    }
    result_.privacy = std::move(privacy);
  }

  const ComparedTables& tables_;
  const Input& input_;
  const Options& options_;
  threads::ThreadPool& pool_;
  Evaluation result_;
};

}  // namespace

Evaluation evaluate(const Input& input, const Options& options, threads::ThreadPool& pool) {
  const ComparedTables tables =
      compare_tables(input.original, input.held_out, input.synthetic, input.metadata);
  return Evaluator(tables, input, options, pool).run();
}

}  // namespace ctgan::synth::evaluate
