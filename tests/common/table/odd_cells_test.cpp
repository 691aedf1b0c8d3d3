#include "common/table/odd_cells.h"

#include "common/table_formats/csv_reader.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"

namespace ctgan::table {

using namespace table_formats;
namespace {

std::vector<std::string> notes(const std::string& csv) {
  tests::MemorySource source(csv);
  const Table table = read_csv(source, "test.csv");
  const Metadata metadata = infer_metadata(table, {});
  std::vector<std::string> found;
  for (const OddCells& odd : find_odd_cells(table, metadata)) found.push_back(odd_cells_text(odd, metadata));
  return found;
}

// Twenty rows, the cell of each made by `cell`, beside a column of letters and one that misses a value.
template <typename MakeCell>
std::string twenty(const MakeCell& cell) {
  std::string csv = "x,c,n\n";
  for (int i = 0; i < 20; ++i)
    csv += cell(i) + (i % 2 == 0 ? ",a," : ",b,") + (i == 3 ? "NA" : std::to_string(i % 7)) + "\n";
  return csv;
}

}  // namespace

TEST_CASE("a few odd cells among numbers are named, with the flag that makes numbers of the others") {
  const auto found =
      notes(twenty([](int i) { return i % 6 == 5 ? std::string("-") : std::to_string(i) + ".5"; }));
  CHECK(found ==
        std::vector<std::string>{"column 'x' is text because of '-' in 3 of 20 rows, first in line 7: "
                                 "--missing '-,NA' makes it a number"});
  CHECK(notes(twenty([](int i) { return i < 4 ? std::string("<0.5") : std::to_string(i); }))
            .front()
            .find("'<0.5' in 4 of 20 rows, first in line 2: --missing '<0.5,NA' makes it a number") !=
        std::string::npos);
}

TEST_CASE("odd cells among dates and among numbers in print are named, too") {
  const auto date = [](int i) { return i == 8 ? std::string("Total") : "2024-01-" + std::to_string(10 + i); };
  CHECK(notes(twenty(date)).at(0) ==
        "column 'x' is text because of 'Total' in 1 of 20 rows, first in row 9: "
        "--missing 'NA,Total' makes it a date");
  const auto wrong = [](int i) {
    return i == 8 ? std::string("2024-02-31") : "2024-01-" + std::to_string(10 + i);
  };
  CHECK(notes(twenty(wrong)).at(0).find("'2024-02-31' in 1 of 20 rows") != std::string::npos);
  const auto price = [](int i) { return i == 8 ? std::string("n.a.") : "$" + std::to_string(10 + i); };
  CHECK(notes(twenty(price)).at(0).find("'n.a.' in 1 of 20 rows, first in row 9") != std::string::npos);
}

TEST_CASE("columns of words, of codes, and of a few numbers are left in peace") {
  CHECK(notes(twenty([](int i) { return "word" + std::to_string(i % 5); })).empty());
  CHECK(notes(twenty([](int i) { return "00" + std::to_string(i); })).empty());
  CHECK(
      notes(twenty([](int i) { return i % 2 == 0 ? std::string("none") : std::to_string(i % 3); })).empty());
  CHECK(notes(twenty([](int i) { return std::to_string(i); })).empty());
}

}  // namespace ctgan::table
