// Traffic lights: a shape, a word and a colour, each enough by itself.
#pragma once

#include <string>
#include <string_view>

#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/report/markup.h"

namespace ctgan::synth::report {

// A span with the drawn sign and `word` (empty: the verdict's own).
void draw_light(Markup& page, evaluate::Verdict verdict, std::string_view word = {});

// What a manager asks. `answer` is one sentence, `reason` says what it rests on.
struct Answer {
  evaluate::Verdict verdict = evaluate::Verdict::skipped;
  std::string answer;
  std::string reason;
};
// May it be handed out? The evaluation's own answer, in words.
Answer release_answer(const evaluate::Evaluation& evaluation);
// Is it good?
Answer quality_answer(const evaluate::Evaluation& evaluation);

}  // namespace ctgan::synth::report
