#include <fmt/format.h>

#include "server/synth/report/sections.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

using evaluate::Fidelity;
using evaluate::Measured;
using evaluate::SetMeasure;

std::string attainable_of(const Measured& measured) {
  return measured.attainable ? score_interval(*measured.attainable) : "n/a";
}

// "all 455", "500 of 1,313,400".
std::string looked_at(const SetMeasure& measured) {
  const auto all = static_cast<std::size_t>(measured.all_sets);
  return measured.sets == all ? fmt::format("all {}", count(all))
                              : fmt::format("{} of {}", count(measured.sets), count(all));
}

void write_measures(Markup& page, const Fidelity& fidelity) {
  TableText table{"What joins the columns",
                  {"Measure", "Synthetic (95 % interval)", "Attainable (95 % interval)", "Best", "Of what"},
                  {false, true, true, true, false},
                  {}};
  const auto add = [&](const char* name, const Measured& measured, const char* best, const std::string& of) {
    table.rows.push_back({name, score_interval(measured.synthetic), attainable_of(measured), best, of});
  };
  if (fidelity.three_way)
    add("Distance of triples", *fidelity.three_way, "0",
        "sets of three columns: " + looked_at(*fidelity.three_way));
  if (fidelity.mutual_information)
    add("Information kept (wNMIS)", *fidelity.mutual_information, "1",
        "pairs of columns: " + looked_at(*fidelity.mutual_information));
  if (fidelity.density) add("Density", *fidelity.density, "1", "neighbourhoods of rows");
  if (fidelity.coverage) add("Coverage", *fidelity.coverage, "1", "neighbourhoods of rows");
  if (!table.rows.empty()) write_table(page, table);
}

std::size_t rows_of(const Fidelity& fidelity) {
  for (const std::optional<Measured>& one :
       {std::optional<Measured>(fidelity.three_way), std::optional<Measured>(fidelity.mutual_information),
        fidelity.density, fidelity.coverage}) {
    if (one) return one->rows;
  }
  return 0;
}

}  // namespace

void write_fidelity(Markup& page, const evaluate::Evaluation& evaluation) {
  if (!evaluation.fidelity || rows_of(*evaluation.fidelity) == 0) return;
  open_section(page, "fidelity", "Beyond pairs");
  page.element(
      "p", {},
      fmt::format("Each is measured of {} of each table, and beside it stands what is attainable: the same "
                  "of as many held-out rows, which are real. The nearer the first is to the second, the "
                  "better; nothing fresh is better than the second.",
                  counted(rows_of(*evaluation.fidelity), "row", "rows")));
  write_measures(page, *evaluation.fidelity);
  page.element(
      "p", {{"class", "quiet"}},
      "Distance of triples: how far the shares of combinations of three columns' values are apart, numbers "
      "in "
      "20 bins (total variation distance). Information kept: how much of what two columns tell of each other "
      "is as in the original. Density: how closely synthetic rows lie where the original's do; above what is "
      "attainable they crowd. Coverage: the share of the original's rows that have a synthetic row among "
      "their neighbours.");
  page.close();
}

}  // namespace ctgan::synth::report
