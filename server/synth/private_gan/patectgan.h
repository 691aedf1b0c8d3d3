// PATECTGAN: a GAN whose discriminator, the student, sees no confidential row; it learns from generated rows of which
// teachers say, with noise, how many find them real (Jordon, Yoon and van der Schaar, "PATE-GAN", ICLR 2019; Rosenblatt et
// al. 2020). Each teacher knows the rows of its own part of the units; each question costs, so that there are some hundreds
// of them, and the student goes over what was answered again and again.
//
// Half of the rows that are asked about come from the generator, half have the columns' noisy shares and nothing else:
// among these some look real from the beginning.
#pragma once

#include "server/synth/private_gan/gan_trainer.h"

namespace ctgan::synth::private_gan {

// Spends all that the accountant of the rows has.
networks::ParameterArena train_patectgan(marginal_methods::ConfidentialRows& rows,
                                         const TrainingStart& start);

}  // namespace ctgan::synth::private_gan
