// What every kind of column promises, from CSV text to CSV text.
#include "server/synth/codecs/column_codec.h"

#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "common/table/datetime_format.h"
#include "common/table_formats/csv_reader.h"
#include "common/table_formats/csv_writer.h"
#include "server/synth/encoders/table_encoder.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth::codecs;
using synth::encoders::EncodedContinuous;
using synth::encoders::EncodedTable;
using synth::encoders::TableEncoder;
using table::ColumnKind;
using tests::raised;

table::Table read(const std::string& csv) {
  tests::MemorySource source(csv);
  return table_formats::read_csv(source, "test.csv");
}

// The cells of the only column besides "x", which alternates between two categories.
std::string csv_of(const std::vector<std::string>& cells) {
  std::string csv = "x,c\n";
  for (std::size_t i = 0; i < cells.size(); ++i) csv += (i % 2 == 0 ? "a," : "b,") + cells[i] + "\n";
  return csv;
}

std::vector<std::string> written_cells(const table::Table& rows) {
  tests::MemorySink sink;
  table_formats::CsvWriter(sink).write_rows(rows);
  std::vector<std::string> cells;
  std::string line;
  for (const char c : sink.content) {
    if (c != '\n') line += c;
    if (c == '\n') cells.push_back(std::exchange(line, {}).substr(2));
  }
  return cells;
}

struct Fitted {
  explicit Fitted(const std::vector<std::string>& cells, const table::TableRequest& request = {})
      : rows(read(csv_of(cells))),
        encoder(TableEncoder::fit(rows, table::infer_metadata(rows, request), 1, pool)) {}

  // Encoded, archived, loaded and decoded.
  std::vector<std::string> round_trip(std::uint64_t seed = 1) {
    const TableEncoder loaded = TableEncoder::load(encoder.metadata(), encoder.records());
    CHECK(loaded.layout() == encoder.layout());
    CHECK(loaded.category_rows() == encoder.category_rows());
    return written_cells(loaded.decode(encoder.encode(rows, 1, pool), seed, 0));
  }
  // The rows when `move` has changed the encoded numbers of the column, decoded by a loaded encoder.
  table::Table drawn(const std::function<void(EncodedContinuous&)>& move) {
    EncodedTable block = encoder.encode(rows, 1, pool);
    move(std::get<EncodedContinuous>(block.columns[1]));
    return TableEncoder::load(encoder.metadata(), encoder.records()).decode(block, 0, 0);
  }
  ColumnKind kind() const { return encoder.metadata().columns[1].kind; }

  threads::ThreadPool pool{1};
  table::Table rows;
  TableEncoder encoder;
};

}  // namespace

TEST_CASE("what is learnt exactly comes back byte for byte") {
  for (const std::vector<std::string>& cells :
       std::vector<std::vector<std::string>>{{"x", "y", "x", " y "},
                                             {"007", "008", "007", "09"},
                                             {"+49 30", "+49 40", "+49 30", "0"},
                                             {"\"a,b\"", "\"say \"\"hi\"\"\"", "\"a,b\"", "c"},
                                             {"True", "False", "True", "True"},
                                             {"TRUE", "", "TRUE", "FALSE"},
                                             {"same", "same", "same"},
                                             {"0.10", "0.10", "0.10"},
                                             {"NA", "", "NA", ""},
                                             {"", "", ""},
                                             {"99999999999999999999", "1", "99999999999999999999", "2"},
                                             {"", "NA", "b", "b"},
                                             {"2020-01-01", "2021-02-03", "NA", "2020-01-01"},
                                             {"12:00", "13:00", "", "12:00"}}) {
    INFO(csv_of(cells));
    CHECK(Fitted(cells).round_trip() == cells);
  }
}

TEST_CASE("numbers of few values come back with their decimals, blanks and missing texts") {
  for (const std::vector<std::string>& cells : std::vector<std::vector<std::string>>{
           {"0.10", "0.25", "0.10", "0.10"},
           {"1", "NA", "3", ""},
           {" 1", " 2", " 1", " 1"},
           {"NaN", "-1.5", "-1.5", "2.0"},
           {"1152921504606846977", "1152921504606846979", "1152921504606846977"},
           {"-9223372036854775808", "9223372036854775807", "-9223372036854775808"}}) {
    INFO(csv_of(cells));
    Fitted fitted(cells);
    CHECK(fitted.kind() == ColumnKind::numerical);
    CHECK(fitted.round_trip() == cells);
  }
}

