// What named keys disclose, by hand and against a direct count.
#include <map>

#include "common/errors/error.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/evaluate/key_disclosure.h"
#include "server/synth/evaluate/key_judgement.h"
#include "tests/catch.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;
using tests::compared;
using tests::households;

namespace {

// Rows of letters; columns are called a, b, c.
table::Table letters(const std::vector<std::string>& rows) {
  std::vector<table::Column> columns;
  for (std::size_t c = 0; c < rows.front().size(); ++c) {
    std::vector<std::string> cells;
    for (const std::string& row : rows) cells.push_back(row.substr(c, 1));
    columns.push_back(tests::text_column(std::string(1, static_cast<char>('a' + c)), cells));
  }
  return table::Table(std::move(columns));
}

std::string cell(const ComparedTables& tables, Side side, std::size_t column, std::size_t row) {
  const ComparedColumn& of = tables.columns[column];
  return of.shape == ColumnShape::categorical ? of.labels[of.of(side).codes[row]]
                                              : std::to_string(of.of(side).numbers[row]);
}

// DiSCO by its definition: for each row all synthetic rows with its keys are looked at.
double counted_disco(const ComparedTables& tables, Side side, const std::vector<std::size_t>& keys,
                     std::size_t target) {
  double right = 0;
  for (std::size_t row = 0; row < tables.rows(side); ++row) {
    std::size_t alike = 0, agreeing = 0;
    for (std::size_t made = 0; made < tables.rows(Side::synthetic); ++made) {
      const bool same = std::all_of(keys.begin(), keys.end(), [&](std::size_t key) {
        return cell(tables, side, key, row) == cell(tables, Side::synthetic, key, made);
      });
      if (!same) continue;
      ++alike;
      agreeing += cell(tables, side, target, row) == cell(tables, Side::synthetic, target, made) ? 1 : 0;
    }
    right += alike > 0 && alike == agreeing ? 1 : 0;
  }
  return right / static_cast<double>(tables.rows(side));
}

const KeyTarget& target_of(const KeyDisclosure& found, const std::string& column) {
  return *std::find_if(found.targets.begin(), found.targets.end(),
                       [&](const KeyTarget& target) { return target.column == column; });
}

}  // namespace

TEST_CASE("Uniques, those that are found and those that are replicated are shares of the training rows") {
  const table::Table original = letters({"xxp", "xxq", "xyp", "yxp", "yyq"});
  const table::Table held_out = letters({"xyp", "zzp", "zyq"});
  const table::Table synthetic = letters({"xyp", "yxp", "yxq", "xxp", "zzq"});
  const KeyDisclosure found = measure_keys(compared(original, &held_out, synthetic), {"a", "b"});
  CHECK(found.original_unique == Approx(0.6));   // xy, yx, yy
  CHECK(found.synthetic_unique == Approx(0.6));  // xy, xx, zz
  CHECK(found.found == Approx(0.4));             // xy, yx
  CHECK(found.replicated == Approx(0.2));        // xy
  // With the held-out rows nobody but yx, yy and zz, zy is alone.
  CHECK(found.alone == 2);
  CHECK(found.alone_replicated == 0.0);
  CHECK(found.held_out_alone == 2);
  CHECK(found.held_out_replicated == 0.5);  // zz
  REQUIRE(found.targets.size() == 1);
  // The synthetic table says xy: p, xx: p, zz: q; of yx it says nothing.
  CHECK(found.targets[0].column == "c");
  CHECK(found.targets[0].synthetic == Approx(0.4));      // xxp, xyp
  CHECK(found.targets[0].original == Approx(0.6));       // xyp, yxp, yyq
  CHECK(*found.targets[0].held_out == Approx(1 / 3.0));  // xyp
}

TEST_CASE("Attribute disclosure equals a direct count, of training and of held-out rows") {
  const table::Table original = households(300, 1);
  const table::Table held_out = households(120, 2);
  const ComparedTables tables = compared(original, &held_out, households(250, 3));
  const KeyDisclosure found = measure_keys(tables, {"city", "children"});
  const std::vector<std::size_t> keys{4, 3};
  for (std::size_t column = 0; column < tables.columns.size(); ++column) {
    if (column == 3 || column == 4) continue;
    INFO(tables.columns[column].name);
    const KeyTarget& target = target_of(found, tables.columns[column].name);
    CHECK(target.synthetic == Approx(counted_disco(tables, Side::original, keys, column)));
    CHECK(*target.held_out == Approx(counted_disco(tables, Side::held_out, keys, column)));
  }
}

TEST_CASE("Keys disclose no more of training than of held-out rows in fresh rows, and all in copied ones") {
  const table::Table original = households(4000, 1);
  const table::Table held_out = households(2000, 2);
  const auto judged = [&](const table::Table& synthetic) {
    return judge(measure_keys(compared(original, &held_out, synthetic), {"age", "city", "job"}), 4000);
  };
  for (const Finding& finding : judged(households(4000, 3))) {
    INFO(finding.sentence);
    CHECK(finding.verdict == Verdict::good);
  }
  const std::vector<Finding> leaking = judged(original);
  REQUIRE(leaking.size() == 2);
  CHECK(leaking[0].id == "replicated_uniques");
  CHECK(leaking[0].verdict == Verdict::bad);
  CHECK(leaking[1].id == "attribute_disclosure");
  CHECK(leaking[1].verdict == Verdict::bad);
}

TEST_CASE("Without held-out rows keys are measured and not judged") {
  const table::Table original = households(200, 1);
  const KeyDisclosure found = measure_keys(compared(original, nullptr, original), {"age", "city"});
  CHECK(found.replicated == found.original_unique);
  CHECK_FALSE(found.excess.has_value());
  CHECK(judge(found, 200).empty());
}

TEST_CASE("A key that no column is, or that is named twice, is refused with its name") {
  const table::Table original = households(40, 1);
  const ComparedTables tables = compared(original, nullptr, original);
  CHECK_THROWS_WITH(measure_keys(tables, {"age", "town"}), Catch::Contains("'town'"));
  CHECK_THROWS_WITH(measure_keys(tables, {"age", "age"}), Catch::Contains("'age'"));
}
