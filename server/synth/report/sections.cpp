#include "server/synth/report/sections.h"

#include <fmt/format.h>

#include "server/synth/report/lights.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

constexpr std::size_t k_cell_characters = 48;

}  // namespace

void open_section(Markup& page, std::string_view id, std::string_view heading,
                  const evaluate::Judgement* judgement) {
  const std::string name = std::string(id) + "-heading";
  page.open("section", {{"id", id}, {"aria-labelledby", name}});
  page.element("h2", {{"id", name}}, heading);
  if (judgement == nullptr) return;
  page.open("p", {{"class", "verdict"}});
  draw_light(page, judgement->verdict);
  if (judgement->verdict != evaluate::Verdict::skipped) page.text(" " + sentence(judgement->sentence));
  page.close();
}

std::string score_interval(const evaluate::Estimate& estimate) {
  return fmt::format("{} ({} to {})", score(estimate.value), score(estimate.low), score(estimate.high));
}

void write_notes(Markup& page, const evaluate::Evaluation& evaluation, std::string_view section) {
  bool any = false;
  for (const evaluate::Note& note : evaluation.notes) {
    if (note.section != section) continue;
    if (!any) page.open("ul", {{"class", "notes"}});
    any = true;
    page.element("li", {}, sentence(note.sentence));
  }
  if (any) page.close();
}

void write_table(Markup& page, const TableText& table) {
  page.open("div",
            {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", table.caption}});
  page.open("table").open("caption").element("span", {}, table.caption).close().open("thead").open("tr");
  const auto kind = [&](std::size_t column) { return table.numbers[column] ? "number" : "words"; };
  for (std::size_t i = 0; i < table.heads.size(); ++i) {
    page.element("th", {{"scope", "col"}, {"class", kind(i)}}, table.heads[i]);
  }
  page.close().close().open("tbody");
  for (const std::vector<std::string>& row : table.rows) {
    page.open("tr");
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i == 0) {
        page.short_text("th", row[i], k_cell_characters, {{"scope", "row"}});
      } else if (table.numbers[i]) {
        page.element("td", {{"class", "number"}}, row[i]);
      } else {
        page.short_text("td", row[i], k_cell_characters);
      }
    }
    page.close();
  }
  page.close().close().close();
}

}  // namespace ctgan::synth::report
