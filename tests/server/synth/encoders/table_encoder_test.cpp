#include "server/synth/encoders/table_encoder.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <limits>
#include <numeric>
#include <set>

#include "common/errors/error.h"
#include "common/table_formats/csv_reader.h"
#include "server/synth/codecs/category_codec.h"
#include "tests/catch.h"

namespace table = ctgan::table;
namespace table_formats = ctgan::table_formats;
namespace errors = ctgan::errors;
using namespace ctgan::synth::encoders;
namespace codecs = ctgan::synth::codecs;
using table::Categories;
using table::Column;
using table::ColumnKind;
using table::Dtype;

namespace {

Column integers(std::string name, std::vector<std::int64_t> cells) {
  Column column;
  column.name = std::move(name);
  column.dtype = Dtype::int64;
  column.cells = std::move(cells);
  return column;
}

Column reals(std::string name, std::vector<double> cells, int decimals = -1) {
  Column column;
  column.name = std::move(name);
  column.dtype = Dtype::float64;
  column.cells = std::move(cells);
  column.decimals = decimals;
  return column;
}

Column texts(std::string name, std::vector<std::uint32_t> codes, std::vector<std::string> dictionary,
             Dtype dtype = Dtype::text) {
  Column column;
  column.name = std::move(name);
  column.dtype = dtype;
  column.cells = Categories{std::move(codes), std::move(dictionary)};
  return column;
}

TableEncoder fit(const table::Table& t, const table::Metadata& metadata) {
  ctgan::threads::ThreadPool pool(2);
  return TableEncoder::fit(t, metadata, 1, pool);
}

EncodedTable encode(const TableEncoder& encoder, const table::Table& t, std::uint64_t seed) {
  ctgan::threads::ThreadPool pool(2);
  return encoder.encode(t, seed, pool);
}

// Metadata as infer_metadata would make it, with numeric columns named in `discrete` as categories.
table::Metadata metadata_of(const table::Table& t, const std::vector<std::string>& discrete = {}) {
  table::TableRequest request;
  for (const std::string& name : discrete) request.columns[name].kind = ColumnKind::categorical;
  return table::infer_metadata(t, request);
}

// A column with two categories, so that every table has something to learn.
Column beside(std::size_t rows) {
  std::vector<std::uint32_t> codes(rows);
  for (std::size_t row = 0; row < rows; ++row) codes[row] = row % 2;
  return texts("beside", std::move(codes), {"a", "b"});
}

std::string message_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const errors::Error& error) {
    CHECK(error.kind() == errors::Kind::bad_data);
    return error.sentence();
  }
  return "no error";
}

const ModeNormalizer& normalizer_of(const TableEncoder& encoder, std::size_t column) {
  return *encoder.modes(column);
}

const codecs::CategoryCodec& categories_of(const TableEncoder& encoder, std::size_t column) {
  return dynamic_cast<const codecs::CategoryCodec&>(*encoder.codec().columns()[column]);
}

TableEncoder loaded_again(const TableEncoder& encoder) {
  return TableEncoder::load(encoder.metadata(), encoder.records());
}

std::filesystem::path source_folder() {
  return std::getenv("CTGAN_SOURCE_DIR");
}

