// What a private fit promises, of its options.
#pragma once

#include "common/options/methods.h"

namespace ctgan::options {

struct Guarantee {
  double epsilon = 0;
  double delta = 0;  // 0 of a method that has no such option
};

// REQUIRES: checked values of a private method.
Guarantee guarantee_of(const Values& values);

// What a fit is asked for beside its method.
struct Wishes {
  bool rules = false, combinations = false;  // to be kept
  bool checkpoints = false;
  bool report = false;   // of the model, by rows
  bool parties = false;  // several, whose tables it joins
};
// What a private fit would have to read the rows for without paying, or would tell one party of another's rows. The
// same at each door that a request comes through. Throws Error(usage). REQUIRES: checked values of a private method.
void refuse_what_reads(const Wishes& wishes, const Values& values);

// Throws Error(usage) where a fit of the method is to find domains and has no delta to find them with.
void check_finds_domains(const Method& method, bool finds_domains);

}  // namespace ctgan::options
