#include "server/synth/tvae/tvae_archive.h"

#include <algorithm>

#include "common/options/methods.h"
#include "server/synth/tvae/tvae_settings.h"
#include "tests/raises.h"
#include "tests/server/synth/neural/small_transform.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using archive::Archive;
using tests::raised;
using tests::small_transform;

options::Values small_options() {
  return options::check(
      options::find_method("tvae"),
      {{"seed", 1}, {"embedding_dim", 4}, {"compress_dims", {5}}, {"decompress_dims", {6}}});
}

Archive small_archive() {
  networks::ParameterArena decoder(
      networks::decoder_parameters(tvae::tvae_shape(small_options(), small_transform().layout())));
  random::Stream random(1, random::StreamId::weights);
  decoder.initialise(random);
  return synth::neural::write_network(tvae::tvae_format(),
                                      {small_options(), small_transform(), std::move(decoder)});
}

archive::Tensor& tensor(Archive& archive, std::string_view name) {
  return *std::find_if(archive.tensors.begin(), archive.tensors.end(),
                       [&](const auto& t) { return t.name == name; });
}

template <typename Change>
std::string refusal(const Change& change) {
  Archive changed = small_archive();
  change(changed);
  const errors::Error error = raised([&] { synth::neural::read_network(tvae::tvae_format(), changed); });
  CHECK(error.kind() == errors::Kind::bad_data);
  return error.sentence();
}

}  // namespace

TEST_CASE("the parts of a TVAE come back from its archive as they went in") {
  const neural::NetworkParts parts = synth::neural::read_network(tvae::tvae_format(), small_archive());
  CHECK(parts.options.to_json() == small_options().to_json());
  CHECK(parts.encoder.records().at(1).texts == small_transform().records().at(1).texts);
  const Archive again = synth::neural::write_network(tvae::tvae_format(), parts);
  const Archive first = small_archive();
  CHECK(again.metadata == first.metadata);
  REQUIRE(again.tensors.size() == first.tensors.size());
  for (std::size_t i = 0; i < first.tensors.size(); ++i)
    CHECK(again.tensors[i].bytes == first.tensors[i].bytes);
}

TEST_CASE("a TVAE's archive holds the decoder and the columns, and nothing of the encoder") {
  std::vector<std::string> names;
  for (const auto& t : small_archive().tensors) names.push_back(t.name);
  CHECK(names == std::vector<std::string>{"decoder.seq.0.weight", "decoder.seq.0.bias",
                                          "decoder.seq.2.weight", "decoder.seq.2.bias", "decoder.sigma",
                                          "column0.modes", "column0.range", "column0.spaces",
                                          "column1.counts", "column1.categories"});
}

TEST_CASE("options that ask for another decoder than the file holds are refused before memory is taken") {
  const std::string sentence = refusal([](Archive& archive) {
    auto options = nlohmann::json::parse(archive.metadata["options"]);
    options["decompress_dims"] = std::vector<int>(16, 65536);
    archive.metadata["options"] = options.dump();
  });
  CHECK(sentence ==
        "the model file is damaged: 'decoder.seq.0.weight' has the shape 6x4, but the options and columns "
        "need 65536x4");
}

TEST_CASE("deviations that no training leaves are refused") {
  for (const float wrong : {0.0F, -0.5F})
    CHECK(refusal([&](Archive& archive) {
            auto& bytes = tensor(archive, "decoder.sigma").bytes;
            std::vector<float> values(bytes.size() / sizeof(float), 0.1F);
            values.back() = wrong;
            std::copy_n(reinterpret_cast<const std::uint8_t*>(values.data()), bytes.size(), bytes.begin());
          }) == "the model file is damaged: 'decoder.sigma' has a standard deviation that is not positive");
}

TEST_CASE("a file with options of another method is refused") {
  CHECK(refusal([](Archive& a) { a.metadata["options"] = R"({"pac":10})"; }).find("'pac'") !=
        std::string::npos);
}
