// What TVAE as published does on small tables, after a training of seconds.
#include <cmath>

#include "tests/server/synth/model/trainer_suite.h"

namespace {

using namespace ctgan;

nlohmann::json options_with(const std::string& choice, int epochs = 200) {
  return {{"epochs", epochs},          {"batch_size", 100},           {"embedding_dim", 16},
          {"compress_dims", {64, 64}}, {"decompress_dims", {64, 64}}, {"device", "cpu"},
          {"sample_choice", choice}};
}

// 600 rows: three kinds in the shares 3 : 2 : 1, a word that says the same, and a number near 0, 100 or 500.
std::string linked_csv() {
  static constexpr int k_kinds[] = {0, 0, 0, 1, 1, 2};
  static constexpr int k_near[] = {0, 100, 500};
  std::string csv = "kind,word,number\n";
  for (int i = 0; i < 600; ++i) {
    const int kind = k_kinds[i % 6];
    csv += std::string(1, "abc"[kind]) + "," + std::string(1, "xyz"[kind]) + "," +
           std::to_string(k_near[kind] + i * 617 % 11) + "\n";
  }
  return csv;
}

struct Rows {
  std::vector<std::size_t> kind, word;
  std::vector<double> number;
};

Rows rows_of(const synth::model::FittedModel& model, std::uint64_t count) {
  const table::Table out = tests::table_from(tests::sample(model, count).csv);
  const auto& kind = out.find("kind")->categories();
  const auto& word = out.find("word")->categories();
  Rows rows;
  for (std::size_t i = 0; i < count; ++i) {
    rows.kind.push_back(static_cast<std::size_t>(kind.dictionary[kind.codes[i]][0] - 'a'));
    rows.word.push_back(static_cast<std::size_t>(word.dictionary[word.codes[i]][0] - 'x'));
    rows.number.push_back(static_cast<double>(out.find("number")->integers()[i]));
  }
  return rows;
}

void check_linked(const Rows& rows) {
  const std::size_t count = rows.kind.size();
  std::vector<double> shares(3);
  double same_word = 0, near = 0;
  for (std::size_t i = 0; i < count; ++i) {
    static constexpr double k_near[] = {5, 105, 505};
    shares.at(rows.kind[i]) += 1.0 / static_cast<double>(count);
    same_word += rows.kind[i] == rows.word[i] ? 1 : 0;
    near += std::abs(rows.number[i] - k_near[rows.kind[i]]) < 30 ? 1 : 0;
  }
  CHECK(shares[0] == Approx(1 / 2.0).margin(0.1));
  CHECK(shares[1] == Approx(1 / 3.0).margin(0.1));
  CHECK(shares[2] == Approx(1 / 6.0).margin(0.1));
  CHECK(same_word / static_cast<double>(count) > 0.75);  // 0.39 by chance
  CHECK(near / static_cast<double>(count) > 0.75);
}

}  // namespace

TEST_CASE("tvae learns shares, columns that say the same and numbers that go with them, by either choice") {
  for (const char* choice : {"likeliest", "drawn"}) {
    CAPTURE(choice);
    check_linked(rows_of(*tests::Synthesizer("tvae", options_with(choice)).fit(linked_csv()), 3000));
  }
}

TEST_CASE("the likeliest choice gives a column that depends on nothing its most frequent category, mostly") {
  std::string csv = "coin\n";
  for (int i = 0; i < 400; ++i) csv += i % 10 < 7 ? "heads\n" : "tails\n";
  const auto heads = [&](const char* choice) {
    nlohmann::json options = options_with(choice, 100);
    options["loss_factor"] = 0.01;  // so that the latent numbers say nothing
    const auto model = tests::Synthesizer("tvae", options).fit(csv);
    const std::string drawn = tests::sample(*model, 2000).csv;
    std::size_t count = 0;
    for (std::size_t at = drawn.find("heads"); at != std::string::npos; at = drawn.find("heads", at + 1))
      ++count;
    return static_cast<double>(count) / 2000;
  };
  CHECK(heads("likeliest") == 1);
  CHECK(heads("drawn") == Approx(0.7).margin(0.06));
}

TEST_CASE("a number scatters about the decoder's mean by the learnt deviation") {
  std::string csv = "number\n";
  for (int i = 0; i < 500; ++i) csv += std::to_string(i * 617 % 500) + "\n";
  nlohmann::json options = options_with("likeliest", 100);
  options["loss_factor"] = 0.01;
  const auto model = tests::Synthesizer("tvae", options).fit(csv);
  const table::Table out = tests::table_from(tests::sample(*model, 2000).csv);
  const auto& numbers = out.find("number")->integers();
  const std::set<std::int64_t> distinct(numbers.begin(), numbers.end());
  CHECK(distinct.size() > 100);
}
