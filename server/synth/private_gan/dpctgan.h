// DPCTGAN: a GAN whose discriminator sees the rows through noisy sums of clipped gradients (Xie et al., "Differentially
// private generative adversarial network", 2018; Rosenblatt et al., "Differentially private synthetic data: applied
// evaluations and enhancements", 2020), with what audits of such code ask for: batches are Poisson samples, every row's
// gradient is clipped by itself, and only steps on rows are counted; those on generated rows cost nothing.
//
// The discriminator takes several steps for each of the generator, as noise needs (Bie, Kamath and Zhang, "Private GANs,
// revisited", TMLR 2023). It sees rows without conditions: those of real rows would be their own cells.
#pragma once

#include "server/synth/private_gan/gan_trainer.h"

namespace ctgan::synth::private_gan {

// Spends all that the accountant of the rows has, which counts by Renyi divergences.
networks::ParameterArena train_dpctgan(marginal_methods::ConfidentialRows& rows, const TrainingStart& start);

}  // namespace ctgan::synth::private_gan
