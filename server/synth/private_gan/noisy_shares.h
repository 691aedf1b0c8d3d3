// What a private GAN knows of its columns before it trains: how often each code is, with noise, which the one-way marginals
// have paid for. By that rows are given conditions, codes that nothing tells from noise are one, and a generator's shares
// are put right after its training.
#pragma once

#include <vector>

#include "server/synth/codecs/column_codec.h"
#include "server/synth/encoders/encoded_table.h"
#include "server/synth/encoders/output_layout.h"
#include "server/synth/marginal_methods/measured_model.h"
#include "server/synth/marginals/factor.h"

namespace ctgan::synth::private_gan {

struct NoisyShares {
  std::vector<marginals::Factor>
      one_way;  // one an attribute, of merged codes: `total` rows each, no cell below 0
  double total = 1;

  // A block of categories an attribute.
  encoders::OutputLayout layout() const;
  // What conditions are drawn by.
  std::vector<codecs::CategoryRows> category_rows() const;
};

// REQUIRES: a measurement for each attribute, in order.
NoisyShares noisy_shares(const std::vector<marginals::Measurement>& one_way);

// Rows whose attributes have their shares and know nothing of each other. A function of the seed.
encoders::EncodedTable independent_rows(const NoisyShares& shares, std::size_t rows, std::uint64_t seed);

}  // namespace ctgan::synth::private_gan
