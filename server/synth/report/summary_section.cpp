#include <fmt/format.h>

#include "server/synth/report/lights.h"
#include "server/synth/report/sections.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

using evaluate::Evaluation;
using evaluate::Judgement;

void write_answer(Markup& page, std::string_view question, const Answer& answer) {
  page.open("div", {{"class", "answer " + std::string(evaluate::verdict_name(answer.verdict))}});
  page.element("h3", {}, question).open("p", {{"class", "said"}});
  draw_light(page, answer.verdict, answer.answer);
  page.close();
  if (!answer.reason.empty()) page.element("p", {}, answer.reason);
  page.close();
}

// How commands call the newest model of the table; one with a name that a shell reads otherwise is just the newest.
std::string newest_of(const std::string& table) {
  constexpr std::string_view k_plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  const bool plain = !table.empty() && table.find_first_not_of(k_plain) == std::string::npos;
  return plain ? "latest:" + table : "latest";
}

// The command that comes next, of a model that a fit made.
std::string next_step(const Evaluation& evaluation, const ReportFacts& facts) {
  if (evaluation.rows.trained == 0) return {};
  const std::string model = newest_of(facts.table);
  if (evaluation.judgements.release.verdict == evaluate::Verdict::good)
    return fmt::format("Draw rows: 'sample {} -n 1000 --gate'.", model);
  return fmt::format("After the next fit 'download --report {}' brings its page.", model);
}

void write_next(Markup& page, const Evaluation& evaluation, const ReportFacts& facts) {
  const std::vector<evaluate::Remedy>& remedies = evaluation.judgements.remedies;
  const std::string step = next_step(evaluation, facts);
  if (remedies.empty() && step.empty()) return;
  page.element("h3", {}, "What to do next").open("ul", {{"class", "remedies"}});
  for (const evaluate::Remedy& remedy : remedies) page.element("li", {}, sentence(remedy.sentence));
  if (!step.empty()) page.element("li", {}, step);
  page.close();
}

void write_light_row(Markup& page, std::string_view name, std::string_view target,
                     const Judgement& judgement) {
  page.open("tr").open("th", {{"scope", "row"}});
  page.element("a", {{"href", target}}, name).close();
  page.open("td");
  draw_light(page, judgement.verdict);
  page.close();
  const bool skipped = judgement.verdict == evaluate::Verdict::skipped;
  page.element("td", {}, skipped ? "Skipped." : sentence(judgement.sentence)).close();
}

void write_lights(Markup& page, const Evaluation& evaluation) {
  const evaluate::Judgements& all = evaluation.judgements;
  page.open("table", {{"class", "lights"}});
  page.element("caption", {}, "The lights, and what each rests on").open("thead").open("tr");
  for (const char* head : {"Part", "Light", "Found"}) page.element("th", {{"scope", "col"}}, head);
  page.close().close().open("tbody");
  write_light_row(page, "Quality", "#columns", all.quality);
  write_light_row(page, "Utility", "#use", all.utility);
  write_light_row(page, "Detection", "#use", all.detection);
  write_light_row(page, "Privacy", "#privacy", all.privacy);
  page.close().close();
}

void write_fact(Markup& page, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  page.open("div").element("dt", {}, name).short_text("dd", value, 80).close();
}

void write_facts(Markup& page, const Evaluation& evaluation, const ReportFacts& facts) {
  page.open("dl", {{"class", "facts"}});
  write_fact(page, "Purpose and recipient", evaluation.purpose);
  write_fact(page, "Original", facts.table);
  write_fact(page, "Model", facts.model);
  write_fact(page, "Method", facts.method);
  const evaluate::RowCounts& rows = evaluation.rows;
  write_fact(page, "Original rows", count(rows.table > 0 ? rows.table : rows.original));
  if (rows.trained > 0) write_fact(page, "Trained on", counted(rows.trained, "row", "rows"));
  if (rows.trained > rows.original) {
    write_fact(page, "Of these compared", counted(rows.original, "row", "rows"));
  }
  write_fact(page, "Held-out rows", rows.held_out == 0 ? "none" : count(rows.held_out));
  write_fact(page, "Synthetic rows", count(evaluation.rows.synthetic));
  write_fact(page, "Columns", count(evaluation.columns.size()));
  write_fact(page, "Made", moment(facts.created));
  page.close();
}

// What may be done with the page itself.
void write_caution(Markup& page, const Evaluation& evaluation) {
  page.open("p", {{"class", "caution"}});
  if (evaluation.of_private) {
    page.element("strong", {}, sentence(evaluate::mark_of(*evaluation.of_private)) + " ");
    page.text(evaluate::notice_of(*evaluation.of_private)).close();
    return;
  }
  page.element("strong", {}, "Before you pass this page on: ");
  page.text(
      "it shows category names, ranges and shares of the original table, though never a row. The lights "
      "are measurements held against limits that this project chose; they are no proof of anonymity.");
  page.close();
}

}  // namespace

void write_summary(Markup& page, const Evaluation& evaluation, const ReportFacts& facts) {
  const Judgement& summary = evaluation.judgements.summary;
  page.open("section", {{"id", "summary"}, {"aria-labelledby", "summary-heading"}});
  page.element("h2", {{"id", "summary-heading"}}, "Summary");
  if (evaluation.of_private) write_caution(page, evaluation);
  page.open("p", {{"class", "overall"}});
  draw_light(page, summary.verdict, sentence(summary.sentence));
  page.close().open("div", {{"class", "answers"}});
  write_answer(page, "May the synthetic table be handed out?", release_answer(evaluation));
  write_answer(page, "Is it good?", quality_answer(evaluation));
  page.close();
  write_next(page, evaluation, facts);
  write_lights(page, evaluation);
  write_facts(page, evaluation, facts);
  write_notes(page, evaluation, "table");
  if (!evaluation.of_private) write_caution(page, evaluation);
  page.close();
}

}  // namespace ctgan::synth::report
