#include "server/synth/evaluate/headline.h"

#include <fmt/format.h>

namespace ctgan::synth::evaluate {
namespace {

// Why a section was not measured: the first clause of its note.
std::string reason_of_skipping(const Evaluation& evaluation, std::string_view section) {
  for (const Note& note : evaluation.notes) {
    if (note.section == section)
      return fmt::format(" ({})", note.sentence.substr(0, note.sentence.find(';')));
  }
  return "";
}

// What made the part what it is; nothing for a good one, nor where the number before it says it all.
std::string reason(const Evaluation& evaluation, const Judgements& judgements, std::string_view section,
                   Verdict verdict) {
  if (verdict == Verdict::good) return "";
  if (verdict == Verdict::skipped) return reason_of_skipping(evaluation, section);
  bool said = false;
  for (const Finding& found : judgements.findings) {
    if (found.section != section || found.verdict != verdict) continue;
    // A column's low score is part of a low score of all.
    const bool part_of_it = said && found.id == "column_score";
    if (!found.brief.empty() && !part_of_it) return fmt::format(" ({})", found.brief);
    said = true;
  }
  return "";
}

std::string part(const Evaluation& evaluation, const Judgements& judgements, const char* section,
                 const std::string& number, Verdict verdict) {
  return fmt::format("{}{} {}{}", section, number, verdict_words(verdict),
                     reason(evaluation, judgements, section, verdict));
}

}  // namespace

std::string headline(const Evaluation& evaluation, const Judgements& judgements) {
  const bool scored = evaluation.quality && evaluation.quality->overall;
  const std::string score = scored ? fmt::format(" {:.3f}", *evaluation.quality->overall) : "";
  return fmt::format("{}, {}, {}, {}",
                     part(evaluation, judgements, "quality", score, judgements.quality.verdict),
                     part(evaluation, judgements, "utility", "", judgements.utility.verdict),
                     part(evaluation, judgements, "detection", "", judgements.detection.verdict),
                     part(evaluation, judgements, "privacy", "", judgements.privacy.verdict));
}

}  // namespace ctgan::synth::evaluate
