// Model files whose entries are not what a fit writes: each is loaded and sampled, or refused as bad data;
// nothing else comes out, whatever was changed.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "common/errors/error.h"
#include "common/options/methods.h"
#include "common/table/metadata.h"
#include "common/table_formats/csv_reader.h"
#include "common/table_formats/csv_writer.h"
#include "server/synth/catalog/catalog.h"
#include "server/synth/sampling/kept_combinations.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/server/synth/model/fit_context.h"

namespace {

using namespace ctgan;
using nlohmann::json;
using synth::archive::Archive;
using synth::archive::Tensor;
using synth::archive::TensorType;

std::string working_day(int number) {
  using namespace std::chrono;
  const year_month_day date{sys_days{2024y / January / 1} + days{number / 5 * 7 + number % 5}};
  return fmt::format("{}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

// Every kind of column, with and without missing cells, and values that never come together.
std::string csv_of_every_kind() {
  std::string csv = "n,x,hole,city,rare,yes,day,moment,code,number,same,none,north,booked\n";
  for (int i = 0; i < 180; ++i)
    csv +=
        fmt::format("{},{}.{},{},{},r{},{},2024-0{}-1{},2024-01-1{} 10:0{}:00+0{}:00,K{:03}-{},{},c,,{},{}\n",
                    i * 7 % 31, i % 9, i % 10, i % 5 == 0 ? "NA" : std::to_string(i % 13),
                    i % 3 == 0 ? "Oslo" : "Rome", i % 20, i % 2 == 0 ? "True" : "False", 1 + i % 9, i % 9,
                    i % 9, i % 6, i % 3, i * 17 % 180, i % 10, i + 5, i % 3 == 0 ? "N" : "S", working_day(i));
  return csv;
}

Archive model_of(const std::string& method, json options) {
  tests::MemorySource source(csv_of_every_kind());
  table::Table table = table_formats::read_csv(source, "every.csv");
  table::TableRequest request;
  request.rules.max_categories = 8;
  request.rules.min_category_count = 1;
  const table::Metadata metadata = table::infer_metadata(table, request, 2);
  const synth::sampling::KeptCombinations kept(table, {{3, 5}});
  const auto& row = synth::catalog::find(method);
  const auto model = row.make_trainer(options::check(row.method, options))
                         ->fit(std::move(table), metadata, tests::QuietFit().context);
  Archive archive = model->save();
  kept.add_to(archive);
  if (method != "trees") REQUIRE(archive.find("structural_zeros") != nullptr);
  REQUIRE(std::any_of(archive.tensors.begin(), archive.tensors.end(),
                      [](const Tensor& tensor) { return tensor.name.ends_with(".weekdays"); }));
  archive.metadata["release"] = R"({"judged":true,"objections":["too near"]})";
  return archive;
}

class Mutator {
 public:
  explicit Mutator(std::uint32_t seed) : random_(seed) {}

  void change(Archive& archive) {
    switch (below(4)) {
      case 0:
      case 1:
        return change_entry(archive);
      default:
        return change_tensor(archive.tensors[below(archive.tensors.size())]);
    }
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }

  json value() {
    static const std::array<const char*, 22> k_values{"null",
                                                      "true",
                                                      "false",
                                                      "0",
                                                      "-1",
                                                      "1",
                                                      "255",
                                                      "256",
                                                      "4294967296",
                                                      "9223372036854775807",
                                                      "18446744073709551615",
                                                      "-9223372036854775808",
                                                      "1e308",
                                                      "0.5",
                                                      "\"\"",
                                                      "\"x\"",
                                                      "\"int64\"",
                                                      "[]",
                                                      "[1,2]",
                                                      "{}",
                                                      "[\"a\",\"a\"]",
                                                      "{\"a\":[]}"};
    return json::parse(k_values[below(k_values.size())]);
  }

  void change_entry(Archive& archive) {
    auto entry =
        std::next(archive.metadata.begin(), static_cast<std::ptrdiff_t>(below(archive.metadata.size())));
    json content = json::parse(entry->second, nullptr, false);
    if (content.is_discarded() || below(20) == 0) {
      entry->second = value().dump();
      return;
    }
    std::vector<json*> places;
    collect(content, places);
    json& place = *places[below(places.size())];
    if (place.is_structured() && !place.empty() && below(3) == 0)
      place.erase(place.begin());
    else if (below(3) == 0)
      place = json(*places[below(places.size())]);
    else
      place = value();
    entry->second = content.dump();
  }

  void collect(json& value, std::vector<json*>& places) {
    places.push_back(&value);
    if (value.is_structured())
      for (json& child : value) collect(child, places);
  }

  void change_tensor(Tensor& tensor) {
    constexpr std::array k_types{TensorType::f32, TensorType::f64, TensorType::u8, TensorType::i64};
    switch (below(6)) {
      case 0:
        tensor.type = k_types[below(k_types.size())];
        return fit_shape(tensor);
      case 1:
        tensor.name = fmt::format("column{}.{}", below(16), below(2) == 0 ? "counts" : "modes");
        return;
      case 2: {
        tensor.bytes.resize(below(9) * 8);
        fit_shape(tensor);
        return;
      }
      default:
        change_number(tensor);
    }
  }

  // The reader of archives lets no shape through that does not fit, and no number that is not finite.
  static void fit_shape(Tensor& tensor) {
    const std::size_t size = tensor.type == TensorType::u8 ? 1 : tensor.type == TensorType::f32 ? 4 : 8;
    tensor.shape = {tensor.bytes.size() / size};
    tensor.bytes.resize(tensor.shape[0] * size);
    if (tensor.type == TensorType::f32) make_finite<float>(tensor);
    if (tensor.type == TensorType::f64) make_finite<double>(tensor);
  }

  template <typename Number>
  static void make_finite(Tensor& tensor) {
    for (std::size_t at = 0; at < tensor.bytes.size(); at += sizeof(Number)) {
      Number number = 0;
      std::memcpy(&number, tensor.bytes.data() + at, sizeof number);
      if (!std::isfinite(number)) std::memset(tensor.bytes.data() + at, 0, sizeof number);
    }
  }

  void change_number(Tensor& tensor) {
    if (tensor.bytes.size() < 8) return;
    constexpr std::array k_numbers{0.0, -1.0, 1e308, -1e308, 5e-324, 1e19, 0.5};
    constexpr std::array<std::int64_t, 7> k_integers{0, -1, INT64_MAX, INT64_MIN, 1, 1LL << 40, 255};
    std::uint8_t* const at = tensor.bytes.data() + below(tensor.bytes.size() / 8) * 8;
    if (tensor.type == TensorType::f64) std::memcpy(at, &k_numbers[below(k_numbers.size())], 8);
    if (tensor.type == TensorType::i64) std::memcpy(at, &k_integers[below(k_integers.size())], 8);
    if (tensor.type == TensorType::u8) at[below(8)] = static_cast<std::uint8_t>(random_());
    const float weight = below(2) == 0 ? 3e38F : -3e38F;
    if (tensor.type == TensorType::f32) std::memcpy(at, &weight, sizeof weight);
  }

  std::mt19937 random_;
};

// "drawn", the kind of the error, or what came instead of one.
std::string outcome(const Archive& archive) {
  try {
    const auto model = synth::catalog::load(archive);
    const synth::sampling::KeptCombinations kept(archive);
    tests::MemorySink sink;
    table_formats::CsvWriter writer(sink);
    writer.write_header(model->metadata().names());
    writer.write_rows(model->sample(20, 1)->make(0));
    return "drawn";
  } catch (const errors::Error& error) {
    return error.kind() == errors::Kind::bad_data ? "refused" : "other: " + error.sentence();
  } catch (const std::exception& error) {
    return std::string("foreign: ") + error.what();
  }
}

void check_mutations(const Archive& sound, int count) {
  REQUIRE(outcome(sound) == "drawn");
  std::map<std::string, int> seen;
  for (int i = 0; i < count; ++i) {
    Archive damaged = sound;
    Mutator mutator(static_cast<std::uint32_t>(i));
    for (int changes = 1 + i % 2; changes > 0; --changes) mutator.change(damaged);
    const std::string came = outcome(damaged);
    INFO("mutation " << i);
    if (came != "drawn") CHECK(came == "refused");
    ++seen[came];
  }
  CHECK(seen["refused"] > count / 4);
  CHECK(seen["drawn"] > count / 20);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  CHECK(usage.ru_maxrss < 1024 * 1024);
}

}  // namespace

TEST_CASE("a CTGAN file whose entries were changed draws rows or is refused, and nothing else") {
  check_mutations(model_of("ctgan", {{"seed", 1},
                                     {"epochs", 1},
                                     {"batch_size", 20},
                                     {"embedding_dim", 4},
                                     {"generator_dim", {6}},
                                     {"discriminator_dim", {6}}}),
                  3000);
}

TEST_CASE("a TVAE file whose entries were changed draws rows or is refused, and nothing else") {
  check_mutations(model_of("tvae", {{"seed", 1},
                                    {"epochs", 1},
                                    {"batch_size", 20},
                                    {"embedding_dim", 4},
                                    {"compress_dims", {6}},
                                    {"decompress_dims", {6}}}),
                  3000);
}

TEST_CASE("a file of trees whose entries were changed draws rows or is refused, and nothing else") {
  check_mutations(model_of("trees", {{"seed", 1}, {"min_leaf", 5}, {"trees", 2}, {"visit", "association"}}),
                  3000);
}
