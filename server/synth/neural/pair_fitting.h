// After a training: the output layer trained on, until pairs of columns come together as they do in the
// training table. An adversary or a likelihood weighs a row as a whole and leaves many weak dependences half
// learnt; what two columns do together is known exactly, so the output layer is fitted to it directly.
//
// With x the probabilities of a row's modes and categories given its latent vector, for each mode that has a
// width also its product with the scalar, and a last number that is always 1, the second moments E[x x^T] of
// rows as sampling draws them are moved to those of the training rows, by Adam on
//
//     sum over columns i != j of  w_ij (m1_ij - M_ij) (m2_ij - M_ij),   w_ij = 1 / (sqrt(M_ii M_jj) + 0.001),
//
// where M are the table's moments and m1, m2 those of two independent halves of a batch: their product has
// the gradient of the squared difference without the bias that chance in one batch adds (generative moment
// matching: Li, Swersky and Zemel 2015, with the moments themselves in the place of a kernel).
//
// Likewise the means of x in rows that were given a category are moved to those of the training rows that
// have it: a row is no other for having been asked for.
//
// The hidden layers stay as they are, and so do the weights of the condition. Of a layout with more than 512
// such numbers those of the most frequent modes and categories are fitted, in fewer steps.
//
// Same model, table and seed: same numbers, for any number of threads.
#pragma once

#include <cstdint>

#include "server/synth/encoders/encoded_table.h"
#include "server/synth/model/monitor.h"
#include "server/synth/neural/row_network.h"

namespace ctgan::synth::neural {

// Takes no more steps than the training did, `trained_steps`, or 40, and reports them.
// REQUIRES: `encoded` has the network's layout and a row. Throws as kernels::chosen_instructions.
void fit_pairs(const RowNetwork& network, const encoders::EncodedTable& encoded, std::size_t trained_steps,
               std::uint64_t seed, const model::FitContext& context);

}  // namespace ctgan::synth::neural