// Encodes and decodes; text and discrete columns must come back equal, continuous ones within the clip.
void check_round_trip(const table::Table& t, const table::Metadata& metadata) {
  const TableEncoder encoder = fit(t, metadata);
  const EncodedTable encoded = encode(encoder, t, 7);
  const table::Table back = encoder.decode(encoded, 7, 0);
  REQUIRE(back.rows() == t.rows());
  CHECK(back.column_names() == t.column_names());
  for (std::size_t i = 0; i < t.columns().size(); ++i) {
    const Column& before = t.columns()[i];
    const Column& after = back.columns()[i];
    INFO("column " << before.name);
    CHECK(after.dtype == before.dtype);
    CHECK(after.decimals == before.decimals);
    if (metadata.columns[i].kind != ColumnKind::numerical) {
      const auto& text = std::get_if<Categories>(&before.cells);
      for (std::size_t row = 0; row < t.rows(); ++row) {
        if (text != nullptr) {
          const Categories& cells = after.categories();
          REQUIRE(cells.dictionary[cells.codes[row]] == text->dictionary[text->codes[row]]);
        } else {
          REQUIRE(after.number(row) == before.number(row));
        }
      }
      continue;
    }
    const ModeNormalizer& normalizer = normalizer_of(encoder, i);
    std::size_t encoded_before = 0;
    for (std::size_t k = 0; k < i; ++k)
      encoded_before +=
          (encoder.modes(k) == nullptr ? 0 : 1) + encoder.codec().columns()[k]->domain().parts.size();
    const auto& codes = std::get<EncodedContinuous>(encoded.columns[encoded_before]);
    double list_reach = 0;
    for (const FrequentValue& value : normalizer.facts().listed.values())
      list_reach = std::max(list_reach, value.reach);
    for (std::size_t row = 0; row < t.rows(); ++row) {
      const double x = before.number(row);
      if (codes.mode[row] >= normalizer.modes().size()) {
        REQUIRE(after.number(row) == x);
        continue;
      }
      const Mode& mode = normalizer.modes()[codes.mode[row]];
      const double reach = ModeNormalizer::k_clip * 4 * mode.sd;
      const double beyond = std::max(0.0, std::abs(x - mode.mean) - reach);
      const double rounding =
          before.dtype == Dtype::int64 ? 0.5 : 0.5 * std::pow(10.0, -std::max(0, before.decimals));
      const double precision = 4 * mode.sd * 1e-7 + std::abs(x) * 1e-15;
      REQUIRE(std::abs(after.number(row) - x) <= beyond + precision + rounding + list_reach);
      REQUIRE(after.number(row) >= normalizer.min() - rounding);
      REQUIRE(after.number(row) <= normalizer.max() + rounding);
    }
  }
}

}  // namespace

TEST_CASE("Adult comes back: categories exactly, numbers within the clip of their mode") {
  const table::Table adult =
      table_formats::read_csv(source_folder() / "original_data/original_data_demo.csv");
  check_round_trip(adult, metadata_of(adult));
  check_round_trip(adult, metadata_of(adult, {"age", "education-num"}));
}

TEST_CASE("Fitting and encoding are the same every time, and the seed decides the draw") {
  const table::Table adult =
      table_formats::read_csv(source_folder() / "original_data/original_data_demo.csv");
  const TableEncoder encoder = fit(adult, metadata_of(adult));
  const TableEncoder again = fit(adult, metadata_of(adult));
  const auto modes = [](const EncodedTable& t) { return std::get<EncodedContinuous>(t.columns[0]).mode; };
  for (std::size_t i = 0; i < encoder.codec().columns().size(); ++i) {
    if (encoder.metadata().columns[i].kind != ColumnKind::numerical) continue;
    const ModeNormalizer& a = normalizer_of(encoder, i);
    const ModeNormalizer& b = normalizer_of(again, i);
    REQUIRE(a.modes().size() == b.modes().size());
    for (std::size_t k = 0; k < a.modes().size(); ++k) {
      CHECK(a.modes()[k].mean == b.modes()[k].mean);
      CHECK(a.modes()[k].sd == b.modes()[k].sd);
    }
  }
  CHECK(modes(encode(encoder, adult, 1)) == modes(encode(again, adult, 1)));
  CHECK(modes(encode(encoder, adult, 1)) != modes(encode(encoder, adult, 2)));
}

TEST_CASE("Loading the columns of a encoder gives the same encoder") {
  const table::Table t({reals("x", {1.5, 2.5, 9.0, 1.5}, 1), texts("y", {0, 1, 0, 0}, {" a", "b"})});
  const TableEncoder fitted = fit(t, metadata_of(t));
  const TableEncoder loaded = loaded_again(fitted);
  CHECK(loaded.layout() == fitted.layout());
  CHECK(loaded.metadata().columns[1].name == "y");
  const table::Table a = fitted.decode(encode(fitted, t, 3), 1, 0);
  const table::Table b = loaded.decode(encode(loaded, t, 3), 1, 0);
  CHECK(a.columns()[0].reals() == b.columns()[0].reals());
  CHECK(a.columns()[1].categories().codes == b.columns()[1].categories().codes);
}

