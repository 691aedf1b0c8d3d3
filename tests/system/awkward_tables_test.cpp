// Every table of tests/system/awkward_tables goes through fit and sample; what comes back is held against it,
// cell text by cell text. expected.json says what each column is; what follows from that is here.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "common/files/file.h"
#include "common/files/gzip.h"
#include "common/table/datetime_format.h"
#include "common/table/missing_texts.h"
#include "common/table/number_text.h"
#include "tests/catch.h"
#include "tests/system/laptop.h"

namespace ctgan::tests {
namespace {

using nlohmann::json;
using Cells = std::vector<std::string>;

struct TextColumn {
  std::string name;
  Cells cells;
};

// RFC 4180, as plainly as can be.
std::vector<TextColumn> columns_of(std::string csv) {
  if (csv.starts_with("\xef\xbb\xbf")) csv.erase(0, 3);
  std::vector<Cells> rows(1, Cells(1));
  bool quoted = false;
  for (std::size_t i = 0; i < csv.size(); ++i) {
    const bool doubled = csv[i] == '"' && i + 1 < csv.size() && csv[i + 1] == '"';
    std::string& cell = rows.back().back();
    if (quoted && doubled) {
      cell += csv[++i];
    } else if (csv[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && csv[i] == ',') {
      rows.back().emplace_back();
    } else if (!quoted && csv[i] == '\n') {
      rows.emplace_back(1);
    } else if (quoted || csv[i] != '\r') {
      cell += csv[i];
    }
  }
  rows.pop_back();
  std::vector<TextColumn> columns;
  for (const std::string& name : rows.front()) columns.push_back({name, {}});
  for (std::size_t row = 1; row < rows.size(); ++row) {
    REQUIRE(rows[row].size() == columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i].cells.push_back(rows[row][i]);
  }
  return columns;
}

bool is_missing(const std::string& cell) {
  static const table::MissingTexts k_standard;
  return k_standard.contains(cell) || cell == "?" || cell == "-";
}

Cells present(const Cells& cells) {
  Cells found;
  std::copy_if(cells.begin(), cells.end(), std::back_inserter(found),
               [](const std::string& cell) { return !is_missing(cell); });
  return found;
}

double missing_rate(const Cells& cells) {
  return 1.0 - static_cast<double>(present(cells).size()) / static_cast<double>(cells.size());
}

std::size_t decimals_of(const std::string& cell) {
  const std::size_t point = cell.find('.');
  const std::size_t end = std::min(cell.find_last_of("0123456789"), cell.size());
  return point == std::string::npos ? 0 : end - point;
}

std::size_t leading_spaces(const Cells& cells) {
  std::size_t least = std::string::npos;
  for (const std::string& cell : cells) least = std::min(least, cell.find_first_not_of(' '));
  return least;
}

// No new spelling of a missing value, and about as many as there were.
void check_missing(const Cells& before, const Cells& after) {
  const std::set<std::string> known(before.begin(), before.end());
  for (const std::string& cell : after)
    if (is_missing(cell)) CHECK(known.count(cell) == 1);
  CHECK(std::abs(missing_rate(after) - missing_rate(before)) < 0.15);
}

void check_texts(const Cells& before, const Cells& after) {
  const std::set<std::string> known(before.begin(), before.end());
  for (const std::string& cell : after) CHECK(known.count(cell) == 1);
}

void check_numbers(const Cells& before, const Cells& after) {
  std::vector<long double> numbers;
  std::set<std::size_t> decimals;
  bool exponents = false;
  for (const std::string& cell : before) {
    numbers.push_back(std::stold(cell));
    decimals.insert(decimals_of(cell));
    exponents = exponents || cell.find('e') != std::string::npos;
  }
  const auto [least, greatest] = std::minmax_element(numbers.begin(), numbers.end());
  for (const std::string& cell : after) {
    INFO(cell);
    REQUIRE(table::read_number(cell).number);
    const long double number = std::stold(cell);
    CHECK(number >= *least);
    CHECK(number <= *greatest);
    if (!exponents) CHECK(decimals.count(decimals_of(cell)) == 1);
  }
  CHECK(leading_spaces(after) == (leading_spaces(before) == 1 ? 1 : 0));
}

void check_dates(const Cells& before, const Cells& after, const std::string& pattern) {
  const std::vector<std::string_view> views(before.begin(), before.end());
  const auto format = pattern.empty() ? table::DatetimeFormat::infer(views) : table::DatetimeFormat(pattern);
  REQUIRE(format);
  std::vector<std::int64_t> ticks;
  for (const std::string& cell : before) ticks.push_back(format->read(cell)->ticks);
  const auto [least, greatest] = std::minmax_element(ticks.begin(), ticks.end());
  for (const std::string& cell : after) {
    INFO(cell);
    const auto moment = format->read(cell);
    REQUIRE(moment);
    CHECK(moment->ticks >= *least);
    CHECK(moment->ticks <= *greatest);
  }
}

// None of them old, and none twice where none was.
void check_identifiers(const Cells& before, const Cells& after) {
  const std::set<std::string> old(before.begin(), before.end());
  std::set<std::string> seen;
  for (const std::string& cell : after) {
    INFO(cell);
    CHECK_FALSE(old.contains(cell));
    const bool fresh = seen.insert(cell).second;
    if (old.size() == before.size()) CHECK(fresh);
  }
}

void check_column(const std::string& kind, const Cells& before, const Cells& after,
                  const std::string& pattern) {
  if (kind == "categorical" || kind == "boolean" || kind == "constant" || kind == "all_missing")
    return check_texts(before, after);
  check_missing(before, after);
  if (kind == "numerical") check_numbers(present(before), present(after));
  if (kind == "datetime") check_dates(present(before), present(after), pattern);
  if (kind == "id") check_identifiers(present(before), present(after));
}

std::filesystem::path folder() {
  return std::filesystem::path(std::getenv("CTGAN_SOURCE_DIR")) / "tests/system/awkward_tables";
}

// What the program says that the columns are.
json told_kinds(const Outcome& fit) {
  std::istringstream lines(fit.out);
  for (std::string line; std::getline(lines, line);) {
    const json event = json::parse(line);
    if (event.at("message_type") != "table") continue;
    json kinds = json::object();
    for (const auto& [kind, names] : event.at("columns").items())
      for (const json& name : names) kinds[name.get<std::string>()] = kind;
    return kinds;
  }
  return {};
}

std::string format_for(const std::string& name) {
  return name == "packed_dates.csv" ? "on %Y%m%d" : "";
}

}  // namespace

TEST_CASE("awkward tables come back in their own spelling, kind by kind", "[fault:36][fault:37][fault:38]") {
  const json expected = json::parse(files::read_file(folder() / "expected.json"));
  CHECK(expected.size() >= 40);
  const Laptop laptop;
  for (const auto& [name, told] : expected.items()) {
    DYNAMIC_SECTION(name) {
      const std::string original = files::read_file(folder() / name);
      const std::string file = laptop.write_table(name, original);
      std::vector<std::string> fit{
          "fit",    file, "--epochs",           "60",       "--batch-size", "20",
          "--seed", "3",  "--sample-frequency", "original", "--batch",      "--json"};
      for (const json& flag : told.at("flags")) {
        const auto text = flag.get<std::string>();
        fit.push_back(text.ends_with(".json") ? (folder() / text).string() : text);
      }
      const Outcome fitted = laptop.run(fit);
      INFO(fitted);
      REQUIRE(fitted.code == 0);
      CHECK(told_kinds(fitted) == told.at("kinds"));
      const Outcome sampled =
          laptop.run({"sample", "latest", "-n", "200", "--seed", "5", "--output", "out.csv", "--batch"});
      INFO(sampled);
      REQUIRE(sampled.code == 0);
      const auto before = columns_of(original);
      const auto after = columns_of(files::read_file(laptop.work() / "out.csv"));
      REQUIRE(after.size() == before.size());
      for (std::size_t i = 0; i < before.size(); ++i) {
        INFO("column " << before[i].name);
        CHECK(after[i].name == before[i].name);
        REQUIRE(after[i].cells.size() == 200);
        check_column(told.at("kinds").at(before[i].name), before[i].cells, after[i].cells, format_for(name));
      }
    }
  }
}

TEST_CASE("a missing value that only the held-out rows have does not spoil the model") {
  const Laptop laptop;
  std::string text = "number,text,group\n";
  for (int row = 0; row < 200; ++row)
    text += fmt::format("{},{},{}\n",
                        row == 77   ? ""
                        : row == 78 ? "NA"
                                    : std::to_string(row * 37 % 100),
                        row == 77 ? "NA" : fmt::format("t{}", row % 7), "ab"[row % 2]);
  const std::string file = laptop.write_table("one_hole.csv", text);
  for (const char* seed : {"1", "2", "3", "4"}) {
    INFO("seed " << seed);
    const Outcome fitted = laptop.run({"fit", file, "--epochs", "1", "--batch-size", "20", "--held-out",
                                       "0.5", "--seed", seed, "--batch", "--name", std::string("s") + seed});
    REQUIRE(fitted.code == 0);
    const Outcome sampled =
        laptop.run({"sample", std::string("latest:s") + seed, "-n", "50", "--output", "-", "--batch"});
    INFO(sampled);
    CHECK(sampled.code == 0);
  }
}

TEST_CASE("values that are rarely missing, and then together, stay rarely missing") {
  const Laptop laptop;
  std::string text = "carrier,delay,distance,speed,hours\n";
  for (int row = 0; row < 2000; ++row) {
    const bool gone = row % 40 == 7;  // 2.5 %
    text +=
        fmt::format("{},{},{},{}\n", "ABC"[row * row % 3], gone ? "" : std::to_string(row * 37 % 50),
                    100 + row * 71 % 900,
                    gone ? "," : fmt::format("{},{}.{}", 300 + row * 53 % 200, row * 29 % 6, row * 29 % 10));
  }
  const std::string file = laptop.write_table("flights.csv", text);
  REQUIRE(laptop.run({"fit", file, "--epochs", "10", "--batch-size", "100", "--seed", "1", "--batch"}).code ==
          0);
  REQUIRE(
      laptop.run({"sample", "latest", "-n", "5000", "--seed", "1", "--output", "out.csv", "--batch"}).code ==
      0);
  for (const TextColumn& column : columns_of(files::read_file(laptop.work() / "out.csv"))) {
    INFO(column.name);
    const bool whole = column.name == "carrier" || column.name == "distance";
    CHECK(missing_rate(column.cells) < (whole ? 1e-9 : 0.08));
  }
}

TEST_CASE("a plan says what the columns are, measures the cost, and writes metadata that a fit takes") {
  const Laptop laptop;
  const std::string file = laptop.write_table("t.csv", files::read_file(folder() / "german_dates.csv"));
  const Outcome plan = laptop.run({"fit", file, "--plan", "--epochs", "7", "--batch", "--json"});
  INFO(plan);
  REQUIRE(plan.code == 0);
  const json result = json::parse(last_line(plan.out));
  CHECK(result.at("columns") == json{{"datetime", {"d"}}, {"categorical", {"group"}}});
  CHECK(result.at("cost").at("seconds_an_epoch") > 0);
  CHECK(result.at("cost").at("memory_bytes") > 1'000'000);
  CHECK(result.at("cost").at("width") > 2);
  CHECK(files_under(laptop.local_store() / "jobs").empty());
  const json draft = json::parse(files::read_file(laptop.work() / "t_metadata.json"));
  CHECK(draft.at("columns").at("d").at("datetime_format") == "%d.%m.%Y");
  CHECK(laptop
            .run({"fit", file, "--metadata", "t_metadata.json", "--epochs", "1", "--batch-size", "20",
                  "--batch"})
            .code == 0);
  // An edited draft is not overwritten.
  const std::string edited = files::read_file(laptop.work() / "t_metadata.json");
  const Outcome again = laptop.run({"fit", file, "--plan", "--drop", "group", "--batch"});
  CHECK_THAT(again.out,
             Catch::Contains("left as it is") && Catch::Contains("--metadata t_metadata.json --drop group'"));
  CHECK(files::read_file(laptop.work() / "t_metadata.json") == edited);
  CHECK(laptop.run({"fit", file, "--plan", "--drop", "group", "--force", "--batch"}).code == 0);
  CHECK(files::read_file(laptop.work() / "t_metadata.json") != edited);
  const Outcome people = laptop.run({"fit", file, "--plan", "--batch", "--name", "other"});
  CHECK_THAT(people.out, Catch::Contains("as %d.%m.%Y") && Catch::Contains("for 300 epochs") &&
                             Catch::Contains("other_metadata.json"));
}

TEST_CASE("no cell of an identifier column is anywhere in the model's file", "[fault:35]") {
  const Laptop laptop;
  for (const std::string name :
       {"codes", "uuids", "emails", "unique_phones", "user_ids", "unique_beyond_64_bits"}) {
    const std::string original = files::read_file(folder() / (name + ".csv"));
    const std::string file = laptop.write_table(name + ".csv", original);
    const Outcome fitted = laptop.run({"fit", file, "--epochs", "2", "--batch-size", "20", "--batch"});
    INFO(fitted);
    REQUIRE(fitted.code == 0);
    REQUIRE(laptop.run({"download", "--models", last_line(fitted.out), "--output", ".", "--batch"}).code ==
            0);
    const auto packed = files::open_maybe_gzip(laptop.work() / last_line(fitted.out));
    std::string archive;
    std::vector<char> buffer(1 << 16);
    while (const std::size_t got = packed->read(buffer)) archive.append(buffer.data(), got);
    CHECK(archive.find("sdtype") != std::string::npos);
    const std::vector<TextColumn> columns = columns_of(original);
    for (const std::string& cell : columns[0].cells) {
      INFO(cell);
      CHECK(archive.find(cell) == std::string::npos);
    }
  }
}

TEST_CASE("protected categories never come out, and none is in the model's file") {
  const Laptop laptop;
  const std::string file =
      laptop.write_table("jobs.csv", files::read_file(folder() / "rare_values_protected.csv"));
  REQUIRE(
      laptop.run({"fit", file, "--epochs", "5", "--batch-size", "20", "--min-category-count", "5", "--batch"})
          .code == 0);
  REQUIRE(laptop.run({"sample", "latest", "-n", "500", "--output", "out.csv", "--batch"}).code == 0);
  for (const TextColumn& column : columns_of(files::read_file(laptop.work() / "out.csv"))) {
    if (column.name != "job") continue;
    for (const std::string& cell : column.cells) CHECK((cell == "clerk" || cell == "nurse"));
  }
}

TEST_CASE("the report on a model with protected categories names none of them") {
  const Laptop laptop;
  std::string text = "job,zip,pay\n";
  for (int row = 0; row < 600; ++row)
    text += fmt::format("{},{},{}\n",
                        row % 150 == 7 ? fmt::format("keeper of {}", row)
                        : row % 2      ? "clerk"
                                       : "nurse",
                        row % 200 == 9 ? 90'000 + row : 10'000 + row % 3, 1000 + row * 37 % 500);
  const std::string file = laptop.write_table("jobs.csv", text);
  const Outcome fitted = laptop.run({"fit", file, "--epochs", "2", "--min-category-count", "5", "--discrete",
                                     "zip", "--held-out", "0.3", "--seed", "1", "--batch"});
  INFO(fitted);
  REQUIRE(fitted.code == 0);
  REQUIRE(laptop.run({"download", "--report", "latest", "--output", ".", "--batch"}).code == 0);
  int pages = 0;
  for (const std::string& name : files_under(laptop.work())) {
    if (name.find("_report.") == std::string::npos) continue;
    ++pages;
    const std::string page = files::read_file(laptop.work() / name);
    CHECK_THAT(page, Catch::Contains("clerk") && Catch::Contains("(protected)"));
    CHECK_THAT(page, !Catch::Contains("keeper") && !Catch::Contains("90009") && !Catch::Contains("90209"));
  }
  CHECK(pages == 2);
}

}  // namespace ctgan::tests
