// A model whose distribution is known: for tests of what is drawn from models.
//
//   id       the row's number in the sample
//   age      0 to 99, each as likely
//   start, end   0 to 9, each as likely, apart from each other
//   city     "Rome" 90 %, " Lima" 9.5 %, "Oslo" 0.5 %; given a city, that one in 4 rows of 5
//   country  "Italy", "Peru" or "Norway", the city's in 9 rows of 10
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/synth/model/trainer.h"
#include "server/synth/random/random.h"

namespace ctgan::tests {

class DiceModel final : public synth::model::FittedModel {
 public:
  static constexpr std::size_t k_block = 500;
  enum Place : std::size_t { id, age, start, end, city, country };

  DiceModel() {
    using table::ColumnKind;
    using table::Dtype;
    for (const char* name : {"id", "age", "start", "end"})
      metadata_.columns.push_back({name, ColumnKind::numerical, Dtype::int64});
    for (const char* name : {"city", "country"})
      metadata_.columns.push_back({name, ColumnKind::categorical, Dtype::text});
  }

  std::string name() const override { return "dice"; }
  const table::Metadata& metadata() const override { return metadata_; }
  std::vector<synth::model::Category> categories(std::size_t column) const override {
    if (column == city) return {{"Rome", 900}, {" Lima", 95}, {"Oslo", 5}};
    if (column == country) return {{"Italy", 880}, {"Peru", 110}, {"Norway", 10}};
    return {};
  }
  std::unique_ptr<synth::model::SampledBlocks> sample(std::uint64_t rows, std::uint64_t seed) const override {
    return std::make_unique<Blocks>(rows, seed);
  }
  std::unique_ptr<synth::model::CandidateBlocks> candidates(
      const std::vector<std::vector<synth::model::GivenCells>>& given, std::uint64_t seed) const override {
    return std::make_unique<Candidates>(given, seed);
  }
  synth::archive::Archive save() const override { return {}; }

 private:
  class Blocks final : public synth::model::SampledBlocks {
   public:
    Blocks(std::uint64_t rows, std::uint64_t seed) : rows_(rows), seed_(seed) {}
    std::size_t count() const override { return (rows_ + k_block - 1) / k_block; }
    table::Table make(std::size_t block) const override { return roll(block, {}, {}); }

    static std::uint32_t city_of(double point) { return point < 0.9 ? 0 : point < 0.995 ? 1 : 2; }

    table::Table roll(std::size_t block, std::size_t given_column, std::size_t given) const {
      synth::random::Stream random(seed_, synth::random::StreamId::sampling, block);
      const std::size_t rows = std::min<std::uint64_t>(k_block, rows_ - block * k_block);
      std::vector<std::vector<std::int64_t>> numbers(4, std::vector<std::int64_t>(rows));
      table::Categories cities{std::vector<std::uint32_t>(rows), {"Rome", " Lima", "Oslo"}};
      table::Categories countries{std::vector<std::uint32_t>(rows), {"Italy", "Peru", "Norway"}};
      for (std::size_t row = 0; row < rows; ++row) {
        numbers[0][row] = static_cast<std::int64_t>(block * k_block + row);
        numbers[1][row] = random.next_below(100);
        numbers[2][row] = random.next_below(10);
        numbers[3][row] = random.next_below(10);
        const bool obeys = given_column == city && random.next_below(5) < 4;
        cities.codes[row] = obeys ? static_cast<std::uint32_t>(given) : city_of(random.next_double());
        const bool strays = random.next_below(10) == 0;
        countries.codes[row] = (cities.codes[row] + (strays ? 1 : 0)) % 3;
      }
      std::vector<table::Column> columns;
      for (std::size_t i = 0; i < 4; ++i)
        columns.push_back({std::vector<std::string>{"id", "age", "start", "end"}[i],
                           table::Dtype::int64,
                           numbers[i],
                           {},
                           {}});
      columns.push_back({"city", table::Dtype::text, cities, {}, {}});
      columns.push_back({"country", table::Dtype::text, countries, {}, {}});
      return table::Table(std::move(columns));
    }

   private:
    std::uint64_t rows_;
    std::uint64_t seed_;
  };

  // Takes the first that is one category alone.
  class Candidates final : public synth::model::CandidateBlocks {
   public:
    Candidates(const std::vector<std::vector<synth::model::GivenCells>>& given, std::uint64_t seed)
        : given_(given), blocks_(synth::model::k_most_rows, seed) {}
    bool is_given(std::size_t share) const override {
      return std::any_of(given_[share].begin(), given_[share].end(),
                         [](const auto& cells) { return cells.one_category().has_value(); });
    }
    table::Table make(std::size_t share, std::size_t block) const override {
      for (const synth::model::GivenCells& cells : given_[share])
        if (const auto category = cells.one_category()) return blocks_.roll(block, cells.column, *category);
      return blocks_.make(block);
    }

   private:
    std::vector<std::vector<synth::model::GivenCells>> given_;
    Blocks blocks_;
  };

  table::Metadata metadata_;
};

}  // namespace ctgan::tests
