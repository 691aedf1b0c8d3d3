// Passwords that nobody had to think of.
#pragma once

#include "common/secrets/secret.h"

namespace ctgan::secrets {

// 20 letters and digits that are not mistaken for one another: 116 bits, in groups of five with '-' between.
Secret random_password();

}  // namespace ctgan::secrets
