#include "server/synth/torch_execution/tvae_losses.h"

#include "server/synth/torch_execution/batch_tensors.h"

namespace ctgan::synth::torch_execution {

TvaeLosses::TvaeLosses(const networks::TvaeShape& shape, const networks::TvaeTraining& training,
                       const encoders::EncodedTable& encoded, const NetworkTensors& tensors)
    : shape_(shape), training_(training), encoded_(encoded), tensors_(tensors) {}

torch::Tensor TvaeLosses::linear(const std::string& name, const torch::Tensor& input) const {
  return torch::linear(input, tensors_[name + ".weight"], tensors_[name + ".bias"]);
}

torch::Tensor TvaeLosses::hidden(const std::string& network, std::size_t layers, torch::Tensor input) const {
  for (std::size_t i = 0; i < layers; ++i)
    input = torch::relu(linear(networks::tvae_layer_name(network, i), input));
  return input;
}

torch::Tensor TvaeLosses::decode(const torch::Tensor& latent) const {
  const std::size_t layers = shape_.decompress_dims.size();
  return linear(networks::tvae_layer_name("decoder", layers), hidden("decoder", layers, latent));
}

// Minus the logarithm of the rows' likelihood, without the normal densities' constant.
torch::Tensor TvaeLosses::reconstruction(const torch::Tensor& logits, const torch::Tensor& real) const {
  const torch::Tensor deviations = tensors_[networks::k_tvae_deviations];
  torch::Tensor sum = torch::zeros({}, tensors_.options());
  for (const encoders::Block& block : shape_.layout.blocks) {
    const auto offset = static_cast<std::int64_t>(block.offset);
    const auto width = static_cast<std::int64_t>(block.width);
    const torch::Tensor of_logits = logits.narrow(1, offset, width), of_real = real.narrow(1, offset, width);
    if (block.kind == encoders::Block::Kind::scalar) {
      const torch::Tensor deviation = deviations[offset];
      const torch::Tensor distance = of_real - torch::tanh(of_logits);
      sum = sum + (distance.square() / 2 / deviation.square()).sum() +
            torch::log(deviation) * static_cast<double>(real.size(0));
    } else {
      sum = sum - (torch::log_softmax(of_logits, 1) * of_real).sum();
    }
  }
  return sum;
}

TvaeLosses::Parts TvaeLosses::loss(const networks::TvaeBatch& batch) const {
  const torch::Tensor real = dense_rows(encoded_, batch.rows).to(tensors_.options());
  const torch::Tensor noise = matrix(batch.noise, batch.rows.size()).to(tensors_.options());
  const torch::Tensor feature = hidden("encoder", shape_.compress_dims.size(), real);
  const torch::Tensor mean = linear("encoder.fc1", feature);
  const torch::Tensor log_variance = linear("encoder.fc2", feature);
  const torch::Tensor logits = decode(mean + torch::exp(0.5 * log_variance) * noise);
  const torch::Tensor divergence =
      -0.5 * torch::sum(1 + log_variance - mean.square() - torch::exp(log_variance));
  const auto rows = static_cast<double>(batch.rows.size());
  return {training_.loss_factor * reconstruction(logits, real) / rows, divergence / rows};
}

}  // namespace ctgan::synth::torch_execution