TEST_CASE("numbers in print are numbers, and come back as they were printed") {
  for (const std::vector<std::string>& cells :
       std::vector<std::vector<std::string>>{{"\"$1,234.50\"", "$12.00", "-$3.99", "$12.00"},
                                             {"12.5%", "NA", "0.0%", "12.5%"},
                                             {"\"1,234\"", "(5)", "12", "(5)"},
                                             {"5 kg", "12 kg", "5 kg", ""},
                                             {"\"1 234,5\"", "\"12,0\"", "\"12,0\"", "\"7,5\""},
                                             {"91.", "153.", "91.", "-7."},
                                             {".96", "1.83", "-.25", ".96"},
                                             {"1.83E+01", "9.58E+00", "NA", "1.83E+01"},
                                             {"-0.0", "3.1", "1.0", "-0.0"},
                                             {"1", "2.5", "1", "3.25"},
                                             {"+1.8", "-3.1", "+1.8", "+0.5"},
                                             {"25:30:00", "04:05:06", "NA", "04:05:06"},
                                             {"PT5M7S", "PT5123M0S", "PT5M7S", "PT1M0S"},
                                             {"1h 30m", "45m", "2h", "45m"}}) {
    INFO(csv_of(cells));
    Fitted fitted(cells);
    CHECK(fitted.kind() == ColumnKind::numerical);
    CHECK(fitted.round_trip() == cells);
  }
}

// Between the values, as a generator draws.
std::vector<std::string> drawn_between(const std::vector<std::string>& cells) {
  return written_cells(Fitted(cells).drawn([](EncodedContinuous& numbers) {
    for (std::size_t row = 0; row < numbers.scalar.size(); ++row)
      numbers.scalar[row] += 0.01F * static_cast<float>(row % 17) / 17;
  }));
}

std::map<std::size_t, double> shares_of_decimals(const std::vector<std::string>& cells) {
  std::map<std::size_t, double> shares;
  for (const std::string& cell : cells) {
    const std::size_t point = cell.find('.');
    shares[point == std::string::npos ? 0 : cell.size() - point - 1] +=
        1.0 / static_cast<double>(cells.size());
  }
  return shares;
}

TEST_CASE("numbers show as many decimals as the column's did, in their proportion") {
  std::vector<std::string> shortest;
  std::vector<std::string> padded;
  for (int i = 0; i < 2000; ++i) {
    const double value = 3 + 0.5 * std::sin(i) + i * 0.001;
    const int decimals = i % 4 == 0 ? 1 : i % 4 == 1 ? 2 : 3;
    std::string text = std::to_string(value);
    text.resize(text.find('.') + 1 + static_cast<std::size_t>(decimals));
    padded.push_back(text);
    while (text.ends_with('0') && !text.ends_with(".0")) text.pop_back();
    shortest.push_back(text);
  }
  for (const auto& cells : {shortest, padded}) {
    const auto before = shares_of_decimals(cells);
    const auto after = shares_of_decimals(drawn_between(cells));
    CHECK(after.size() == before.size());
    for (const auto& [decimals, share] : before) CHECK(std::abs(after.at(decimals) - share) < 0.06);
  }
}

TEST_CASE("what a format does not show is not in the number") {
  std::vector<std::string> cells;
  for (int i = 0; i < 100; ++i)
    cells.push_back(std::to_string(1 + i % 9) + "." + std::to_string(10 + i).substr(0, 2) + "E+01");
  const table::Table drawn = Fitted(cells).drawn([](EncodedContinuous& numbers) {
    for (float& scalar : numbers.scalar) scalar += 0.00123F;
  });
  for (const double value : drawn.columns()[1].reals())
    CHECK(std::abs(value * 10 - std::round(value * 10)) < 1e-9);
}

