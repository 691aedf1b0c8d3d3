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
// Of private methods, whose check is check_guarantee: an epsilon that hardly protects must be meant.
inline constexpr OptionSpec k_epsilon_option{
    .name = "epsilon",
    .type = Type::real,
    .default_text = "",
    .low = 1e-4,
    .high = 1e9,
    .help =
        "the most by which a row's presence may change the odds of any result, as a factor of e^epsilon: "
        "1 protects well, 10 somewhat",
    .presence = Presence::required};
inline constexpr OptionSpec k_delta_option{
    .name = "delta",
    .type = Type::real,
    .default_text = "1e-9",
    .low = 1e-15,
    .high = 0.01,
    .help =
        "the probability with which epsilon may fail: far less than one in "
        "the number of rows"};
inline constexpr OptionSpec k_really_option{.name = "really",
                                            .type = Type::boolean,
                                            .default_text = "false",
                                            .help = "that an epsilon above 20 is meant"};
inline constexpr OptionSpec k_report_share_option{
    .name = "report_share",
    .type = Type::real,
    .default_text = "0",
    .low = 0,
    .high = 0.5,
    .help =
        "share of the budget for a report: noisy counts of each column and of pairs, which the model's are "
        "held against and which may be handed on"};
// Of those that choose among marginals.
inline constexpr OptionSpec k_degree_option{
    .name = "degree",
    .type = Type::integer,
    .default_text = "2",
    .low = 1,
    .high = 4,
    .help =
        "columns of the marginals that are to be right: all pairs with 2, all triples with 3, which "
        "takes longer"};
inline constexpr OptionSpec k_max_cells_option{.name = "max_cells",
                                               .type = Type::integer,
                                               .default_text = "250000",
                                               .low = 2,
                                               .high = 1e7,
                                               .help = "cells of a marginal that may be measured"};
inline constexpr OptionSpec k_max_model_size_option{
    .name = "max_model_size",
    .type = Type::real,
    .default_text = "10",
    .low = 0.01,
    .high = 4096,
    .help = "MiB that the model may take: more is nearer to the table and takes longer"};
void check_guarantee(const Values& values);
// Of the layers of networks.
inline constexpr double k_widest = 65536;

// CTGAN (Xu et al. 2019), with the defaults of the published code, release 0.12.
const Method& ctgan();
// TVAE (the same paper, section 4.5, and the same release).
const Method& tvae();
// Sequential classification and regression trees.
const Method& trees();
// MST (McKenna, Miklau and Sheldon 2021), differentially private.
const Method& mst();
// AIM (McKenna, Mullins, Sheldon and Miklau 2022), differentially private.
const Method& aim();
// A one-shot choice of marginals (dpsynth's SWIFT), differentially private.
const Method& swift();
// MWEM (Hardt, Ligett and McSherry 2012), differentially private with a delta of 0.
const Method& mwem();
// PrivSyn (Zhang et al. 2021), differentially private.
const Method& privsyn();
// What a trial finds best of the others.
const Method& automatic();

}  // namespace ctgan::options