TEST_CASE("The layout follows the table: scalar and modes, or categories, per column") {
  const table::Table t(
      {integers("n", {5, 6, 5}), texts("t", {0, 1, 0}, {"a", "b"}), integers("d", {1, 1, 2})});
  const TableEncoder encoder = fit(t, metadata_of(t, {"d"}));
  OutputLayout expected;
  expected.add_continuous(normalizer_of(encoder, 0).modes().size());
  expected.add_discrete(2);
  expected.add_discrete(2);
  CHECK(encoder.layout() == expected);
}

TEST_CASE("Dense rows have one scalar a continuous column and exactly one one a block") {
  const table::Table adult =
      table_formats::read_csv(source_folder() / "original_data/original_data_demo.csv");
  const TableEncoder encoder = fit(adult, metadata_of(adult));
  const EncodedTable encoded = encode(encoder, adult, 5);
  std::vector<float> dense(encoded.layout.width);
  for (std::size_t row = 0; row < adult.rows(); row += 97) {
    encoded.write_dense(row, dense);
    for (const Block& block : encoded.layout.blocks) {
      const auto begin = dense.begin() + static_cast<std::ptrdiff_t>(block.offset);
      const auto end = begin + static_cast<std::ptrdiff_t>(block.width);
      if (block.kind == Block::Kind::scalar) {
        REQUIRE(std::abs(*begin) <= ModeNormalizer::k_clip);
      } else {
        REQUIRE(std::count(begin, end, 1.0F) == 1);
        REQUIRE(std::accumulate(begin, end, 0.0F) == 1.0F);
      }
    }
  }
}

TEST_CASE(
    "Categories keep spelling, order of first appearance and counts; unused dictionary entries are dropped") {
  const table::Table t({texts("t", {3, 1, 3, 0, 3}, {"", "never mind ", "unused", " ü,\"\n"})});
  const TableEncoder encoder = fit(t, metadata_of(t));
  CHECK(categories_of(encoder, 0).kept().categories ==
        std::vector<std::string>{" ü,\"\n", "never mind ", ""});
  CHECK(categories_of(encoder, 0).kept().counts == std::vector<std::uint64_t>{3, 1, 1});
  check_round_trip(t, metadata_of(t));
}

TEST_CASE("A bool column comes back as bool, in its own spelling") {
  const table::Table t({texts("b", {0, 1, 1}, {"TRUE", "FALSE"}, Dtype::boolean)});
  const TableEncoder encoder = fit(t, metadata_of(t));
  const table::Table back = encoder.decode(encode(encoder, t, 0), 1, 0);
  CHECK(back.columns()[0].dtype == Dtype::boolean);
  CHECK(back.columns()[0].categories().dictionary == std::vector<std::string>{"TRUE", "FALSE"});
}

TEST_CASE("A numeric column named discrete comes back as the same numbers") {
  constexpr std::int64_t k_max = std::numeric_limits<std::int64_t>::max();
  const table::Table t({integers("i", {k_max, -k_max - 1, 0, k_max - 1, 0}),
                        reals("r", {0.1, 1e300, -0.0, 0.0, 5e-324}), reals("d", {0.5, 2, 2, 0.5, 10}, 1)});
  const table::Metadata metadata = metadata_of(t, {"i", "r", "d"});
  const TableEncoder encoder = fit(t, metadata);
  CHECK(categories_of(encoder, 0).kept().categories ==
        std::vector<std::string>{"9223372036854775807", "-9223372036854775808", "0", "9223372036854775806"});
  CHECK(categories_of(encoder, 1).kept().categories ==
        std::vector<std::string>{"0.1", "1e+300", "0", "5e-324"});
  CHECK(categories_of(encoder, 2).kept().categories == std::vector<std::string>{"0.5", "2", "10"});
  CHECK(categories_of(encoder, 1).kept().counts == std::vector<std::uint64_t>{1, 1, 2, 1});
  check_round_trip(t, metadata);
  const table::Table back = encoder.decode(encode(encoder, t, 0), 1, 0);
  CHECK(back.columns()[0].integers() == t.columns()[0].integers());
}

