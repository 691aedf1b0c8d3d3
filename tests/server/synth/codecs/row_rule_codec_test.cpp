#include "server/synth/codecs/row_rule_codec.h"

#include <algorithm>
#include <map>
#include <set>

#include "common/conditions/rule_check.h"
#include "common/table_formats/csv_reader.h"
#include "common/table_formats/csv_writer.h"
#include "server/synth/encoders/table_encoder.h"
#include "server/synth/random/random.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"

namespace conditions = ctgan::conditions;
namespace table = ctgan::table;
namespace table_formats = ctgan::table_formats;
using namespace ctgan::synth::codecs;
using namespace ctgan::synth::encoders;
using ctgan::tests::raised;

namespace {

// A table with rules, fitted, and rows that are drawn at random: no network learnt what goes with what.
class Ruled {
 public:
  Ruled(const std::string& csv, const std::vector<std::string>& rules, table::TableRequest request = {})
      : table_(read(csv)) {
    request.rules.row_rules = rules;
    metadata_ = table::infer_metadata(table_, request);
    ctgan::threads::ThreadPool pool(1);
    encoder_.emplace(TableEncoder::fit(table_, metadata_, 1, pool));
    encoded_ = encoder_->encode(table_, 1, pool);
  }

  static table::Table read(const std::string& csv) {
    ctgan::tests::MemorySource source(csv, 1 << 16);
    return table_formats::read_csv(source, "t.csv");
  }

  // The table itself, there and back.
  std::string round_trip() const { return written(encoder_->decode(encoded_, 1, 0)); }
  // Each encoded column in an order of its own.
  table::Table shuffled(std::uint64_t seed = 1) const {
    EncodedTable mixed = encoded_;
    for (std::size_t i = 0; i < mixed.columns.size(); ++i) {
      ctgan::synth::random::Stream random(seed, ctgan::synth::random::StreamId::rows, i);
      std::vector<std::uint32_t> order(mixed.rows);
      for (auto& row : order) row = random.next_below(static_cast<std::uint32_t>(mixed.rows));
      if (auto* numbers = std::get_if<EncodedContinuous>(&mixed.columns[i])) {
        const EncodedContinuous from = *numbers;
        for (std::size_t row = 0; row < mixed.rows; ++row) {
          numbers->mode[row] = from.mode[order[row]];
          numbers->scalar[row] = from.scalar[order[row]];
        }
      } else {
        auto& codes = std::get<Codes>(mixed.columns[i]);
        const Codes from = codes;
        for (std::size_t row = 0; row < mixed.rows; ++row) codes.set(row, from.code(order[row]));
      }
    }
    return encoder_->decode(mixed, seed, 0);
  }
  TableEncoder loaded_again() const { return TableEncoder::load(encoder_->metadata(), encoder_->records()); }

  static std::string written(const table::Table& rows) {
    ctgan::tests::MemorySink sink;
    table_formats::CsvWriter writer(sink);
    writer.write_header(rows.column_names());
    writer.write_rows(rows);
    return sink.content;
  }
  // Rows that break a rule, and rows of which it says something.
  std::pair<std::uint64_t, std::uint64_t> broken(const table::Table& rows) const {
    const table::Table back = read(written(rows));
    std::pair<std::uint64_t, std::uint64_t> found;
    for (const auto& check : conditions::check_rules(
             conditions::RowRules(metadata_.rules.row_rules, metadata_), back, metadata_)) {
      found.first += check.broken;
      found.second += check.rows;
    }
    return found;
  }

  const table::Table& table() const { return table_; }
  const TableEncoder& encoder() const { return *encoder_; }
  const EncodedTable& encoded() const { return encoded_; }

 private:
  table::Table table_;
  table::Metadata metadata_;
  std::optional<TableEncoder> encoder_;
  EncodedTable encoded_;
};

std::string orders(std::size_t rows) {
  ctgan::synth::random::Stream random(3, ctgan::synth::random::StreamId::rows);
  std::string csv = "price,quantity,shipping,total,nights,start,end\n";
  for (std::size_t row = 0; row < rows; ++row) {
    const auto cents = 500 + random.next_below(9000);
    const auto quantity = 1 + random.next_below(9);
    const auto shipping = 500 * random.next_below(4);
    const auto total = cents * quantity + shipping;
    const auto start = 1 + random.next_below(20);
    const auto nights = random.next_below(9);
    const auto money = [](std::uint32_t c) {
      const std::string text = std::to_string(c % 100);
      return std::to_string(c / 100) + "." + (text.size() < 2 ? "0" + text : text);
    };
    const auto day = [](std::uint32_t d) {
      return "2024-05-" + std::string(d < 10 ? "0" : "") + std::to_string(d);
    };
    csv += money(cents) + "," + std::to_string(quantity) + "," + money(shipping) + "," + money(total) + "," +
           std::to_string(nights) + "," + day(start) + "," + day(start + nights) + "\n";
  }
  return csv;
}

}  // namespace