TEST_CASE("times are drawn in hours and on weekdays that the column has, whatever it is written like") {
  for (const char* pattern : {"%Y-%m-%d %H:%M", "%d.%m.%y %H:%M", "%Y%m%d%H%M"}) {
    INFO(pattern);
    const table::DatetimeFormat format(pattern);
    std::vector<std::string> cells;
    for (int i = 0; i < 3000; ++i) {
      // Monday to Friday of three years from 2021-01-04 on, 8:00 to 17:45.
      const std::int64_t day = 18'631 + i * 389 % 150 * 7 + i % 5;
      cells.emplace_back();
      format.append(day * 1440 + 480 + i * 617 % 40 * 15, {}, cells.back());
    }
    std::set<std::string> weekends, nights;
    for (const std::string& cell : drawn_between(cells)) {
      const auto moment = format.read(cell);
      REQUIRE(moment);
      const std::int64_t weekday = (moment->ticks / 1440 + 3) % 7, hour = moment->ticks % 1440 / 60;
      if (weekday > 4) weekends.insert(cell);
      if (hour < 8 || hour > 17) nights.insert(cell);
      CHECK(moment->ticks % 15 == 0);
    }
    CHECK(weekends == std::set<std::string>());
    CHECK(nights == std::set<std::string>());
  }
}

TEST_CASE("hours and weekdays that no fit makes are refused") {
  std::vector<std::string> cells;
  for (int i = 0; i < 500; ++i)
    cells.push_back("2023-0" + std::to_string(1 + i % 9) + "-" + std::to_string(10 + i * 7 % 18));
  const Fitted fitted(cells);
  const ColumnCodec& column = *fitted.encoder.codec().columns()[1];
  for (const auto& [name, counts] : std::vector<std::pair<std::string, std::vector<std::int64_t>>>{
           {"weekdays", {1, 2, 3}},
           {"weekdays", std::vector<std::int64_t>(7)},
           {"hours", std::vector<std::int64_t>(24, 1)}}) {  // of days without hours
    ColumnRecord record = column.record();
    record.integers[name] = counts;
    CHECK(raised([&] { load_codec(column.metadata(), {}, record); }).sentence() ==
          "column 'c' has 'hours' or 'weekdays' that no fit makes");
  }
}

TEST_CASE("dates stay in their format, on their step and in their range") {
  const std::vector<std::string> cells{"31.01.2020 06:00", "01.02.2020 12:00", "29.02.2020 18:00", "NULL",
                                       "01.02.2020 00:00"};
  Fitted fitted(cells);
  REQUIRE(fitted.kind() == ColumnKind::datetime);
  const table::DatetimeFormat format(fitted.encoder.metadata().columns[1].datetime_format);
  EncodedTable block = fitted.encoder.encode(fitted.rows, 1, fitted.pool);
  auto& scalars = std::get<EncodedContinuous>(block.columns[1]).scalar;
  for (const float scalar : {-1.0F, -0.613F, 0.0F, 0.317F, 1.0F}) {
    std::fill(scalars.begin(), scalars.end(), scalar);
    for (const std::string& text : written_cells(fitted.encoder.decode(block, 1, 0))) {
      if (text == "NULL") continue;
      INFO(text);
      const auto moment = format.read(text);
      REQUIRE(moment);
      CHECK(moment->ticks % (6 * 60) == 0);
      CHECK(moment->ticks >= format.read("31.01.2020 06:00")->ticks);
      CHECK(moment->ticks <= format.read("29.02.2020 18:00")->ticks);
    }
  }
}

TEST_CASE("dates in digits stay whole numbers, and dates") {
  std::vector<std::string> cells;
  for (int i = 0; i < 60; ++i)
    cells.push_back(i % 10 == 9 ? "" : std::to_string(20200100 + 100 * (i % 12) + 1 + i % 28));
  Fitted fitted(cells);
  REQUIRE(fitted.kind() == ColumnKind::datetime);
  CHECK(fitted.encoder.metadata().columns[1].dtype == table::Dtype::int64);
  EncodedTable block = fitted.encoder.encode(fitted.rows, 1, fitted.pool);
  auto& scalars = std::get<EncodedContinuous>(block.columns[1]).scalar;
  const table::DatetimeFormat format("%Y%m%d");
  for (std::size_t row = 0; row < scalars.size(); ++row)
    scalars[row] = -1.0F + 0.033F * static_cast<float>(row);
  const table::Table drawn = fitted.encoder.decode(block, 1, 0);
  CHECK(drawn.columns()[1].dtype == table::Dtype::int64);
  for (const std::string& cell : written_cells(drawn)) {
    INFO(cell);
    CHECK((cell.empty() || format.read(cell)));
  }
}

