// Columns as people write them, encoded and decoded: values of a list come back as those values, in their
// spelling, on their rows.
#include <sstream>
#include <string>
#include <vector>

#include "common/table/metadata.h"
#include "common/table_formats/csv_writer.h"
#include "server/synth/encoders/table_encoder.h"
#include "tests/catch.h"
#include "tests/server/synth/model/trainer_suite.h"

namespace {

using namespace ctgan;
using synth::encoders::TableEncoder;

// 1,000 rows of one column; value i has the share given with it, in percent.
std::vector<std::string> cells_of(const std::vector<std::pair<std::string, int>>& shares) {
  std::vector<std::string> hundred;
  for (const auto& [text, share] : shares)
    hundred.insert(hundred.end(), static_cast<std::size_t>(share), text);
  std::vector<std::string> cells;
  for (std::size_t row = 0; row < 1000; ++row) cells.push_back(hundred[row * 37 % hundred.size()]);
  return cells;
}

std::vector<std::string> there_and_back(const std::vector<std::string>& cells) {
  std::string csv = "beside,tried\n";
  for (std::size_t row = 0; row < cells.size(); ++row)
    csv += std::string(row % 2 == 0 ? "a" : "b") + ",\"" + cells[row] + "\"\n";
  threads::ThreadPool pool(2);
  const table::Table read = tests::table_from(csv);
  const TableEncoder encoder = TableEncoder::fit(read, table::infer_metadata(read, {}), 1, pool);
  const table::Table back = encoder.decode(encoder.encode(read, 1, pool), 1, 0);
  tests::MemorySink written;
  table_formats::CsvWriter(written).write_rows(back);
  std::vector<std::string> texts;
  std::istringstream lines(written.content);
  for (std::string line; std::getline(lines, line);) {
    std::string text = line.substr(2);
    if (text.starts_with('"')) text = text.substr(1, text.size() - 2);
    texts.push_back(text);
  }
  return texts;
}

void check_same_rows(const std::vector<std::pair<std::string, int>>& shares) {
  INFO("the list that starts with " << shares[0].first);
  const std::vector<std::string> cells = cells_of(shares);
  const std::vector<std::string> back = there_and_back(cells);
  REQUIRE(back.size() == cells.size());
  std::size_t different = 0;
  for (std::size_t row = 0; row < cells.size(); ++row)
    if (back[row] != cells[row] && different++ == 0) {
      INFO("row " << row);
      CHECK(back[row] == cells[row]);
    }
  CHECK(different == 0);
}

}  // namespace

TEST_CASE("lists of numbers with open decimals are not rounded to the decimals of their commonest value") {
  check_same_rows({{"0", 90}, {"0.2", 1}, {"0.4", 2}, {"0.6", 3}, {"0.8", 3}, {"1", 1}});
  check_same_rows({{"1", 10}, {"1.5", 20}, {"2", 10}, {"2.5", 20}, {"3", 40}});
  check_same_rows({{"0", 5},
                   {"0.1", 10},
                   {"0.2", 5},
                   {"0.3", 10},
                   {"0.4", 10},
                   {"0.5", 10},
                   {"0.6", 10},
                   {"0.7", 10},
                   {"0.8", 10},
                   {"0.9", 10},
                   {"1", 10}});
  check_same_rows({{"7", 60}, {"7.25", 20}, {"7.5", 15}, {"7.125", 5}});
}

TEST_CASE("numbers that are written as texts come back on their rows") {
  check_same_rows({{"$1,234.50", 30}, {"$20.00", 30}, {"$7.25", 40}});
  check_same_rows({{"12.5%", 30}, {"3%", 60}, {"0.5%", 10}});
  check_same_rows({{"(1,234)", 30}, {"17", 30}, {"1,200", 40}});
  check_same_rows({{"1 234,5", 30}, {"20,0", 30}, {"7,5", 40}});
  check_same_rows({{"91.", 50}, {"12.", 50}});
  check_same_rows({{"1.83E+01", 30}, {"2.00E+05", 70}});
  check_same_rows({{"5 kg", 30}, {"12 kg", 30}, {"7 kg", 40}});
  check_same_rows({{"1.90", 50}, {"2.50", 30}, {"4.00", 20}});
}

TEST_CASE("dates and times that are written as numbers, weeks or spans come back on their rows") {
  check_same_rows({{"20240131", 30}, {"20240229", 30}, {"20240331", 40}});
  check_same_rows({{"202401", 30}, {"202402", 30}, {"202412", 40}});
  check_same_rows({{"2024-W01", 30}, {"2024-W52", 30}, {"2023-W07", 40}});
  check_same_rows({{"2024-Q1", 30}, {"2024-Q2", 30}, {"2023-Q4", 40}});
  check_same_rows({{"26:10:00", 30}, {"01:20:30", 30}, {"100:00:00", 40}});
  check_same_rows({{"31.12.99", 30}, {"01.02.03", 30}, {"15.06.21", 40}});
  check_same_rows({{"1706659200", 50}, {"1709164800", 50}});
}
