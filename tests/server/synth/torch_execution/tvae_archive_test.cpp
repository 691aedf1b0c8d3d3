// A TVAE's model file is of use without this program: its tensors load into torch's own modules, put together
// as the published Decoder, by name, and give what our own sampling reads rows from.
#include "server/synth/tvae/tvae_archive.h"

#include "server/synth/native_execution/row_generator.h"
#include "server/synth/torch_execution/torch.h"
#include "server/synth/tvae/tvae_settings.h"
#include "tests/server/synth/model/trainer_suite.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;

archive::Archive trained_archive() {
  const tests::Synthesizer synthesizer("tvae", {{"epochs", 20},
                                                {"batch_size", 40},
                                                {"embedding_dim", 8},
                                                {"compress_dims", {16}},
                                                {"decompress_dims", {40, 12}},
                                                {"device", "cpu"}});
  const tests::TemporaryFolder folder;
  files::write_file(folder / "model.gz", tests::archive_bytes(*synthesizer.fit(tests::mixed_csv())),
                    files::AtomicFile::IfExists::refuse);
  return archive::read(folder / "model.gz");
}

torch::nn::Sequential published_decoder(const networks::TvaeShape& shape) {
  torch::nn::Sequential seq;
  auto inputs = static_cast<std::int64_t>(shape.embedding_dim);
  for (const std::size_t width : shape.decompress_dims) {
    seq->push_back(torch::nn::Linear(inputs, static_cast<std::int64_t>(width)));
    seq->push_back(torch::nn::ReLU());
    inputs = static_cast<std::int64_t>(width);
  }
  seq->push_back(torch::nn::Linear(inputs, static_cast<std::int64_t>(shape.layout.width)));
  return seq;
}

}  // namespace

TEST_CASE("the tensors of a TVAE's model file give torch's modules the logits that rows are drawn from") {
  const archive::Archive archive = trained_archive();
  const neural::NetworkParts parts = synth::neural::read_network(tvae::tvae_format(), archive);
  const networks::TvaeShape shape = tvae::tvae_shape(parts.options, parts.encoder.layout());
  const torch::NoGradGuard no_grad;
  torch::nn::Sequential modules = published_decoder(shape);
  for (const auto& item : modules->named_parameters())
    item.value().copy_(torch::tensor(archive::floats(archive.tensor("decoder.seq." + item.key())))
                           .view(item.value().sizes()));
  const std::size_t rows = native_execution::RowGenerator::k_rows;
  std::vector<float> latent(rows * shape.embedding_dim);
  random::Stream(1, random::StreamId::latent).fill_normal(latent);
  const torch::Tensor expected =
      modules->forward(torch::tensor(latent).view({static_cast<std::int64_t>(rows), -1}));
  CHECK(expected.std().item<double>() > 0.01);
  const native_execution::RowGenerator generator(shape, parts.parameters);
  auto work = generator.workspace();
  const auto& logits = generator.forward({rows, latent, {}}, work);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t f = 0; f < shape.layout.width; ++f)
      REQUIRE(logits.at(row, f) ==
              Approx(expected[static_cast<std::int64_t>(row)][static_cast<std::int64_t>(f)].item<float>())
                  .epsilon(1e-4)
                  .margin(1e-5));
}
