// What methods() lists, each in a source of its own.
#pragma once

#include "common/options/methods.h"

namespace ctgan::options {

// CTGAN (Xu et al. 2019), with the defaults of the published code, release 0.12.
const Method& ctgan();
// TVAE (the same paper, section 4.5, and the same release).
const Method& tvae();

}  // namespace ctgan::options