TEST_CASE("Columns that are constant, tiny, huge, far from zero or a single row survive") {
  std::vector<std::vector<double>> cases = {
      {42, 42, 42},
      {0, 0, 0, 0},
      {1e300, 1e300},
      {7, 7, 7},
      {1, 2},
      {1e-9, 2e-9, 3e-9, 2e-9},
      {5e-324, 0, 1e-323},
      {-1.7e308, 1.7e308, 0},
      {1e15, 1e15 + 1, 1e15 + 7},
      {1e9 + 0.001, 1e9 + 0.002},
      {0, 0, 0, 0, 0, 0, 1e12},
  };
  for (const std::vector<double>& cells : cases) {
    INFO("first of " << cells.size() << ": " << cells[0]);
    const table::Table t({reals("x", cells), beside(cells.size())});
    check_round_trip(t, metadata_of(t, {"beside"}));
    if (std::all_of(cells.begin(), cells.end(), [&](double x) { return x == cells[0]; })) {
      const TableEncoder encoder = fit(t, metadata_of(t, {"beside"}));
      CHECK(encoder.decode(encode(encoder, t, 1), 1, 0).columns()[0].reals() == cells);
    }
  }
}

TEST_CASE("A column of tiny numbers keeps its shape: the mixture's floor on variances does not swallow it") {
  std::vector<double> cells(1000);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = 1e-9 * static_cast<double>(i % 100);
  }
  const table::Table t({reals("x", cells)});
  const TableEncoder encoder = fit(t, metadata_of(t));
  const table::Table back = encoder.decode(encode(encoder, t, 1), 1, 0);
  for (std::size_t row = 0; row < cells.size(); ++row) {
    REQUIRE(back.columns()[0].reals()[row] == Approx(cells[row]).margin(1e-14));
  }
}

TEST_CASE("Random tables of numbers come back within the clip, whatever their size and scale") {
  ctgan::synth::random::Stream random(99, ctgan::synth::random::StreamId::rows);
  for (int round = 0; round < 40; ++round) {
    const std::size_t rows = 1 + random.next_below(400);
    const double scale = std::pow(10.0, static_cast<int>(random.next_below(24)) - 12);
    const double offset = scale * 100 * (random.next_double() - 0.5);
    const bool lumpy = random.next_below(2) == 0;
    std::vector<double> cells(rows);
    for (double& cell : cells) {
      const double u = random.next_double();
      cell = offset + scale * (lumpy ? std::floor(u * 7) : u * u * u);
    }
    std::vector<std::int64_t> whole(rows);
    std::transform(cells.begin(), cells.end(), whole.begin(), [](double cell) { return std::llround(cell); });
    const table::Table t({reals("x", cells), integers("n", whole), beside(rows)});
    check_round_trip(t, metadata_of(t, {"beside"}));
  }
}

