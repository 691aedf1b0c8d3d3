// TVAE's two networks and the loss of a step as an autograd graph (Xu et al. 2019, section 4.5; Kingma and
// Welling 2014).
#pragma once

#include <string>
#include <vector>

#include "server/synth/networks/tvae_execution.h"
#include "server/synth/torch_execution/network_tensors.h"
#include "server/synth/torch_execution/torch.h"

namespace ctgan::synth::torch_execution {

class TvaeLosses {
 public:
  // Both for a mean row; their sum is what is minimised.
  struct Parts {
    torch::Tensor reconstruction, divergence;
  };

  // Everything outlives this.
  TvaeLosses(const networks::TvaeShape& shape, const networks::TvaeTraining& training,
             const encoders::EncodedTable& encoded, const NetworkTensors& tensors);

  // `batch` outlives the graph, which reads its noise.
  Parts loss(const networks::TvaeBatch& batch) const;
  // rows x embedding_dim -> rows x layout.width, before any activation.
  torch::Tensor decode(const torch::Tensor& latent) const;

 private:
  torch::Tensor linear(const std::string& name, const torch::Tensor& input) const;
  torch::Tensor hidden(const std::string& network, std::size_t layers, torch::Tensor input) const;
  torch::Tensor reconstruction(const torch::Tensor& logits, const torch::Tensor& real) const;

  const networks::TvaeShape& shape_;
  const networks::TvaeTraining& training_;
  const encoders::EncodedTable& encoded_;
  const NetworkTensors& tensors_;
};

}  // namespace ctgan::synth::torch_execution
