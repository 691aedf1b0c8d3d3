// What methods() lists, each in a source of its own, and the options that several of them have.
#pragma once

#include "common/options/methods.h"

namespace ctgan::options {

inline constexpr OptionSpec k_seed_option{.name = "seed",
                                          .type = Type::integer,
                                          .default_text = "",
                                          .low = 0,
                                          .high = 9223372036854775807.0,
                                          .help = "same seed, same data, same options: same model",
                                          .presence = Presence::drawn};
inline constexpr OptionSpec k_device_option{.name = "device",
                                            .type = Type::text,
                                            .default_text = "auto",
                                            .help = "where to train",
                                            .choices = "auto|cpu|cuda"};
inline constexpr OptionSpec k_execution_option{
    .name = "execution",
    .type = Type::text,
    .default_text = "auto",
    .help = "what does the arithmetic: our own passes, or libtorch (auto: for cuda)",
    .choices = "auto|native|libtorch"};
// Of the layers of networks.
inline constexpr double k_widest = 65536;

// CTGAN (Xu et al. 2019), with the defaults of the published code, release 0.12.
const Method& ctgan();
// TVAE (the same paper, section 4.5, and the same release).
const Method& tvae();
// Sequential classification and regression trees.
const Method& trees();
// What a trial finds best of the others.
const Method& automatic();

}  // namespace ctgan::options
