#include "server/synth/report/report.h"

#include <fmt/format.h>

#include "server/synth/report/page.h"
#include "server/synth/report/sections.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

constexpr std::size_t k_name_characters = 60;

// `mark` says in brackets what it is; empty: a report as any other.
std::string title_of(const ReportFacts& facts, std::string_view mark) {
  std::string title = facts.table.empty()
                          ? "Quality and privacy of a synthetic table"
                          : fmt::format("Quality and privacy: {}", shortened(facts.table, k_name_characters));
  if (!mark.empty()) title += fmt::format(" ({})", mark);
  return title;
}

const Contents k_contents{{"#summary", "Summary"},    {"#columns", "Columns"}, {"#pairs", "Pairs"},
                          {"#use", "Utility"},        {"#privacy", "Privacy"}, {"#training", "Training"},
                          {"#run", "How it was made"}};

}  // namespace

std::string html_report(const evaluate::Evaluation& evaluation, const ReportFacts& facts) {
  const std::string title =
      title_of(facts, evaluation.of_private ? evaluate::mark_of(*evaluation.of_private) : std::string_view());
  return html_page(title, k_contents, [&](Markup& page) {
    write_summary(page, evaluation, facts);
    write_columns(page, evaluation);
    write_pairs(page, evaluation);
    write_fidelity(page, evaluation);
    write_rules(page, evaluation);
    write_usefulness(page, evaluation);
    write_privacy(page, evaluation);
    write_training(page, facts);
    write_run(page, facts, evaluation.seed);
  });
}

std::string html_report(const evaluate::PaidComparison& comparison, const ReportFacts& facts) {
  return html_page(title_of(facts, evaluate::k_paid_mark), {}, [&](Markup& page) {
    write_paid_comparison(page, comparison);
    write_run(page, facts, {});
  });
}

}  // namespace ctgan::synth::report
