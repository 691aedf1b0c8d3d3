#include "server/synth/evaluate/rule_judgement.h"
#include "server/synth/report/sections.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {

void write_rules(Markup& page, const evaluate::Evaluation& evaluation) {
  if (evaluation.rules.empty()) return;
  open_section(page, "rules", "Rules");
  page.element(
      "p", {},
      "What holds between columns of the original. Equations, orders and combinations are counted by "
      "the rows that keep them, numbers that the other numbers explain by R². Of the first three, "
      "those that a fit was asked to keep hold in every row: fit --rule.");
  TableText table{"Rules of the original, and what is left of them",
                  {"Rule", "Kind", "Original", "Synthetic", "Light"},
                  {false, false, true, true, false},
                  {}};
  for (const evaluate::RuleResult& rule : evaluation.rules)
    table.rows.push_back({rule.rule, rule.form, percent(rule.original), percent(rule.synthetic),
                          std::string(evaluate::verdict_name(evaluate::judge(rule)))});
  write_table(page, table);
  page.close();
}

}  // namespace ctgan::synth::report
