// After a training: the shares of modes and categories, and the spread of scalars, put right. Networks come
// near to the shares of the training table and miss them by points, most where conditions were drawn by the
// logarithm of their frequency. Given its latent numbers and its condition a row's blocks are drawn
// independently of each other, each from the softmax of its logits; so a constant added to a logit moves the
// share of its category and nothing else of the layout. calibrate() finds the constants with which every
// block comes out, over rows as sampling draws them, as often as in the training table, and writes them into
// the biases of the output layer: the model file has no part more.
//
// A generator's scalars are stretched and moved likewise, until their mean and deviation are those of the
// training rows; a decoder's were fitted to them by its losses.
//
// A row that was given a category of a block's own column does not move: the constants are taken back in the
// weights of that condition, and the category that is given is the one that comes.
//
// Where pairs of values are structural zeros, drawing one of them again moves the shares once more; that is
// made up for in the biases too.
//
// Same model, table and seed: same numbers, for any number of threads.
#pragma once

#include "common/threads/thread_pool.h"
#include "server/synth/encoders/encoded_table.h"
#include "server/synth/neural/row_network.h"
#include "server/synth/neural/structural_zeros.h"

namespace ctgan::synth::neural {

// Added to the logit of the category that a row is given. Beside any logit of a trained network: it is the
// one that comes.
inline constexpr float k_certain_logit = 50;

// `zeros` as sampling has them. REQUIRES: `encoded` has the network's layout and a row.
void calibrate(const RowNetwork& network, const StructuralZeros& zeros, const encoders::EncodedTable& encoded,
               std::uint64_t seed, threads::ThreadPool& pool);

}  // namespace ctgan::synth::neural
