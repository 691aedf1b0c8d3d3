#include "server/synth/models/ctgan_archive.h"

#include <algorithm>

#include "server/synth/models/ctgan_settings.h"
#include "tests/raises.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using archive::Archive;
using tests::raised;

options::Values small_options() {
  return options::check(
      options::ctgan_options(),
      {{"seed", 1}, {"embedding_dim", 4}, {"generator_dim", {6}}, {"discriminator_dim", {6}}});
}

transforms::TableTransform small_transform() {
  std::vector<transforms::TableTransform::ColumnState> columns(2);
  columns[0].metadata = {"age", table::ColumnKind::continuous, table::Dtype::float64, 2};
  columns[0].normalizer = transforms::ModeNormalizer({{20, 2, 0.25}, {50, 5, 0.75}}, 12.5, 80.25);
  columns[1].metadata = {"city", table::ColumnKind::discrete, table::Dtype::text, -1};
  columns[1].categories = {" Oslo", "Rome, Italy"};
  columns[1].counts = {30, 12};
  return transforms::TableTransform(std::move(columns));
}

Archive small_archive() {
  const networks::CtganShape shape = models::ctgan_shape(small_options(), small_transform().layout());
  networks::ParameterArena generator(networks::generator_parameters(shape));
  random::Stream random(1, random::StreamId::weights);
  generator.initialise(random);
  return models::write_ctgan(small_options(), small_transform(), generator);
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
  const errors::Error error = raised([&] { models::read_ctgan(changed); });
  CHECK(error.kind() == errors::Kind::bad_data);
  return error.sentence();
}

}  // namespace

TEST_CASE("the parts of a model come back from its archive as they went in") {
  const models::CtganParts parts = models::read_ctgan(small_archive());
  CHECK(parts.options.to_json() == small_options().to_json());
  const auto& columns = parts.transform.columns();
  REQUIRE(columns.size() == 2);
  CHECK(columns[0].metadata.name == "age");
  CHECK(columns[0].metadata.decimals == 2);
  REQUIRE(columns[0].normalizer.modes().size() == 2);
  CHECK(columns[0].normalizer.modes()[1].mean == 50);
  CHECK(columns[0].normalizer.modes()[1].sd == 5);
  CHECK(columns[0].normalizer.modes()[1].weight == 0.75);
  CHECK(columns[0].normalizer.min() == 12.5);
  CHECK(columns[0].normalizer.max() == 80.25);
  CHECK(columns[1].categories == std::vector<std::string>{" Oslo", "Rome, Italy"});
  CHECK(columns[1].counts == std::vector<std::uint64_t>{30, 12});
  const Archive again = models::write_ctgan(parts.options, parts.transform, parts.generator);
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
                                          "column1.categories", "column1.counts"});
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

TEST_CASE("modes that no fit makes are refused") {
  const auto with_modes = [](std::vector<std::size_t> shape, const std::vector<double>& values) {
    return refusal([&](Archive& a) { tensor(a, "column0.modes") = doubles("column0.modes", shape, values); });
  };
  const std::string shape = "the model file is damaged: 'column0.modes' has not the shape of 1 to 10 modes";
  CHECK(with_modes({0, 3}, {}) == shape);
  CHECK(with_modes({3}, {1, 2, 3}) == shape);
  CHECK(with_modes({3, 2}, {1, 2, 3, 4, 5, 6}) == shape);
  CHECK(with_modes({11, 3}, std::vector<double>(33, 1)) == shape);
  CHECK(with_modes({1, 3}, {1, 0, 1}).find("not positive") != std::string::npos);
  CHECK(with_modes({1, 3}, {1, -1, 1}).find("not positive") != std::string::npos);
  CHECK(refusal([](Archive& a) {
          tensor(a, "column0.range") = doubles("column0.range", {2}, {5, 4});
        }) == "the model file is damaged: 'column0.range' is no range");
}

TEST_CASE("categories and counts that do not belong together are refused") {
  const auto with = [](const std::vector<std::string>& categories) {
    return refusal([&](Archive& a) {
      tensor(a, "column1.categories") = archive::tensor_from_strings("column1.categories", categories);
    });
  };
  CHECK(with({"a", "b", "c"}) ==
        "the model file is damaged: 'column1.categories' and its counts differ in length");
  CHECK(with({"a", "a"}) ==
        "the model file is damaged: 'column1.categories' is empty or names a category twice");
  CHECK(with({}) == "the model file is damaged: 'column1.categories' is empty or names a category twice");
  CHECK(refusal([](Archive& a) {
          auto& bytes = tensor(a, "column1.counts").bytes;
          std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
        }) == "the model file is damaged: 'column1.categories' has a category without rows");
  CHECK(refusal([](Archive& a) {
          auto& bytes = tensor(a, "column1.counts").bytes;
          std::fill(bytes.begin(), bytes.end(), std::uint8_t{255});
        }) == "the model file is damaged: 'column1.counts' has a count below zero");
}
