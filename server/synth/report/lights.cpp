#include "server/synth/report/lights.h"

#include <fmt/format.h>

#include <vector>

#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

using evaluate::Evaluation;
using evaluate::Judgement;
using evaluate::Limits;
using evaluate::Verdict;

// A disc with a tick, a triangle with a stroke, an octagon with a cross, a ring.
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
    case Verdict::skipped:
      break;
  }
  return {"M10 2a8 8 0 1 1 0 16a8 8 0 1 1 0-16z", "M6 10h8"};
}

std::string_view word_of(Verdict verdict) {
  return verdict == Verdict::skipped ? "not measured" : evaluate::verdict_name(verdict);
}

std::string joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& part : sentences) text += (text.empty() ? "" : " ") + sentence(part);
  return text;
}

// The privacy light's reason in words; an attack by what it does, since its name says little.
std::string privacy_reason(const Evaluation& evaluation) {
  const Judgement& privacy = evaluation.judgements.privacy;
  if (!evaluation.privacy) return sentence(privacy.sentence);
  for (const evaluate::Attack& attack : evaluation.privacy->attacks) {
    if (!privacy.sentence.starts_with(attack.name + ": ")) continue;
    return fmt::format("{} {} Up to {} is good, above {} bad; the interval's lower end counts.",
                       sentence(privacy.sentence), sentence("the attack: " + attack.sentence),
                       percent(evaluate::k_limits.attack_risk.good),
                       percent(evaluate::k_limits.attack_risk.bad));
  }
  return sentence(privacy.sentence);
}

}  // namespace

void draw_light(Markup& page, Verdict verdict, std::string_view word) {
  const Sign sign = sign_of(verdict);
  const std::string_view name = evaluate::verdict_name(verdict);
  page.open("span", {{"class", "light " + std::string(name)}});
  // The word follows: the drawing is for the eye only.
  page.open("svg",
            {{"class", "sign"}, {"viewBox", "0 0 20 20"}, {"aria-hidden", "true"}, {"focusable", "false"}});
  page.element("title", {}, word_of(verdict));
  page.leaf("path", {{"class", "shape"}, {"d", sign.shape}});
  page.leaf("path", {{"class", "stroke"}, {"d", sign.mark}});
  page.close();
  page.text(word.empty() ? word_of(verdict) : word).close();
}

Answer release_answer(const Evaluation& evaluation) {
  const Judgement& privacy = evaluation.judgements.privacy;
  const std::vector<std::string> objections = evaluate::release_objections(evaluation);
  switch (privacy.verdict) {
    case Verdict::bad:
      return {Verdict::bad, "No. Training rows show through.",
              objections.empty() ? privacy_reason(evaluation) : joined(objections)};
    case Verdict::doubtful:
      if (!evaluation.privacy || !evaluation.privacy->closest)
        return {Verdict::skipped, "Cannot be said: privacy was measured only in part.",
                sentence(privacy.sentence)};
      return {Verdict::doubtful, "Only after somebody has looked at the privacy section.",
              privacy_reason(evaluation)};
    case Verdict::good:
      break;
    case Verdict::skipped:
      return {Verdict::skipped, "Cannot be said: privacy was not measured.", ""};
  }
  return {Verdict::good, "Nothing that was measured speaks against it.", sentence(privacy.sentence)};
}

Answer quality_answer(const Evaluation& evaluation) {
  const evaluate::Judgements& all = evaluation.judgements;
  const Verdict detection = evaluate::counted_detection(all);
  const Verdict verdict =
      evaluate::worse(evaluate::worse(all.quality.verdict, all.utility.verdict), detection);
  std::vector<std::string> reasons;
  for (const Judgement* part : {&all.quality, &all.utility, &all.detection}) {
    const Verdict counted = part == &all.detection ? detection : part->verdict;
    if (counted == verdict && verdict != Verdict::skipped) reasons.push_back(part->sentence);
  }
  switch (verdict) {
    case Verdict::good:
      return {verdict, "Yes, in everything that was measured.", joined(reasons)};
    case Verdict::doubtful:
      return {verdict, "For many purposes, not for all.", joined(reasons)};
    case Verdict::bad:
      return {verdict, "No. It differs too much from the original.", joined(reasons)};
    case Verdict::skipped:
      break;
  }
  return {verdict, "Cannot be said: it was not measured.", ""};
}

}  // namespace ctgan::synth::report
