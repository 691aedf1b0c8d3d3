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
// Of those that count by zero-concentrated differential privacy: check() puts epsilon in its place.
inline constexpr OptionSpec k_rho_option{
    .name = "rho",
    .type = Type::real,
    .default_text = "",
    .low = 1e-9,
    .high = 1e6,
    .help =
        "what is spent, in place of epsilon, as rho of zero-concentrated differential privacy: with delta it "
        "says which epsilon is meant, 0.015 and 1e-9 an epsilon of 1",
    .presence = Presence::optional};
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
    .default_text = "40",
    .low = 0.01,
    .high = 4096,
    .help = "MiB that the model may take: more is nearer to the table and takes longer"};
void check_guarantee(const Values& values);
// Of the layers of networks.
inline constexpr double k_widest = 65536;
// Of GANs.
inline constexpr OptionSpec k_embedding_dim_option{.name = "embedding_dim",
                                                   .type = Type::integer,
                                                   .default_text = "128",
                                                   .low = 1,
                                                   .high = k_widest,
                                                   .help = "random numbers that a row is made from"};
inline constexpr OptionSpec k_generator_dim_option{.name = "generator_dim",
                                                   .type = Type::integer_list,
                                                   .default_text = "256,256",
                                                   .low = 1,
                                                   .high = k_widest,
                                                   .help = "width of each residual layer of the generator"};
inline constexpr OptionSpec k_discriminator_dim_option{.name = "discriminator_dim",
                                                       .type = Type::integer_list,
                                                       .default_text = "256,256",
                                                       .low = 1,
                                                       .high = k_widest,
                                                       .help = "width of each layer of the discriminator"};
inline constexpr OptionSpec k_generator_lr_option{.name = "generator_lr",
                                                  .type = Type::real,
                                                  .default_text = "0.0002",
                                                  .low = 0,
                                                  .high = 1,
                                                  .help = "learning rate of the generator"};
inline constexpr OptionSpec k_generator_decay_option{.name = "generator_decay",
                                                     .type = Type::real,
                                                     .default_text = "0.000001",
                                                     .low = 0,
                                                     .high = 1,
                                                     .help = "weight decay of the generator"};
inline constexpr OptionSpec k_discriminator_lr_option{.name = "discriminator_lr",
                                                      .type = Type::real,
                                                      .default_text = "0.0002",
                                                      .low = 0,
                                                      .high = 1,
                                                      .help = "learning rate of the discriminator"};
inline constexpr OptionSpec k_discriminator_decay_option{.name = "discriminator_decay",
                                                         .type = Type::real,
                                                         .default_text = "0.000001",
                                                         .low = 0,
                                                         .high = 1,
                                                         .help = "weight decay of the discriminator"};
// Of private ones: what a large network would learn drowns in noise, and fewer steps have to go further.
constexpr OptionSpec with_default(OptionSpec option, std::string_view text) {
  option.default_text = text;
  return option;
}
inline constexpr OptionSpec k_private_discriminator_dim_option =
    with_default(k_discriminator_dim_option, "64,64");
inline constexpr OptionSpec k_private_generator_lr_option = with_default(k_generator_lr_option, "0.002");
inline constexpr OptionSpec k_private_discriminator_lr_option =
    with_default(k_discriminator_lr_option, "0.002");
inline constexpr OptionSpec k_generated_rows_option{.name = "generated_rows",
                                                    .type = Type::integer,
                                                    .default_text = "500",
                                                    .low = 2,
                                                    .high = 1'000'000,
                                                    .help = "generated rows of a step"};

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
// DPCTGAN (Xie et al. 2018, Rosenblatt et al. 2020), differentially private.
const Method& dpctgan();
// PATECTGAN (Jordon et al. 2019, Rosenblatt et al. 2020), differentially private.
const Method& patectgan();
// What a trial finds best of the others.
const Method& automatic();

}  // namespace ctgan::options
