// A model file is of use without this program: its tensors load into torch's own modules by name.
#include "server/synth/ctgan/ctgan_archive.h"
#include "server/synth/ctgan/ctgan_settings.h"
#include "server/synth/torch_execution/torch_execution.h"
#include "tests/server/synth/model/trainer_suite.h"
#include "tests/server/synth/torch_execution/published_generator.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;

archive::Archive trained_archive(const std::string& csv) {
  const tests::Synthesizer synthesizer("ctgan", {{"epochs", 20},
                                                 {"batch_size", 40},
                                                 {"embedding_dim", 8},
                                                 {"generator_dim", {16, 12}},
                                                 {"discriminator_dim", {16}},
                                                 {"device", "cpu"}});
  const tests::TemporaryFolder folder;
  files::write_file(folder / "model.gz", tests::archive_bytes(*synthesizer.fit(csv)),
                    files::AtomicFile::IfExists::refuse);
  return archive::read(folder / "model.gz");
}

networks::GeneratorInput drawn_input(const networks::CtganShape& shape, std::size_t rows) {
  networks::GeneratorInput input{rows, std::vector<float>(rows * shape.embedding_dim), {}};
  random::Stream(1, random::StreamId::latent).fill_normal(input.latent);
  random::Stream random(1, random::StreamId::condition);
  for (std::size_t i = 0; i < rows && shape.layout.condition_width > 0; ++i)
    input.condition.push_back(random.next_below(static_cast<std::uint32_t>(shape.layout.condition_width)));
  return input;
}

torch::Tensor module_input(const networks::CtganShape& shape, const networks::GeneratorInput& input) {
  const auto rows = static_cast<std::int64_t>(input.rows);
  const torch::Tensor latent = torch::tensor(input.latent).view({rows, -1});
  if (input.condition.empty()) return latent;
  const std::vector<std::int64_t> positions(input.condition.begin(), input.condition.end());
  const torch::Tensor one_hot = torch::nn::functional::one_hot(
      torch::tensor(positions), static_cast<std::int64_t>(shape.layout.condition_width));
  return torch::cat({latent, one_hot.to(torch::kFloat32)}, 1);
}

void check_same_logits(const std::string& csv) {
  const archive::Archive archive = trained_archive(csv);
  const neural::NetworkParts parts = synth::neural::read_network(synth::ctgan::ctgan_format(), archive);
  const networks::CtganShape shape = synth::ctgan::ctgan_shape(parts.options, parts.encoder.layout());
  torch_execution::PublishedGenerator modules(shape);
  modules.load([&](const std::string& name) { return archive::floats(archive.tensor("generator." + name)); });
  modules.eval();
  const auto input = drawn_input(shape, 100);
  std::vector<float> logits(input.rows * shape.layout.width);
  threads::ThreadPool pool(1);
  torch_execution::TorchExecution()
      .open_sampling({.shape = &shape, .generator = &parts.parameters, .pool = &pool})
      ->generate(input, logits);
  const torch::NoGradGuard no_grad;
  const torch::Tensor expected = modules.forward(module_input(shape, input));
  CHECK(torch::allclose(torch::tensor(logits).view(expected.sizes()), expected, 1e-4, 1e-5));
  CHECK(expected.std().item<double>() > 0.01);
}

}  // namespace

TEST_CASE("the tensors of a model file give torch's modules the same logits") {
  check_same_logits(tests::mixed_csv());
}

TEST_CASE("those of a model without conditions too") {
  std::string csv = "a,b\n";
  for (int i = 0; i < 100; ++i) csv += std::to_string(i) + "," + std::to_string(i * i % 31) + "\n";
  check_same_logits(csv);
}