TEST_CASE("an equation holds in every drawn row, in its column's spelling") {
  const Ruled ruled(orders(500),
                    {"total = price * quantity + shipping", "nights = end - start", "start <= end"});
  CHECK(ruled.broken(ruled.table()).first == 0);
  const table::Table drawn = ruled.shuffled();
  CHECK(ruled.broken(drawn) == std::pair<std::uint64_t, std::uint64_t>{0, 1500});
  CHECK(drawn.find("total")->dtype == table::Dtype::float64);
  CHECK(drawn.find("total")->decimals == 2);
  CHECK(drawn.find("nights")->dtype == table::Dtype::int64);
  // Not learnt: five columns of numbers are left.
  CHECK(ruled.encoded().columns.size() == 5);
}

TEST_CASE("a loaded encoder keeps the rules as the fitted one does") {
  const Ruled ruled(orders(200), {"total = price * quantity + shipping", "end = start + nights"});
  const TableEncoder again = ruled.loaded_again();
  CHECK(Ruled::written(again.decode(ruled.encoded(), 5, 0)) ==
        Ruled::written(ruled.encoder().decode(ruled.encoded(), 5, 0)));
}

TEST_CASE("a computed value is missing where one that it needs is, and where its own was") {
  std::string csv = "a,b,sum,c\n";
  for (int row = 0; row < 60; ++row) {
    const bool gap = row % 6 == 0;
    const bool own = row % 10 == 1;
    const int a = row * 7 % 50;
    csv += std::to_string(a) + "," + (gap ? "" : std::to_string(2 * row)) + "," +
           (gap || own ? (own ? "NA" : "") : std::to_string(a + 2 * row)) + "," + std::to_string(row % 7) +
           "\n";
  }
  const Ruled ruled(csv, {"sum = a + b"});
  const table::Table drawn = ruled.shuffled();
  const table::Column& b = *drawn.find("b");
  const table::Column& sum = *drawn.find("sum");
  std::size_t own = 0;
  for (std::size_t row = 0; row < drawn.rows(); ++row) {
    if (b.is_missing(row)) CHECK(sum.is_missing(row));
    own += sum.is_missing(row) && !b.is_missing(row) ? 1 : 0;
  }
  CHECK(own > 0);
  CHECK(own < 15);
  CHECK(ruled.broken(drawn).first == 0);
}

TEST_CASE("a whole number that is computed from missing values is written as one that can be missing") {
  const Ruled ruled("a,b,sum\n1,2,3\n2,,4\n3,4,7\n4,5,9\n4,6,10\n", {"sum = a + b"});
  CHECK(ruled.encoder().metadata().columns[2].missing_texts == std::vector<std::string>{""});
}

TEST_CASE("an order holds in every drawn row, in chains and whatever is missing, and inside the ranges") {
  std::string csv = "low,middle,high,first,last\n";
  for (int row = 0; row < 300; ++row) {
    const int low = row % 37;
    const std::string middle = row % 9 == 0 ? "" : std::to_string(low + row % 5) + ".5";
    const std::string high = std::to_string(low + row % 5 + 1 + row % 13);
    const std::string first = row % 11 == 0 ? "" : "0" + std::to_string(1 + row % 9) + "/2021";
    const std::string last = std::to_string(10 + row % 3) + "/202" + std::to_string(1 + row % 4);
    csv += (row % 7 == 0 ? "" : std::to_string(low)) + "," + middle + "," + high + "," + first + "," + last +
           "\n";
  }
  const Ruled ruled(csv, {"low <= middle < high", "last > first"});
  CHECK(ruled.broken(ruled.table()).first == 0);
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const table::Table drawn = ruled.shuffled(seed);
    CHECK(ruled.broken(drawn).first == 0);
    CHECK(ruled.broken(drawn).second > 500);
    const auto& high = *drawn.find("high");
    CHECK(*std::max_element(high.integers().begin(), high.integers().end()) <= 54);
    CHECK(drawn.find("middle")->decimals == 1);
  }
}

