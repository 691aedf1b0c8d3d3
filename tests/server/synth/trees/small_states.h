// Columns made up for the trees' tests, as variables and states.
#pragma once

#include "common/table_formats/csv_reader.h"
#include "common/threads/thread_pool.h"
#include "server/synth/trees/variables.h"
#include "tests/memory_streams.h"

namespace ctgan::tests {

struct SmallStates {
  explicit SmallStates(const std::string& csv) : table(read(csv)) {
    const table::Metadata metadata = table::infer_metadata(table, {});
    codec.emplace(synth::codecs::TableCodec::fit(table, metadata, 1, pool));
    variables.emplace(synth::trees::Variables::fit(*codec, codec->learnt(table), 1, pool, training));
  }
  static table::Table read(const std::string& csv) {
    MemorySource source(csv);
    return table_formats::read_csv(source, "small.csv");
  }

  threads::ThreadPool pool{2};
  table::Table table;
  std::optional<synth::codecs::TableCodec> codec;
  synth::trees::TrainingStates training;
  std::optional<synth::trees::Variables> variables;
};

// a says b (but for a tenth of the rows), c says d; e is alone and often missing.
inline std::string linked_pairs_csv(int rows) {
  std::string csv = "a,c,e,b,d\n";
  for (int i = 0; i < rows; ++i) {
    const int a = i * 7919 % 5, c = i * 104'729 % 613;
    csv += "k" + std::to_string(a) + "," + std::to_string(c) + "," +
           (i % 3 == 0 ? "" : std::to_string(i * 31 % 97)) + ",v" +
           std::to_string(i % 10 == 0 ? i / 10 % 5 : a) + "," + std::to_string(2 * c + i % 2) + "\n";
  }
  return csv;
}

}  // namespace ctgan::tests
