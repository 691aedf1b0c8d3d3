#include "server/commands/fit_evaluation.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"
#include "common/table/csv_reader.h"
#include "common/table/csv_writer.h"
#include "common/threads/in_order.h"
#include "server/synth/evaluate/evaluate.h"
#include "server/synth/random/random.h"

namespace ctgan::server::commands {
namespace {

constexpr std::size_t k_most_held_out = 10'000;
constexpr std::size_t k_fewest_held_out = 20;
constexpr std::size_t k_most_kept = 50'000;

// CSV that never leaves memory.
class Text : public files::ByteSink, public files::ByteSource {
 public:
  void write(std::string_view bytes) override { text_ += bytes; }
  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = std::min(buffer.size(), text_.size() - given_);
    std::copy_n(text_.data() + given_, count, buffer.data());
    given_ += count;
    return count;
  }

 private:
  std::string text_;
  std::size_t given_ = 0;
};

// `count` of the numbers below `rows`, ascending, all choices equally likely (Knuth, volume 2, algorithm S).
std::vector<std::uint32_t> choose(std::size_t count, std::size_t rows, synth::random::Stream& random) {
  std::vector<std::uint32_t> chosen;
  for (std::size_t row = 0; row < rows && chosen.size() < count; ++row) {
    const auto left = static_cast<std::uint32_t>(rows - row);
    if (random.next_below(left) < count - chosen.size()) chosen.push_back(static_cast<std::uint32_t>(row));
  }
  return chosen;
}

std::size_t held_out_rows(std::size_t rows, double share, std::size_t fewest_rows) {
  const auto wanted = static_cast<std::size_t>(share * static_cast<double>(rows));
  const std::size_t count = std::min(wanted, k_most_held_out);
  return count < k_fewest_held_out || rows - count < fewest_rows ? 0 : count;
}

table::Table sampled(const synth::models::FittedModel& model, std::uint64_t rows, std::uint64_t seed,
                     threads::ThreadPool& pool) {
  Text csv;
  table::CsvWriter writer(csv);
  writer.write_header(model.metadata().names());
  const auto blocks = model.sample(rows, seed);
  threads::run_in_order(
      pool, blocks->count(), [&](std::size_t block) { return blocks->make(block); },
      [&](const table::Table& block) { writer.write_rows(block); });
  return table::read_csv(csv, "the sample");
}

}  // namespace

FitEvaluation::FitEvaluation(table::Table& table, double share, std::size_t fewest_rows, std::uint64_t seed)
    : seed_(seed) {
  synth::random::Stream random(seed, synth::random::StreamId::held_out);
  const std::size_t count = held_out_rows(table.rows(), share, fewest_rows);
  if (count > 0) {
    const auto rows = choose(count, table.rows(), random);
    held_out_ = table.rows_at(rows);
    table = std::move(table).without_rows(rows);
  }
  kept_ = table.rows_at(choose(std::min(table.rows(), k_most_kept), table.rows(), random));
}

synth::evaluate::Evaluation FitEvaluation::evaluate(
    const synth::models::FittedModel& model, const std::function<void(std::string_view)>& on_section) const {
  threads::ThreadPool pool(0);
  const table::Table synthetic = sampled(model, kept_.rows(), seed_, pool);
  synth::evaluate::Options options;
  options.seed = seed_;
  options.on_section = on_section;
  return synth::evaluate::evaluate(
      {kept_, held_out_.rows() > 0 ? &held_out_ : nullptr, synthetic, model.metadata()}, options, pool);
}

}  // namespace ctgan::server::commands
