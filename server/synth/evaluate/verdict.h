// What results amount to: lights, the findings that they rest on, the one answer to whether a table may be
// handed out, and what to do. judgement.h makes it of an evaluation.
//
// It names columns of the original, never rows or values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ctgan::synth::evaluate {

// A traffic light. The limits are those of judgement.h. `unsure` is neither good nor bad: what there is does
// not say, most often because there are too few rows.
enum class Verdict { good, unsure, doubtful, bad, skipped };
// One word for scripts: "good", "unsure", "doubtful", "bad", "skipped".
std::string_view verdict_name(Verdict verdict);
std::optional<Verdict> verdict_from_name(std::string_view name);
// The same for people: "good", "cannot say", "doubtful", "bad", "not measured".
std::string_view verdict_words(Verdict verdict);

struct Judgement {
  Verdict verdict = Verdict::skipped;
  std::string sentence;  // for people: what was found, and the limit it was held against
};

// An estimate with its 95 % interval: low <= value <= high.
struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;
};

// Where good ends and where bad begins; between the two lies doubtful.
struct Limits {
  double good = 0;
  double bad = 0;
};

// One result held against its limits: what lights, gates and sentences are made of.
struct Finding {
  std::string id = {};       // "closest_record"; judgement.h lists them
  std::string section = {};  // "quality", "utility", "detection", "privacy"
  std::string subject = {};  // the column that it is about, or empty
  Verdict verdict = Verdict::skipped;
  std::optional<Estimate> value = {};  // low = value = high where there is no interval
  std::optional<Limits> limits = {};
  std::string sentence = {};
  std::string brief = {};  // the same in a few words: "36 held-out rows", "'sex': 0.770 against 0.951"
};

// What to do about findings, and why that should help.
struct Remedy {
  std::string cause;    // "too_few_steps"; remedies.h lists them
  std::string section;  // of the findings that it is meant for
  std::string sentence;
};

// One light a section, each the worst of its findings; `summary` is the worst of those that were not skipped.
struct Judgements {
  Judgement summary;
  Judgement quality;
  Judgement utility;
  Judgement detection;
  Judgement privacy;
  Judgement release;  // may the table be handed out? The one answer: page, terminal, JSON and gate have it
  std::vector<Finding> findings;  // by section
  std::vector<Remedy> remedies;
  std::string headline;  // "quality 0.713 doubtful, utility good, detection good, privacy good"

  // The first of this id; null when there is none.
  const Finding* find(std::string_view id) const;
};

}  // namespace ctgan::synth::evaluate