TEST_CASE("a metadata file may say that whole numbers are dates") {
  table::TableRequest request;
  request.columns["c"] = {ColumnKind::datetime, "%Y%m%d"};
  const std::vector<std::string> cells{"20230101", "20230102", "20230101", "20230102"};
  Fitted fitted(cells, request);
  CHECK(fitted.kind() == ColumnKind::datetime);
  CHECK(fitted.round_trip() == cells);
  request.columns["c"].datetime_format = "%d%m%Y";
  CHECK(raised([&] { Fitted(cells, request); }).sentence().find("'20230101'") != std::string::npos);
}

TEST_CASE("several ways of writing dates are used as often as in the column") {
  std::vector<std::string> cells;
  for (int i = 0; i < 900; ++i) {
    const std::string day = std::to_string(10 + i % 19);
    cells.push_back(i % 3 == 0 ? "2022-03-" + day : day + "/03/2022");
  }
  Fitted fitted(cells);
  REQUIRE(fitted.kind() == ColumnKind::datetime);
  const auto drawn = fitted.round_trip();
  const auto iso =
      std::count_if(drawn.begin(), drawn.end(), [](const auto& cell) { return cell.starts_with("2022-"); });
  CHECK(std::abs(static_cast<double>(iso) - 300) < 60);
  for (const std::string& cell : drawn) CHECK(std::find(cells.begin(), cells.end(), cell) != cells.end());
}

TEST_CASE("time zones are learnt beside the time") {
  const std::vector<std::string> cells{"2020-01-01T10:00:00+01:00", "2020-01-01T11:00:00Z",
                                       "2020-01-01T10:00:00+01:00", "2020-01-01T12:00:00-05:30"};
  Fitted fitted(cells);
  CHECK(fitted.encoder.category_rows().back().counts == std::vector<std::uint64_t>{2, 1, 1});
  CHECK(fitted.round_trip() == cells);
  const std::vector<std::string> one_zone{"2020-01-01T10:00:00+01:00", "2020-01-02T10:00:00+01:00",
                                          "2020-01-01T10:00:00+01:00"};
  Fitted fixed(one_zone);
  CHECK(fixed.encoder.category_rows().size() == 1);
  CHECK(fixed.round_trip() == one_zone);
}

TEST_CASE("missing values are learnt: where, and how they were written") {
  Fitted fitted({"1", "NA", "2", "NA", "", "3"});
  CHECK(fitted.encoder.category_rows().back().counts == std::vector<std::uint64_t>{3, 2, 1});
  const auto place = [&](const char* column, const char* text) {
    const auto& names = fitted.encoder.metadata().columns;
    const auto at =
        std::find_if(names.begin(), names.end(), [&](const auto& each) { return each.name == column; });
    const auto found = fitted.encoder.find_conditions(static_cast<std::size_t>(at - names.begin()), text);
    return found.empty() ? std::nullopt : std::optional(found.front().position);
  };
  CHECK(place("c", "NA") == std::optional<std::uint32_t>(3));
  CHECK(place("c", "1") == std::nullopt);
  CHECK(place("x", "b") == std::optional<std::uint32_t>(1));
}

TEST_CASE("the values shown in place of missing ones are values of other rows") {
  std::vector<std::string> cells(40, "NA");
  for (std::size_t i = 0; i < cells.size(); i += 4) cells[i] = i % 8 == 0 ? "100" : "900";
  Fitted fitted(cells);
  EncodedTable block = fitted.encoder.encode(fitted.rows, 1, fitted.pool);
  auto& presence = std::get<Codes>(block.columns[2]);
  for (std::size_t row = 0; row < cells.size(); ++row) presence.set(row, 0);
  std::set<std::string> seen;
  for (const std::string& text : written_cells(fitted.encoder.decode(block, 1, 0))) seen.insert(text);
  CHECK(seen == std::set<std::string>{"100", "900"});
}