TEST_CASE("rows that break an order teach nothing of it") {
  std::string csv = "start,end\n";
  for (int row = 0; row < 100; ++row)
    csv += std::to_string(row * 37 % 100) + "," + std::to_string(row == 50 ? 0 : row * 37 % 100 + 10) + "\n";
  const Ruled ruled(csv, {"start <= end"});
  const table::Table drawn = ruled.shuffled();
  for (std::size_t row = 0; row < drawn.rows(); ++row)
    CHECK(drawn.columns()[1].integers()[row] >=
          std::min<std::int64_t>(drawn.columns()[0].integers()[row] + 10, 109));
}

TEST_CASE("values far from all others that many rows share stay what they are, and grids are kept") {
  std::string csv = "from,to,low,high\n";
  for (int row = 0; row < 300; ++row) {
    const std::string day = std::to_string(10 + row % 17);
    const std::string until = std::to_string(10 + row % 17 + row % 3);
    csv += "2024-03-" + day + " 00:00," + (row % 4 == 0 ? "9999-12-31" : "2024-03-" + until) + " 00:00," +
           std::to_string(row % 7) + ".25," + std::to_string(row % 7 + 50 * (1 + row % 5)) + "\n";
  }
  const Ruled ruled(csv, {"from <= to", "low < high"});
  CHECK(Ruled::written(ruled.table()).find("9999-12-31 00:00") != std::string::npos);
  const table::Table drawn = ruled.shuffled();
  CHECK(ruled.broken(drawn).first == 0);
  std::size_t open = 0;
  const table::Categories& to = drawn.find("to")->categories();
  for (const std::uint32_t code : to.codes) {
    const std::string& text = to.dictionary[code];
    CHECK_THAT(text, Catch::EndsWith(" 00:00"));
    open += text.starts_with("9999") ? 1 : 0;
    if (!text.starts_with("9999")) CHECK(text <= "2024-03-28 00:00");
  }
  CHECK(open > 40);
  CHECK(open < 110);
  CHECK(drawn.find("high")->dtype == table::Dtype::int64);
}

TEST_CASE("only combinations of the table are drawn, numbers among them") {
  std::string csv = "code,country,city,x\n";
  const std::vector<std::string> places{"39,Italy,Rome", "39,Italy,Mi|lan", "51,Peru,Lima", ",Peru,",
                                        "47,Norway,Os\\lo"};
  for (int row = 0; row < 200; ++row)
    csv += places[static_cast<std::size_t>(row % 5)] + "," + std::to_string(row % 17) + "\n";
  csv += "47,Norway,Atlantis,3\n";
  table::TableRequest request;
  request.rules.min_category_count = 5;
  const Ruled ruled(csv, {"country, city, code"}, request);
  const std::string before = Ruled::written(ruled.table());
  CHECK(ruled.round_trip().size() > 0);
  const table::Table drawn = ruled.shuffled();
  CHECK(drawn.find("code")->dtype == table::Dtype::int64);
  std::set<std::string> found;
  for (std::size_t row = 0; row < drawn.rows(); ++row) {
    const std::uint32_t at[] = {static_cast<std::uint32_t>(row)};
    const std::string line = Ruled::written(drawn.rows_at(at));
    const std::string cells = line.substr(line.find('\n') + 1);
    found.insert(cells.substr(0, cells.rfind(',')));
  }
  CHECK(found == std::set<std::string>{places.begin(), places.end()});
  // Conditions see the columns one by one.
  const CategoryCounts countries = ruled.encoder().codec().categories(1);
  CHECK(countries.categories == std::vector<std::string>{"Italy", "Peru", "Norway"});
  CHECK(countries.counts == std::vector<std::uint64_t>{80, 80, 40});
  CHECK(ruled.encoder().codec().categories(0).categories.empty());
  const auto conditions = ruled.encoder().find_conditions(1, "Italy");
  REQUIRE(conditions.size() == 2);
  CHECK(conditions[0].rows == 40);
  CHECK(ruled.encoder().find_conditions(1, "Atlantis").empty());
}

TEST_CASE("a damaged record of a rule is refused") {
  const Ruled ruled(orders(50), {"end = start + nights"});
  std::vector<ColumnRecord> records = ruled.encoder().records();
  records[6].numbers.erase("rule_range");
  CHECK_THAT(raised([&] { TableEncoder::load(ruled.encoder().metadata(), records); }).sentence(),
             Catch::Contains("column 'end' has no 'rule_range'"));
}
