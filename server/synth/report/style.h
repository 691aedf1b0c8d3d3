// The page's style sheet: light and dark theme, phone, desk and paper. Colours of text keep a contrast of at
// least 4.5 to 1 to their ground, those of lines and signs 3 to 1, in both themes.
#pragma once

#include <string_view>

namespace ctgan::synth::report {

extern const std::string_view k_style;

}  // namespace ctgan::synth::report
