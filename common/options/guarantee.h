// What a private fit promises, of its options.
#pragma once

#include "common/options/option_spec.h"

namespace ctgan::options {

struct Guarantee {
  double epsilon = 0;
  double delta = 0;  // 0 of a method that has no such option
};

// REQUIRES: checked values of a private method.
Guarantee guarantee_of(const Values& values);

}  // namespace ctgan::options
