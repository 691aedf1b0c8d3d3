#include "server/synth/ctgan/ctgan_batches.h"

#include <algorithm>
#include <numeric>

#include "tests/catch.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using neural::ConditionSampler;
using neural::Frequency;
using neural::RowSampler;
using synth::ctgan::CtganBatches;

constexpr std::size_t k_batch = 40;

// Two discrete columns (3 and 2 categories) or none, and one continuous column; 60 rows.
struct Setting {
  explicit Setting(bool discrete) {
    table.rows = 60;
    table.layout.add_continuous(2);
    table.columns.emplace_back(
        encoders::EncodedContinuous{std::vector<std::uint8_t>(60), std::vector<float>(60)});
    if (discrete) {
      add_discrete(3);
      add_discrete(2);
    }
    shape.layout = table.layout;
    shape.embedding_dim = 6;
    shape.discriminator_dim = {8, 5};
    shape.pac = 4;
  }

  void add_discrete(std::uint32_t categories) {
    table.layout.add_discrete(categories);
    auto column = codecs::Codes::sized(categories, table.rows);
    counts.push_back({std::vector<std::uint64_t>(categories), true});
    for (std::uint32_t row = 0; row < table.rows; ++row) {
      column.set(row, row % categories);
      ++counts.back().counts[row % categories];
    }
    table.columns.emplace_back(std::move(column));
  }

  networks::DiscriminatorBatch discriminator_batch(std::uint64_t seed, std::uint64_t pass,
                                                   std::size_t rows_a_batch = k_batch,
                                                   int threads = 2) const {
    const ConditionSampler conditions(counts, Frequency::log);
    const RowSampler rows(table);
    networks::DiscriminatorBatch batch;
    threads::ThreadPool pool(threads);
    CtganBatches(shape, conditions, rows, rows_a_batch, seed, pool).fill(batch, pass);
    return batch;
  }

  std::uint32_t code(std::size_t block, std::uint32_t row) const {
    return std::get<codecs::Codes>(table.columns[table.layout.blocks[block].column]).code(row);
  }

  encoders::EncodedTable table;
  std::vector<codecs::CategoryRows> counts;
  networks::CtganShape shape;
};

}  // namespace

TEST_CASE("a discriminator batch has the sizes that the shape asks for") {
  const auto batch = Setting(true).discriminator_batch(1, 0);
  CHECK(batch.fake.input.rows == k_batch);
  CHECK(batch.fake.input.latent.size() == k_batch * 6);
  CHECK(batch.fake.input.condition.size() == k_batch);
  CHECK(batch.fake.gumbel.size() == k_batch * 8);
  CHECK(batch.real_rows.size() == k_batch);
  CHECK(batch.interpolation.size() == k_batch / 4);
  for (const networks::DropoutMasks* masks :
       {&batch.fake.dropout, &batch.real_dropout, &batch.interpolated_dropout}) {
    REQUIRE(masks->size() == 2);
    CHECK((*masks)[0].size() == k_batch / 4 * 8);
    CHECK((*masks)[1].size() == k_batch / 4 * 5);
  }
}

TEST_CASE(
    "every real row has the category that it was drawn for, and the conditions are the fake ones shuffled") {
  const Setting setting(true);
  auto batch = setting.discriminator_batch(1, 0);
  for (std::size_t i = 0; i < k_batch; ++i) {
    const std::uint32_t condition = batch.real_condition[i];
    const bool first = condition < 3;
    CHECK(setting.code(first ? 2 : 3, batch.real_rows[i]) == (first ? condition : condition - 3));
  }
  CHECK(batch.real_condition != batch.fake.input.condition);
  std::sort(batch.real_condition.begin(), batch.real_condition.end());
  std::sort(batch.fake.input.condition.begin(), batch.fake.input.condition.end());
  CHECK(batch.real_condition == batch.fake.input.condition);
}

TEST_CASE("dropout is zero or two, about half of each, and differs between the three passes") {
  const auto batch = Setting(true).discriminator_batch(1, 0);
  CHECK(batch.fake.dropout != batch.real_dropout);
  CHECK(batch.real_dropout != batch.interpolated_dropout);
  for (const auto& layer : batch.real_dropout)
    for (const float factor : layer) CHECK((factor == 0 || factor == 2));
}

TEST_CASE("without discrete columns there are no conditions and rows come from the whole table") {
  const auto batch = Setting(false).discriminator_batch(1, 0);
  CHECK(batch.fake.input.condition.empty());
  CHECK(batch.real_condition.empty());
  CHECK(batch.real_rows.size() == k_batch);
  CHECK(*std::max_element(batch.real_rows.begin(), batch.real_rows.end()) < 60);
}

TEST_CASE("the same seed and pass make the same batch, whatever was made before") {
  const Setting setting(true);
  const ConditionSampler conditions(setting.counts, Frequency::log);
  const RowSampler rows(setting.table);
  threads::ThreadPool pool(2);
  CtganBatches batches(setting.shape, conditions, rows, k_batch, 9, pool);
  networks::DiscriminatorBatch used;
  batches.fill(used, 0);
  batches.fill(used, 7);
  const auto fresh = setting.discriminator_batch(9, 7);
  CHECK(used.fake.input.latent == fresh.fake.input.latent);
  CHECK(used.fake.input.condition == fresh.fake.input.condition);
  CHECK(used.real_rows == fresh.real_rows);
  CHECK(used.real_dropout == fresh.real_dropout);
  CHECK(used.interpolation == fresh.interpolation);
}

TEST_CASE("another pass or another seed makes another batch") {
  const Setting setting(true);
  const auto batch = setting.discriminator_batch(9, 7);
  for (const auto& other : {setting.discriminator_batch(9, 8), setting.discriminator_batch(10, 7)}) {
    CHECK(batch.fake.input.latent != other.fake.input.latent);
    CHECK(batch.fake.gumbel != other.fake.gumbel);
    CHECK(batch.real_rows != other.real_rows);
    CHECK(batch.interpolation != other.interpolation);
  }
}

TEST_CASE(
    "a generator batch of a pass has the fake part that a discriminator batch of that pass would have") {
  const Setting setting(true);
  const ConditionSampler conditions(setting.counts, Frequency::log);
  const RowSampler rows(setting.table);
  networks::GeneratorBatch batch;
  threads::ThreadPool pool(2);
  CtganBatches(setting.shape, conditions, rows, k_batch, 9, pool).fill(batch, 7);
  const auto other = setting.discriminator_batch(9, 7);
  CHECK(batch.fake.input.latent == other.fake.input.latent);
  CHECK(batch.fake.gumbel == other.fake.gumbel);
  CHECK(batch.fake.dropout == other.fake.dropout);
}

TEST_CASE("a batch longer than any piece is one stream's numbers in a row, for any number of threads") {
  constexpr std::size_t k_rows = 4000;
  const Setting setting(true);
  const auto one = setting.discriminator_batch(9, 7, k_rows, 1);
  const auto three = setting.discriminator_batch(9, 7, k_rows, 3);
  CHECK(one.fake.gumbel == three.fake.gumbel);
  CHECK(one.real_rows == three.real_rows);
  CHECK(one.interpolated_dropout == three.interpolated_dropout);
  std::vector<float> latent(k_rows * 6);
  random::Stream(9, random::StreamId::latent, 7).fill_normal(latent);
  CHECK(three.fake.input.latent == latent);
}