TEST_CASE("identifiers are made anew for every row of a sample, with missing ones where they are learnt") {
  std::vector<std::string> cells;
  for (int i = 0; i < 50; ++i)
    cells.push_back(i % 10 == 3 ? "NA" : "user-" + std::to_string(10'000 + 37 * i));
  Fitted fitted(cells);
  REQUIRE(fitted.kind() == ColumnKind::id);
  const std::vector<std::string> drawn = fitted.round_trip(1);
  const std::set<std::string> old(cells.begin(), cells.end());
  std::set<std::string> seen;
  for (std::size_t row = 0; row < drawn.size(); ++row) {
    CHECK((drawn[row] == "NA") == (cells[row] == "NA"));
    if (drawn[row] == "NA") continue;
    CHECK(drawn[row].starts_with("user-"));
    CHECK(drawn[row].size() == cells[row].size());
    CHECK(old.count(drawn[row]) == 0);
    CHECK(seen.insert(drawn[row]).second);
  }
  CHECK(fitted.round_trip(2) != drawn);
}

TEST_CASE("a row index goes on behind its end") {
  Fitted fitted({"1", "2", "3", "4", "5"});
  REQUIRE(fitted.kind() == ColumnKind::id);
  CHECK(fitted.round_trip() == std::vector<std::string>{"6", "7", "8", "9", "10"});
}

TEST_CASE("later rows of a sample have other identifiers") {
  Fitted fitted({"k81", "k17", "k52"});
  const EncodedTable block = fitted.encoder.encode(fitted.rows, 1, fitted.pool);
  const auto first = written_cells(fitted.encoder.decode(block, 1, 0));
  const auto second = written_cells(fitted.encoder.decode(block, 1, 3));
  for (const std::string& text : second) CHECK(std::find(first.begin(), first.end(), text) == first.end());
}

TEST_CASE("the range is left only where that is asked for") {
  table::TableRequest request;
  request.rules.keep_range = false;
  for (const bool free : {false, true}) {
    Fitted fitted({"10", "20", "30", "20"}, free ? request : table::TableRequest{});
    EncodedTable block = fitted.encoder.encode(fitted.rows, 1, fitted.pool);
    auto& scalars = std::get<EncodedContinuous>(block.columns[1]).scalar;
    std::fill(scalars.begin(), scalars.end(), 1.0F);
    long greatest = 0;
    for (const std::string& text : written_cells(fitted.encoder.decode(block, 1, 0)))
      greatest = std::max(greatest, std::stol(text));
    CHECK((greatest > 30) == free);
  }
}

TEST_CASE("whole numbers that are written with a point stay whole") {
  std::vector<std::string> cells;
  for (int i = 0; i < 60; ++i) cells.push_back(i % 9 == 0 ? "" : std::to_string(180 + i * 7 % 41) + ".0");
  const table::Table drawn = Fitted(cells).drawn([](EncodedContinuous& numbers) {
    for (float& scalar : numbers.scalar) scalar += 0.0123F;
  });
  for (const std::string& cell : written_cells(drawn)) CHECK((cell.empty() || cell.ends_with(".0")));
}

TEST_CASE("numbers drawn nearer to a frequent value than the column ever comes are that value") {
  std::vector<std::string> cells(60, "0");
  for (int i = 0; i < 40; ++i) cells.push_back(std::to_string(1000 + 37 * i));
  const auto drawn = [&](const table::TableRequest& request) {
    // Around the mean of the zeros' mode, as a generator draws.
    const table::Table rows = Fitted(cells, request).drawn([](EncodedContinuous& numbers) {
      numbers.mode[1] = numbers.mode[2] = numbers.mode[0];
      numbers.scalar[1] = numbers.scalar[0] - 0.02F;
      numbers.scalar[2] = numbers.scalar[0] + 0.02F;
    });
    const std::vector<std::int64_t>& drawn_numbers = rows.columns()[1].integers();
    return std::vector<std::int64_t>(drawn_numbers.begin(), drawn_numbers.begin() + 3);
  };
  CHECK(drawn({}) == std::vector<std::int64_t>{0, 0, 0});
  table::TableRequest free;
  free.rules.keep_range = false;
  CHECK(drawn(free)[2] >= 0);
}

TEST_CASE("a number treated as a category may be missing") {
  table::TableRequest request;
  request.columns["c"].kind = ColumnKind::categorical;
  const std::vector<std::string> cells{"5", "NA", "7", "5", ""};
  Fitted fitted(cells, request);
  CHECK(fitted.encoder.category_rows().back().counts == std::vector<std::uint64_t>{2, 1, 1, 1});
  CHECK(fitted.round_trip() == cells);
}
