// May rows of a model be handed out? What its report said when it was fitted, read from the model's own file
// (the entry "release", which server/synth/evaluate/verdict_json.h writes); of a private method's the guarantee (the
// entry "privacy", server/synth/privacy/accountant.h). Names no row and no value.
#pragma once

#include <string>

#include "server/synth/archive/archive.h"

namespace ctgan::synth::pipeline {

struct Release {
  bool may_go = false;
  std::string sentence;   // the answer, and what it rests on
  std::string next_step;  // empty where there is nothing to do
};

// Never throws: an entry that is missing or cannot be read is one that allows nothing. The entry of a model
// that was fitted before there was a verdict has objections only, and says yes when there are none, with a
// next step.
Release release_of(const archive::Archive& archive);

}  // namespace ctgan::synth::pipeline