TEST_CASE(
    "Decoded reals have the column's decimals, decoded integers saturate, and both stay in the range seen") {
  table::Metadata metadata;
  metadata.columns.resize(2);
  metadata.columns[0] = {.name = "r", .kind = ColumnKind::numerical, .dtype = Dtype::float64, .decimals = 2};
  metadata.columns[1] = {.name = "i", .kind = ColumnKind::numerical, .dtype = Dtype::int64, .decimals = -1};
  std::vector<codecs::ColumnRecord> records(2);
  records[0].numbers = {{"modes", {0, 1, 1}}, {"range", {-1.25, 3.5}}};
  records[0].integers = {{"spaces", {0, 0}}};
  constexpr std::int64_t k_least = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t k_greatest = std::numeric_limits<std::int64_t>::max();
  records[1].numbers = {{"modes", {0, 1e19, 1}}, {"range", {-0x1p63, 0x1p63}}};
  records[1].integers = {{"spaces", {0, 0}}, {"axis", {0, 1, k_least, k_greatest}}};
  const TableEncoder encoder = TableEncoder::load(metadata, records);

  constexpr float k_nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> scalars = {0.123456F, -1, 1, 7, -7, 0, k_nan};
  EncodedTable block;
  block.layout = encoder.layout();
  block.rows = scalars.size();
  for (int column = 0; column < 2; ++column) {
    block.columns.emplace_back(
        EncodedContinuous{.mode = std::vector<std::uint8_t>(scalars.size()), .scalar = scalars});
  }
  const table::Table back = encoder.decode(block, 1, 0);
  const std::vector<double>& r = back.columns()[0].reals();
  CHECK(r[0] == 0.49);
  CHECK(r[1] == -1.25);
  CHECK(r[2] == 3.5);
  CHECK(r[3] == 3.5);
  CHECK(r[4] == -1.25);
  const std::vector<std::int64_t>& i = back.columns()[1].integers();
  CHECK(i[1] == k_least);
  CHECK(i[2] == k_greatest);
  CHECK(i[5] == 0);
}

