#include "server/synth/pipeline/sampled_csv.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "common/files/byte_sink.h"
#include "common/table_formats/csv_writer.h"
#include "common/threads/in_order.h"

namespace ctgan::synth::pipeline {
namespace {

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

}  // namespace

std::unique_ptr<files::ByteSource> sampled_csv(const model::FittedModel& model, std::uint64_t rows,
                                               std::uint64_t seed, threads::ThreadPool& pool) {
  auto csv = std::make_unique<Text>();
  table_formats::CsvWriter writer(*csv);
  writer.write_header(model.metadata().names());
  const auto blocks = model.sample(rows, seed);
  threads::run_in_order(
      pool, blocks->count(), [&](std::size_t block) { return blocks->make(block); },
      [&](const table::Table& block) { writer.write_rows(block); });
  return csv;
}

}  // namespace ctgan::synth::pipeline
