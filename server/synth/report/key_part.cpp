#include <fmt/format.h>

#include "common/errors/error.h"
#include "server/synth/report/privacy_parts.h"
#include "server/synth/report/sections.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

using evaluate::KeyDisclosure;
using evaluate::KeyTarget;

std::string names_of(const std::vector<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) text += (text.empty() ? "" : ", ") + errors::quoted(key);
  return text;
}

std::string control_words(const KeyDisclosure& keys) {
  if (!keys.excess) return " Too few held-out rows are alone with theirs to say how much of it is chance.";
  return fmt::format(
      " Of the rows that are alone with their keys among training and held-out rows together, {} of the "
      "training "
      "rows and {} of the held-out rows are replicated. Beyond chance: {}.",
      percent(keys.alone_replicated), percent(keys.held_out_replicated), interval(*keys.excess));
}

void write_targets(Markup& page, const std::vector<KeyTarget>& targets) {
  if (targets.empty()) return;
  TableText table{
      "Share of the rows whose value the keys tell",
      {"Secret", "Original", "Synthetic (DiSCO)", "Attainable (held out)", "Beyond", "from", "to"},
      {false, true, true, true, true, true, true},
      {}};
  for (const KeyTarget& target : targets) {
    std::vector<std::string> row{target.column, percent(target.original), percent(target.synthetic),
                                 percent(target.held_out)};
    const auto add = [&](double evaluate::Estimate::*part) {
      row.push_back(target.excess ? percent((*target.excess).*part) : "n/a");
    };
    add(&evaluate::Estimate::value);
    add(&evaluate::Estimate::low);
    add(&evaluate::Estimate::high);
    table.rows.push_back(std::move(row));
  }
  write_table(page, table);
}

}  // namespace

void write_keys(Markup& page, const evaluate::Evaluation& evaluation) {
  const KeyDisclosure& keys = *evaluation.privacy->keys;
  open_part(page, "Known columns", verdict_of(evaluation, {"replicated_uniques", "attribute_disclosure"}));
  page.element(
      "p", {},
      fmt::format(
          "Somebody knows {} of a person. {} of the training rows are alone with theirs, {} of the synthetic "
          "rows with theirs; {} of the training rows are alone and found in the synthetic table, {} are "
          "replicated uniques: alone there too.{}",
          names_of(keys.keys), percent(keys.original_unique), percent(keys.synthetic_unique),
          percent(keys.found), percent(keys.replicated), control_words(keys)));
  write_targets(page, keys.targets);
  page.close();
}

}  // namespace ctgan::synth::report
