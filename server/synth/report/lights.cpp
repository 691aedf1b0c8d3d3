#include "server/synth/report/lights.h"

#include <fmt/format.h>

#include <vector>

#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

using evaluate::Evaluation;
using evaluate::Finding;
using evaluate::Judgement;
using evaluate::Limits;
using evaluate::Verdict;

// The table below has them all.
constexpr std::size_t k_most_reasons = 5;

// A disc with a tick, a triangle with a stroke, an octagon with a cross, a square with a question mark, a
// ring.
struct Sign {
  std::string_view shape;
  std::string_view mark;
};

Sign sign_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::good:
      return {"M10 1a9 9 0 1 1 0 18a9 9 0 1 1 0-18z", "M5.5 10.5l3 3l6-7"};
    case Verdict::doubtful:
      return {"M10 1l9.5 17.5h-19z", "M10 7v5.5M10 14.5v2"};
    case Verdict::bad:
      return {"M6.3 1h7.4l5.3 5.3v7.4l-5.3 5.3h-7.4l-5.3-5.3v-7.4z", "M6.5 6.5l7 7M13.5 6.5l-7 7"};
    case Verdict::unsure:
      return {"M3.5 1.5h13a2 2 0 0 1 2 2v13a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-13a2 2 0 0 1 2-2z",
              "M7 7.5a3 3 0 1 1 4.2 2.8c-.8.4-1.2.9-1.2 1.9M10 14.2v1.8"};
    case Verdict::skipped:
      break;
  }
  return {"M10 2a8 8 0 1 1 0 16a8 8 0 1 1 0-16z", "M6 10h8"};
}

std::string joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& part : sentences) text += (text.empty() ? "" : " ") + sentence(part);
  return text;
}

const evaluate::Attack* attack_of(const Evaluation& evaluation, const Finding& found) {
  for (const evaluate::Attack& attack : evaluation.privacy->attacks) {
    if (found.sentence.starts_with(attack.name + ": ")) return &attack;
  }
  return nullptr;
}

// What made the privacy light what it is, each in words; an attack by what it does, since its name says
// little.
std::string privacy_reasons(const Evaluation& evaluation) {
  const Judgement& privacy = evaluation.judgements.privacy;
  if (!evaluation.privacy || privacy.verdict == Verdict::good) return sentence(privacy.sentence);
  std::vector<std::string> reasons;
  bool attacked = false;
  for (const Finding& found : evaluation.judgements.findings) {
    if (found.section != "privacy" || found.verdict != privacy.verdict) continue;
    reasons.push_back(found.sentence);
    const evaluate::Attack* attack = attack_of(evaluation, found);
    if (attack == nullptr) continue;
    reasons.push_back("the attack: " + attack->sentence);
    attacked = true;
  }
  if (attacked) {
    reasons.push_back(fmt::format(
        "of attacks up to {} is good, above {} bad: the interval's lower end counts, moved down by a third",
        percent(evaluate::k_limits.attack_risk.good), percent(evaluate::k_limits.attack_risk.bad)));
  }
  return joined(reasons);
}

}  // namespace

void draw_light(Markup& page, Verdict verdict, std::string_view word) {
  const Sign sign = sign_of(verdict);
  const std::string_view name = evaluate::verdict_name(verdict);
  page.open("span", {{"class", "light " + std::string(name)}});
  // The word follows: the drawing is for the eye only.
  page.open("svg",
            {{"class", "sign"}, {"viewBox", "0 0 20 20"}, {"aria-hidden", "true"}, {"focusable", "false"}});
  page.element("title", {}, evaluate::verdict_words(verdict));
  page.leaf("path", {{"class", "shape"}, {"d", sign.shape}});
  page.leaf("path", {{"class", "stroke"}, {"d", sign.mark}});
  page.close();
  page.text(word.empty() ? evaluate::verdict_words(verdict) : word).close();
}

Answer release_answer(const Evaluation& evaluation) {
  const Verdict verdict = evaluation.judgements.release.verdict;
  if (evaluation.of_private)
    return {verdict, verdict == Verdict::good ? "Yes, by the model's guarantee." : "No.",
            sentence(evaluation.judgements.release.sentence)};
  const std::string reasons = privacy_reasons(evaluation);
  switch (verdict) {
    case Verdict::bad:
      return {verdict, "No. Training rows show through.", reasons};
    case Verdict::doubtful:
      return {verdict, "Only after somebody has looked at the privacy section.", reasons};
    case Verdict::good:
      return {verdict, "Nothing that was measured speaks against it.", reasons};
    case Verdict::unsure:
    case Verdict::skipped:
      break;
  }
  if (evaluation.judgements.privacy.verdict == Verdict::skipped)
    return {Verdict::unsure, "Cannot be said: privacy was not measured.", ""};
  return {Verdict::unsure, "Cannot be said.", reasons};
}

Answer quality_answer(const Evaluation& evaluation) {
  const evaluate::Judgements& all = evaluation.judgements;
  const Verdict detection = evaluate::counted_detection(evaluation, all.detection);
  const Verdict verdict =
      evaluate::worse(evaluate::worse(all.quality.verdict, all.utility.verdict), detection);
  std::vector<std::string> reasons;
  for (const Finding& found : all.findings) {
    if (found.section == "privacy" || verdict == Verdict::skipped) continue;
    const Verdict counted = found.section == "detection" ? detection : found.verdict;
    if (counted == verdict && reasons.size() < k_most_reasons) reasons.push_back(found.sentence);
  }
  switch (verdict) {
    case Verdict::good:
      return {verdict, "Yes, in everything that was measured.", joined(reasons)};
    case Verdict::doubtful:
      return {verdict, "For many purposes, not for all.", joined(reasons)};
    case Verdict::bad:
      return {verdict, "No. It differs too much from the original.", joined(reasons)};
    case Verdict::unsure:
      return {verdict, "Too few rows to say.", joined(reasons)};
    case Verdict::skipped:
      break;
  }
  return {verdict, "Cannot be said: it was not measured.", ""};
}

}  // namespace ctgan::synth::report
