#include "server/synth/ctgan/ctgan_archive.h"

#include <algorithm>

#include "common/options/methods.h"
#include "server/synth/ctgan/ctgan_settings.h"
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
      options::find_method("ctgan"),
      {{"seed", 1}, {"embedding_dim", 4}, {"generator_dim", {6}}, {"discriminator_dim", {6}}});
}

Archive small_archive() {
  const networks::CtganShape shape = synth::ctgan::ctgan_shape(small_options(), small_transform().layout());
  networks::ParameterArena generator(networks::generator_parameters(shape));
  random::Stream random(1, random::StreamId::weights);
  generator.initialise(random);
  return synth::neural::write_network(synth::ctgan::ctgan_format(),
                                      {small_options(), small_transform(), std::move(generator)});
}

archive::Tensor& tensor(Archive& archive, std::string_view name) {
  return *std::find_if(archive.tensors.begin(), archive.tensors.end(),
                       [&](const auto& t) { return t.name == name; });
}

archive::Tensor doubles(std::string name, std::vector<std::size_t> shape, const std::vector<double>& values) {
  return archive::tensor_from_doubles(std::move(name), std::move(shape), values.data());
}

// The sentence with which `change` is refused.
template <typename Change>
std::string refusal(const Change& change) {
  Archive changed = small_archive();
  change(changed);
  const errors::Error error =
      raised([&] { synth::neural::read_network(synth::ctgan::ctgan_format(), changed); });
  CHECK(error.kind() == errors::Kind::bad_data);
  return error.sentence();
}

}  // namespace

TEST_CASE("the parts of a model come back from its archive as they went in") {
  const neural::NetworkParts parts =
      synth::neural::read_network(synth::ctgan::ctgan_format(), small_archive());
  CHECK(parts.options.to_json() == small_options().to_json());
  REQUIRE(parts.encoder.codec().columns().size() == 2);
  CHECK(parts.encoder.metadata().columns[0].name == "age");
  CHECK(parts.encoder.metadata().columns[0].decimals == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const codecs::ColumnRecord record = parts.encoder.records()[i];
    const codecs::ColumnRecord expected = small_transform().records()[i];
    CHECK(record.numbers == expected.numbers);
    CHECK(record.integers == expected.integers);
    CHECK(record.texts == expected.texts);
  }
  const Archive again = synth::neural::write_network(synth::ctgan::ctgan_format(), parts);
  const Archive first = small_archive();
  REQUIRE(again.tensors.size() == first.tensors.size());
  for (std::size_t i = 0; i < first.tensors.size(); ++i)
    CHECK(again.tensors[i].bytes == first.tensors[i].bytes);
}

TEST_CASE("an archive holds the generator and the columns, and nothing of the discriminator") {
  std::vector<std::string> names;
  for (const auto& t : small_archive().tensors) names.push_back(t.name);
  CHECK(names == std::vector<std::string>{"generator.block0.linear.weight", "generator.block0.linear.bias",
                                          "generator.block0.norm.weight", "generator.block0.norm.bias",
                                          "generator.block0.norm.running_mean",
                                          "generator.block0.norm.running_var", "generator.output.weight",
                                          "generator.output.bias", "column0.modes", "column0.range",
                                          "column0.spaces", "column1.counts", "column1.categories"});
}

TEST_CASE("options that ask for another network than the file holds are refused before memory is taken") {
  const std::string sentence = refusal([](Archive& archive) {
    auto options = nlohmann::json::parse(archive.metadata["options"]);
    options["generator_dim"] = std::vector<int>(16, 65536);
    archive.metadata["options"] = options.dump();
  });
  CHECK(sentence ==
        "the model file is damaged: 'generator.block0.linear.weight' has the shape 6x6, but the options "
        "and columns need 65536x6");
}

TEST_CASE("entries that are not what they should be are refused") {
  CHECK(refusal([](Archive& a) { a.metadata["options"] = "no JSON"; }) ==
        "the model file is damaged: the entry 'options' is not JSON");
  CHECK(refusal([](Archive& a) { a.metadata["options"] = R"({"epochs":-1})"; }) ==
        "the model file is damaged: epochs must be a whole number of at least 1, but is '-1'");
  CHECK(refusal([](Archive& a) { a.metadata["columns"] = R"({"columns":[]})"; }) ==
        "the model file is damaged: there is no column");
  refusal([](Archive& a) { a.metadata["columns"] = "[1, 2]"; });
  refusal([](Archive& a) { a.metadata["columns"] = std::string(100'000, '['); });
}

TEST_CASE("columns that no fit makes are refused in the words of their encoder") {
  CHECK(refusal([](Archive& a) {
          tensor(a, "column0.modes") = doubles("column0.modes", {4}, {1, 2, 3, 4});
        }) == "the model file is damaged: column 'age' has 'modes' or a 'range' of another shape");
  CHECK(refusal([](Archive& a) {
          tensor(a, "column0.range") = doubles("column0.range", {2}, {5, 4});
        }).find("the model file is damaged: the modes of a continuous column") == 0);
  CHECK(refusal([](Archive& a) {
          tensor(a, "column1.categories") = archive::tensor_from_strings("column1.categories", {"a", "a"});
        }) == "the model file is damaged: discrete column 'city' lists the category 'a' twice");
  CHECK(refusal([](Archive& a) {
          auto& bytes = tensor(a, "column1.counts").bytes;
          std::fill(bytes.begin(), bytes.end(), std::uint8_t{255});
        }) == "the model file is damaged: column 'city' must have one count for each of its categories");
  CHECK(refusal([](Archive& a) { tensor(a, "column1.counts").name = "column1.other"; }) ==
        "the model file is damaged: column 'city' has no 'counts'");
  for (const char* name : {"column2.counts", "column.counts", "column1", "column99999999999999999999.counts"})
    CHECK(refusal([&](Archive& a) {
            tensor(a, "column1.counts").name = name;
          }).find("belongs to no column") != std::string::npos);
}

TEST_CASE("a model of the time before there was a choice draws its conditions as in training") {
  Archive old = small_archive();
  auto options = nlohmann::json::parse(old.metadata["options"]);
  options.erase("sample_frequency");
  old.metadata["options"] = options.dump();
  const options::Values read = synth::neural::read_network(synth::ctgan::ctgan_format(), old).options;
  CHECK(read.text("sample_frequency") == "training");
  CHECK(synth::ctgan::sampling_frequency(read) == neural::Frequency::log);
  CHECK(synth::ctgan::sampling_frequency(small_options()) == neural::Frequency::original);
}
