// An evaluation for people.
#pragma once

#include <string>

#include "server/synth/evaluate/evaluation.h"

namespace ctgan::server::worker {

// A summary, then a part a section: tables of at most 100 columns' and the 20 worst pairs' scores.
std::string text_of(const synth::evaluate::Evaluation& evaluation);

}  // namespace ctgan::server::worker