TEST_CASE("A column of 70,000 categories keeps the commonest, and the others come back by their frequency") {
  std::vector<std::uint32_t> codes;
  std::vector<std::string> dictionary;
  for (std::uint32_t i = 0; i < 70'000; ++i) {
    dictionary.push_back("category " + std::to_string(i));
    for (std::uint32_t k = 0; k < (i < 100 ? 50U : 2U); ++k) codes.push_back(i);
  }
  const table::Table t({texts("t", codes, dictionary)});
  const TableEncoder encoder = fit(t, metadata_of(t));
  CHECK(encoder.layout().width == 5000);
  const codecs::CategoryCodec& column = categories_of(encoder, 0);
  CHECK(column.kept().categories.size() == 4999);
  CHECK(column.rare().categories.size() == 70'000 - 4999);
  CHECK(encoder.category_rows()[0].counts.back() == 2 * (70'000 - 4999));
  const EncodedTable encoded = encode(encoder, t, 0);
  const table::Table back = encoder.decode(encoded, 3, 0);
  std::size_t same = 0;
  std::set<std::string> rare;
  for (std::size_t row = 0; row < t.rows(); ++row) {
    const Categories& cells = back.columns()[0].categories();
    const std::string& text = cells.dictionary[cells.codes[row]];
    if (std::get<codecs::Codes>(encoded.columns[0]).code(row) == 4999) {
      rare.insert(text);
    } else if (text == dictionary[codes[row]]) {
      ++same;
    }
  }
  CHECK(same == 100 * 50 + 4899 * 2);
  // Of 65,001 values drawn 130,002 times, 1 - e^-2 are seen.
  CHECK(rare.size() == Approx(0.8647 * 65'001).epsilon(0.01));
  CHECK(rare.count("category 0") == 0);
}

TEST_CASE("Many columns of many categories stay below ten thousand together") {
  std::vector<Column> columns;
  for (int i = 0; i < 5; ++i) {
    std::vector<std::uint32_t> codes;
    std::vector<std::string> dictionary;
    for (std::uint32_t k = 0; k < (i == 0 ? 100U : 4000U); ++k) {
      dictionary.push_back(std::to_string(k));
      codes.push_back(k);
    }
    codes.resize(8000);
    columns.push_back(texts("c" + std::to_string(i), codes, dictionary));
  }
  const table::Table t(std::move(columns));
  const TableEncoder encoder = fit(t, metadata_of(t));
  CHECK(encoder.layout().width == 100 + 4 * 2475);
}

TEST_CASE("Categories of fewer rows than asked for are never kept and never come out") {
  const table::Table t(
      {texts("t", {0, 0, 0, 1, 1, 1, 1, 2, 2, 3}, {"a", "b", "secret", "hidden"}), beside(10)});
  table::TableRequest request;
  request.rules.min_category_count = 3;
  const table::Metadata metadata = table::infer_metadata(t, request);
  const TableEncoder encoder = fit(t, metadata);
  CHECK(categories_of(encoder, 0).kept().categories == std::vector<std::string>{"a", "b"});
  CHECK(categories_of(encoder, 0).rare().categories.empty());
  CHECK(encoder.category_rows()[0].counts == std::vector<std::uint64_t>{3, 4, 3});
  const table::Table back = loaded_again(encoder).decode(encode(encoder, t, 0), 1, 0);
  for (const std::uint32_t code : back.columns()[0].categories().codes)
    CHECK(back.columns()[0].categories().dictionary[code].size() == 1);
  table::Metadata strict = metadata;
  strict.rules.min_category_count = 6;
  CHECK(message_of([&] { (void)fit(t, strict); }) == "no category of column 't' has 6 rows");
}

TEST_CASE(
    "Rows that are set aside count where a category must be shared, and none of their identifiers comes "
    "out") {
  std::vector<std::int64_t> aside_ids;
  std::vector<std::int64_t> ids;
  for (std::int64_t i = 0; i < 300; ++i) (i % 3 == 0 ? aside_ids : ids).push_back(1000 + i * 29 % 1997);
  std::vector<std::uint32_t> codes(200, 0);
  std::vector<std::uint32_t> aside_codes(100, 0);
  codes[3] = codes[4] = codes[5] = aside_codes[7] = aside_codes[8] = 1;
  codes[9] = 2;
  const std::vector<std::string> dictionary{"common", "shared by five", "of one"};
  const table::Table rows({integers("key", ids), texts("t", codes, dictionary)});
  const table::Table aside({integers("key", aside_ids), texts("t", aside_codes, dictionary)});
  table::Metadata metadata = metadata_of(rows);
  metadata.columns[0].kind = table::ColumnKind::id;
  metadata.columns[1].kind = table::ColumnKind::categorical;
  metadata.rules.min_category_count = 5;
  ctgan::threads::ThreadPool pool(1);
  const TableEncoder encoder = TableEncoder::fit(rows, metadata, 1, pool, &aside);
  CHECK(categories_of(encoder, 1).kept().categories == std::vector<std::string>{"common", "shared by five"});
  const std::set<std::int64_t> old(aside_ids.begin(), aside_ids.end());
  const table::Table drawn = encoder.decode(encode(encoder, rows, 0), 1, 0);
  for (const std::int64_t id : drawn.columns()[0].integers()) CHECK_FALSE(old.contains(id));
}

TEST_CASE("True and False come out where neither is shared, and missing texts always do") {
  const table::Table t({texts("flag", {0, 1, 2, 2, 2, 2, 2, 2}, {"True", "False", ""}),
                        integers("n", {1, 2, 3, 4, 5, 6, 7, 8})});
  table::Metadata metadata = metadata_of(t);
  metadata.columns[0].kind = table::ColumnKind::boolean;
  metadata.rules.min_category_count = 5;
  const TableEncoder both = fit(t, metadata);
  CHECK(both.codec().columns()[0]->categories().categories.size() >= 2);
  const table::Table rare({texts("flag", {0, 1, 1, 1, 1, 1, 1, 2}, {"True", "False", ""}),
                           integers("n", {1, 2, 3, 4, 5, 6, 7, 8})});
  for (const std::string& text : fit(rare, metadata).codec().columns()[0]->categories().categories)
    CHECK(text != "True");
}

TEST_CASE("A table that the encoder was not made for is refused by column") {
  const table::Table t({integers("n", {1, 2, 3}), texts("t", {0, 1, 0}, {"a", "b"})});
  const TableEncoder encoder = fit(t, metadata_of(t));
  const auto refusal = [&](std::vector<Column> columns) {
    return message_of([&] { (void)encode(encoder, table::Table(std::move(columns)), 1); });
  };
  CHECK(refusal({integers("n", {1})}) == "the table has 1 columns, but the model was made for 2");
  CHECK(refusal({integers("m", {1}), texts("t", {0}, {"a"})}) ==
        "column 'm' of type int64 stands where the model expects 'n' of type int64");
  CHECK(refusal({reals("n", {1}), texts("t", {0}, {"a"})}) ==
        "column 'n' of type float64 stands where the model expects 'n' of type int64");
  CHECK(refusal({integers("n", {1}), texts("t", {0}, {"c"})}) ==
        "column 't' holds 'c', which is not one of its categories");
}

TEST_CASE("Infinite numbers are refused by column when fitting") {
  const table::Table t({reals("x", {1, 1, std::numeric_limits<double>::infinity()}), beside(3)});
  CHECK(message_of([&] { (void)fit(t, metadata_of(t)); }) == "column 'x' has infinite values");
}

TEST_CASE("A loaded record that no fit makes is refused by column") {
  const auto load = [](const table::ColumnMetadata& column, const codecs::ColumnRecord& record) {
    return message_of([&] { (void)TableEncoder::load({.columns = {column}, .rules = {}}, {record}); });
  };
  table::ColumnMetadata c{.name = "c", .kind = ColumnKind::categorical, .dtype = Dtype::int64};
  const auto categories = [&](std::vector<std::string> texts, std::vector<std::int64_t> counts) {
    codecs::ColumnRecord record;
    record.texts["categories"] = std::move(texts);
    record.integers["counts"] = std::move(counts);
    return load(c, record);
  };
  CHECK(categories({}, {}) == "discrete column 'c' has no category");
  CHECK(categories({"1", "1"}, {1, 1}) == "discrete column 'c' lists the category '1' twice");
  CHECK(categories({"1", "x"}, {1, 1}) == "discrete column 'c' is of type int64, but has the category 'x'");
  CHECK(categories({"1", "99999999999999999999"}, {1, 1}).find("but has the category") != std::string::npos);
  CHECK(categories({"1", "2"}, {1}) == "column 'c' must have one count for each of its categories");
  CHECK(categories({"1", "2"}, {1, 0}) == "column 'c' must have one count for each of its categories");
  CHECK(categories({"1", "2"}, {1, -1}) == "column 'c' must have one count for each of its categories");
  CHECK(categories({"1"}, {1}) == "no column was left with anything to learn: all rows are alike");
  c.dtype = Dtype::float64;
  CHECK(categories({"inf"}, {1}) == "discrete column 'c' is of type float64, but has the category 'inf'");

  table::ColumnMetadata x{.name = "x", .kind = ColumnKind::numerical, .dtype = Dtype::float64};
  codecs::ColumnRecord good;
  good.numbers = {{"modes", {0, 1, 1}}, {"range", {-1, 1}}};
  good.integers = {{"spaces", {0, 0}}};
  CHECK(load(x, good) == "no error");
  const auto with = [&](const char* name, std::vector<double> values) {
    codecs::ColumnRecord record = good;
    record.numbers[name] = std::move(values);
    return load(x, record);
  };
  CHECK(with("modes", {}).find("modes of a continuous column must be 1 to 10") != std::string::npos);
  CHECK(with("modes", {1, 2}) == "column 'x' has 'modes' or a 'range' of another shape");
  CHECK(with("modes", std::vector<double>(33, 1)).find("1 to 10") != std::string::npos);
  CHECK(with("modes", {0, 0, 1}).find("positive deviation") != std::string::npos);
  CHECK(with("range", {2, 1}).find("modes of a continuous column") != std::string::npos);
  CHECK(with("range", {2}) == "column 'x' has 'modes' or a 'range' of another shape");
  good.integers.clear();
  CHECK(load(x, good) == "column 'x' has no 'spaces'");
  x.dtype = Dtype::text;
  CHECK(load(x, good) == "column 'x' is numerical, but holds no numbers");
}
