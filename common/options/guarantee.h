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

// Throws Error(usage) where a fit of the method is to find domains and has no delta to find them with.
void check_finds_domains(const Method& method, bool finds_domains);

}  // namespace ctgan::options
