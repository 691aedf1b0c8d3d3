#include <fmt/format.h>

#include "server/synth/report/line_chart.h"
#include "server/synth/report/sections.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

std::vector<std::vector<std::string>> rows_of(const std::vector<Fact>& facts) {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(facts.size());
  for (const auto& [name, value] : facts) rows.push_back({name, value});
  return rows;
}

void write_facts(Markup& page, std::string caption, const std::vector<Fact>& facts) {
  if (facts.empty()) return;
  write_table(page, {std::move(caption), {"Name", "Value"}, {false, false}, rows_of(facts)});
}

}  // namespace

void write_training(Markup& page, const ReportFacts& facts) {
  open_section(page, "training", "Training");
  const LineChart chart{"tl", "Losses over the epochs", "epoch", facts.losses};
  const std::size_t each = values_a_point(chart);
  if (each == 0) {
    page.element("p", {{"class", "quiet"}}, "No losses were recorded.").close();
    return;
  }
  page.element("p", {},
               "What the networks were trained to lower, epoch by epoch. The two of a GAN work against each "
               "other: curves that settle are a good sign, curves that keep drifting ask for more epochs. "
               "Their height means little by itself.");
  if (each > 1) {
    page.element("p", {{"class", "quiet"}}, fmt::format("Each point is the mean of {} epochs.", each));
  }
  page.open("div", {{"class", "wide"}});
  draw_lines(page, chart);
  page.close().close();
}

void write_run(Markup& page, const ReportFacts& facts, std::optional<std::uint64_t> seed) {
  open_section(page, "run", "How it was made");
  for (const std::string& sentence : facts.protection) page.element("p", {}, sentence);
  for (const std::string& sentence : facts.choices) page.element("p", {}, sentence);
  std::vector<Fact> run;
  if (!facts.method.empty()) run.emplace_back("method", facts.method);
  if (!facts.model.empty()) run.emplace_back("model", facts.model);
  if (facts.seed) run.emplace_back("seed of the training", fmt::format("{}", *facts.seed));
  if (facts.training_seconds) run.emplace_back("time of the training", duration(*facts.training_seconds));
  if (seed) run.emplace_back("seed of the evaluation", fmt::format("{}", *seed));
  if (!facts.created.empty()) run.emplace_back("made", moment(facts.created));
  page.open("div", {{"class", "columns"}});
  write_facts(page, "The run", run);
  write_facts(page, "Options", facts.options);
  write_facts(page, "Versions", facts.versions);
  page.close().close();
}

}  // namespace ctgan::synth::report
