// The sections of the page, one function each: a section element with an id, a heading and what belongs to
// it. A section that was skipped says so, with the evaluation's notes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/synth/evaluate/evaluation.h"
#include "server/synth/report/markup.h"
#include "server/synth/report/report.h"

namespace ctgan::synth::report {

void write_summary(Markup& page, const evaluate::Evaluation& evaluation, const ReportFacts& facts);
void write_columns(Markup& page, const evaluate::Evaluation& evaluation);
void write_pairs(Markup& page, const evaluate::Evaluation& evaluation);
// Nothing where it was not measured.
void write_fidelity(Markup& page, const evaluate::Evaluation& evaluation);
// Nothing where no rule was found.
void write_rules(Markup& page, const evaluate::Evaluation& evaluation);
void write_usefulness(Markup& page, const evaluate::Evaluation& evaluation);
void write_privacy(Markup& page, const evaluate::Evaluation& evaluation);
void write_training(Markup& page, const ReportFacts& facts);
// `seed` is the evaluation's.
void write_run(Markup& page, const ReportFacts& facts, std::optional<std::uint64_t> seed);
// All of a report by counts that were paid for, but how it was made.
void write_paid_comparison(Markup& page, const evaluate::PaidComparison& comparison);

// What sections share.

// Said where scores of columns and of pairs are shown.
inline constexpr const char* k_marginals_prove_nothing =
    "Columns and pairs that match prove nothing by themselves: columns drawn one by one match column by "
    "column, and "
    "most pairs have nothing to lose. What tells tables apart is detection, and what stands beyond pairs.";

// An open section with its heading, and its light when there is one.
void open_section(Markup& page, std::string_view id, std::string_view heading,
                  const evaluate::Judgement* judgement = nullptr);
// "0.712 (0.690 to 0.734)": a score and its interval.
std::string score_interval(const evaluate::Estimate& estimate);
// The evaluation's notes on `section`, as a list; nothing when there are none.
void write_notes(Markup& page, const evaluate::Evaluation& evaluation, std::string_view section);

// A table in a box that scrolls by itself. The first cell of a row is its heading; columns of which `numbers`
// says so are set to the right.
struct TableText {
  std::string caption;
  std::vector<std::string> heads;
  std::vector<bool> numbers;
  std::vector<std::vector<std::string>> rows;
};
void write_table(Markup& page, const TableText& table);

}  // namespace ctgan::synth::report
