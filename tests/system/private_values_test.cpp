// What a person typed into a table does not come back: not in samples, not in the model's file, not in the
// report, the plan or the draft of metadata.
#include <fmt/format.h>

#include <array>
#include <set>

#include "common/files/file.h"
#include "common/files/gzip.h"
#include "tests/catch.h"
#include "tests/system/csv_rows.h"
#include "tests/system/laptop.h"

namespace ctgan::tests {
namespace {

constexpr int k_rows = 400;

std::string person(int row) {
  constexpr std::array k_first{"Alma", "Berna", "Corric", "Dante", "Elwin", "Franka", "Gislo"};
  constexpr std::array k_last{"Stoner", "Bramann", "Kruski", "Weisen", "Lanton", "Brasen"};
  return fmt::format("{} {}{}", k_first[static_cast<std::size_t>(row) % 7],
                     k_last[static_cast<std::size_t>(row) % 6],
                     std::string(1 + static_cast<std::size_t>(row) / 42, static_cast<char>('a' + row % 20)));
}

// A couple shares a phone, some have two rows, one in ten has no mail.
std::string cell(const std::string& column, int row) {
  if (column == "name") return person(row);
  if (column == "phone") return fmt::format("+99 555 {:07}", (row == 7 ? 11 : row) * 24'373 % 9'999'991);
  if (column == "mail")
    return row % 10 == 3 ? ""
                         : fmt::format("p{}.x@{}.com", (row - row % 8 / 7) * 37, row % 2 ? "web" : "mail");
  if (column == "note")
    return fmt::format("seen {} with Cousin{} about pain number {}", row * 7, row, row % 3);
  if (column == "ward")
    return row % 50 == 4 ? fmt::format("Room of Mrs {}", row) : fmt::format("W{}", row % 4);
  return std::to_string(20 + row * 37 % 60);
}

const std::vector<std::string> k_columns{"name", "phone", "mail", "note", "ward", "age"};

std::string table() {
  std::string text = "name,phone,mail,note,ward,age\n";
  for (int row = 0; row < k_rows; ++row)
    for (const std::string& column : k_columns) text += cell(column, row) + (column == "age" ? "\n" : ",");
  return text;
}

// All that one person alone, or a couple, has.
std::set<std::string> secrets() {
  std::set<std::string> found;
  for (int row = 0; row < k_rows; ++row)
    for (const char* column : {"name", "phone", "mail", "note", "ward"})
      if (const std::string text = cell(column, row); text.size() > 2) found.insert(text);
  return found;
}

void check_silent(const std::string& text, const std::string& where,
                  const std::set<std::string>& hidden = secrets()) {
  INFO(where);
  for (const std::string& secret : hidden) {
    INFO(secret);
    REQUIRE(text.find(secret) == std::string::npos);
  }
}

// All that the commands left on the laptop, unpacked, but the table itself. Returns how many files there are.
int check_files_silent(const Laptop& laptop, const std::set<std::string>& hidden) {
  int files = 0;
  for (const std::string& name : files_under(laptop.work())) {
    if (name.starts_with("original_data")) continue;
    const auto source = files::open_maybe_gzip(laptop.work() / name);
    std::string content;
    std::vector<char> buffer(1 << 16);
    while (const std::size_t got = source->read(buffer)) content.append(buffer.data(), got);
    check_silent(content, name, hidden);
    ++files;
  }
  return files;
}

constexpr int k_patients = 80;

std::string patient(int number, const std::string& column) {
  if (column == "patient_id") return fmt::format("KX{}", 70'000 + number * 13);
  if (column == "name") return person(number);
  // Three of one family live where nobody else does.
  return number < 3 ? "Ultima Thule" : number % 2 == 0 ? "Rome" : "Oslo";
}

// A dozen visits of each, so that many rows share what is one person's.
std::string visits() {
  std::string text = "patient_id,name,town,ward,age\n";
  for (int row = 0; row < 12 * k_patients; ++row) {
    for (const char* column : {"patient_id", "name", "town"}) text += patient(row % k_patients, column) + ",";
    text += fmt::format("W{},{}\n", row / k_patients % 4, 20 + row % k_patients % 50);
  }
  return text;
}

}  // namespace

TEST_CASE("nobody's data comes out of a fit, a sample, a report or a plan") {
  const Laptop laptop;
  const std::string file = laptop.write_table("people.csv", table());
  const Outcome plan = laptop.run({"fit", file, "--plan", "--batch"});
  INFO(plan);
  REQUIRE(plan.code == 0);
  CHECK_THAT(plan.out, Catch::Contains("Made anew") && Catch::Contains("name, phone, mail, note") &&
                           Catch::Contains("Left out") && Catch::Contains("8 values of ward"));
  check_silent(plan.out, "plan");
  check_silent(files::read_file(laptop.work() / "people_metadata.json"), "draft");

  const Outcome fitted =
      laptop.run({"fit", file, "--epochs", "2", "--batch-size", "50", "--seed", "1", "--batch"});
  INFO(fitted);
  REQUIRE(fitted.code == 0);
  CHECK_THAT(fitted.err, Catch::Contains("Made anew") && Catch::Contains("--discrete COLUMN"));
  check_silent(fitted.out + fitted.err, "fit");
  REQUIRE(
      laptop.run({"sample", "latest", "-n", "3000", "--seed", "1", "--output", "out.csv", "--batch"}).code ==
      0);
  REQUIRE(laptop.run({"download", "--report", "latest", "--output", ".", "--batch"}).code == 0);
  REQUIRE(laptop.run({"download", "--models", last_line(fitted.out), "--output", ".", "--batch"}).code == 0);
  CHECK(check_files_silent(laptop, secrets()) >= 5);
}

TEST_CASE("nobody's data comes out of a table in which everybody has many rows") {
  std::set<std::string> hidden{"Ultima Thule"};
  for (int number = 0; number < k_patients; ++number)
    for (const char* column : {"patient_id", "name"}) hidden.insert(patient(number, column));
  for (const std::vector<std::string>& method : std::vector<std::vector<std::string>>{
           {"trees"}, {"ctgan", "--epochs", "2"}, {"tvae", "--epochs", "2"}}) {
    INFO(method.front());
    const Laptop laptop;
    std::vector<std::string> fit{
        "fit", laptop.write_table("visits.csv", visits()), "--seed", "1", "--batch", "--method"};
    fit.insert(fit.end(), method.begin(), method.end());
    const Outcome fitted = laptop.run(fit);
    INFO(fitted);
    REQUIRE(fitted.code == 0);
    check_silent(fitted.out + fitted.err, "fit", hidden);
    REQUIRE(laptop.run({"sample", "latest", "-n", "3000", "--seed", "1", "--output", "out.csv", "--batch"})
                .code == 0);
    REQUIRE(laptop.run({"download", "--report", "latest", "--output", ".", "--batch"}).code == 0);
    REQUIRE(laptop.run({"download", "--models", last_line(fitted.out), "--output", ".", "--batch"}).code ==
            0);
    CHECK(check_files_silent(laptop, hidden) >= 5);
    for (const std::string& name : files_under(laptop.work()))
      if (name.ends_with("_report.html"))
        CHECK_THAT(files::read_file(laptop.work() / name), Catch::Contains("were held out together"));
  }
}

TEST_CASE("blanks and repeats of what is made anew stay as frequent as they were") {
  const Laptop laptop;
  const std::string file = laptop.write_table("people.csv", table());
  REQUIRE(laptop
              .run({"fit", file, "--epochs", "30", "--batch-size", "50", "--seed", "1", "--batch",
                    "--no-report", "--sample-frequency", "original"})
              .code == 0);
  REQUIRE(
      laptop.run({"sample", "latest", "-n", "2000", "--seed", "1", "--output", "out.csv", "--batch"}).code ==
      0);
  const CsvRows rows = csv_rows(laptop.work() / "out.csv");
  REQUIRE(rows.size() == 1 + 2000);
  std::set<std::string> mails;
  int blank = 0;
  for (std::size_t row = 1; row < rows.size(); ++row) {
    const std::string& mail = rows[row].at(2);
    mail.empty() ? ++blank : 0;
    mails.insert(mail);
  }
  CHECK(blank / 2000.0 == Approx(0.1).margin(0.07));
  const double shown = 2000 - blank;
  std::set<std::string> old;
  for (int row = 0; row < k_rows; ++row) old.insert(cell("mail", row));
  const double before = 1 - static_cast<double>(old.size() - 1) / (0.9 * k_rows);
  CHECK(1 - static_cast<double>(mails.size() - 1) / shown == Approx(before).margin(0.04));
}

TEST_CASE("a fit that is told to learns names word for word") {
  const Laptop laptop;
  const std::string file = laptop.write_table("people.csv", table());
  const Outcome alone = laptop.run({"fit", file, "--discrete", "name", "--plan", "--batch"});
  CHECK_THAT(alone.out, Catch::Contains("Made anew in their shape, no value copied: name"));
  REQUIRE(laptop
              .run({"fit", file, "--discrete", "name", "--min-category-count", "1", "--epochs", "1",
                    "--batch-size", "50", "--seed", "1", "--batch", "--no-report"})
              .code == 0);
  REQUIRE(laptop.run({"sample", "latest", "-n", "50", "--output", "out.csv", "--batch"}).code == 0);
  std::set<std::string> names;
  for (int row = 0; row < k_rows; ++row) names.insert(person(row));
  const CsvRows rows = csv_rows(laptop.work() / "out.csv");
  CHECK(rows.size() == 1 + 50);
  for (std::size_t row = 1; row < rows.size(); ++row) CHECK(names.contains(rows[row].front()));
}

}  // namespace ctgan::tests
