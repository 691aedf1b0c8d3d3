#include <fmt/format.h>

#include "server/synth/report/lights.h"
#include "server/synth/report/privacy_parts.h"
#include "server/synth/report/sections.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

using evaluate::Evaluation;
using evaluate::Privacy;

struct Attacker {
  std::string tested;
  bool was = false;
  std::string knows;
  std::string seeks;
};

bool was_tried(const Privacy& privacy, std::string_view name) {
  for (const evaluate::Attack& attack : privacy.attacks) {
    if (std::string_view(attack.name).starts_with(name)) return true;
  }
  return false;
}

std::vector<Attacker> attackers_of(const Privacy& privacy) {
  const bool membership = privacy.membership.has_value();
  const bool worst = membership && privacy.membership->worst_affected;
  return {
      {"copies", privacy.copies.has_value(), "the synthetic table", "whole records of the original"},
      {"closest record", privacy.closest.has_value(), "the synthetic table",
       "records that were learnt by heart"},
      {"rare combinations", privacy.rare.has_value(), "the synthetic table",
       "values of three columns that one person alone has"},
      {"singling out", was_tried(privacy, "singling out"), "the synthetic table",
       "a description that fits exactly one person"},
      {"linkability", was_tried(privacy, "linkability"), "two halves of many records",
       "which halves are the same person's"},
      {"inference", was_tried(privacy, "inference"), "all columns of a person but one", "that one"},
      {"membership", membership, "a person's record, and other people's of the same origin",
       "whether the person is in the original"},
      {"people at most risk", worst, "the record of somebody who is like nobody else",
       "whether the person is in the original"},
      {"known columns", privacy.keys.has_value(), "the columns named by '--keys'",
       "whose record it is, and what its other columns say"},
  };
}

constexpr const char* k_not_tested[] = {
    "somebody who has the model, or several synthetic tables of the same model, instead of one table",
    "somebody who trains models of his own to learn what a member looks like (shadow models)",
    "somebody who knows other tables about the same people and links them",
    "several rows of one person as one: every row counts as a person of its own",
    "columns that were left out, and the meaning of free text",
};

}  // namespace

void write_attackers(Markup& page, const Evaluation& evaluation) {
  std::string untried;
  page.open("div", {{"class", "part"}}).open("header").element("h3", {}, "Attackers").close();
  page.element("p", {}, "What was tested, and against whom:").open("ul", {{"class", "attacks"}});
  for (const Attacker& attacker : attackers_of(*evaluation.privacy)) {
    if (!attacker.was) {
      untried += (untried.empty() ? "" : ", ") + attacker.tested;
      continue;
    }
    page.open("li").element("strong", {}, sentence(attacker.tested));
    page.text(fmt::format(" The attacker knows {}, and seeks {}.", attacker.knows, attacker.seeks)).close();
  }
  page.close();
  page.element("p", {}, "Not tested:").open("ul", {{"class", "attacks"}});
  if (!untried.empty()) page.element("li", {}, sentence("for want of rows, columns or keys: " + untried));
  for (const char* one : k_not_tested) page.element("li", {}, sentence(one));
  page.close().close();
}

}  // namespace ctgan::synth::report
