// Each kind's codec does what common/table/kind_traits.h says of the kind.
#include <algorithm>
#include <memory>

#include "common/errors/error.h"
#include "common/table/kind_traits.h"
#include "common/table_formats/csv_writer.h"
#include "server/synth/codecs/table_codec.h"
#include "tests/catch.h"
#include "tests/table_of_kinds.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth::codecs;
using table::ColumnKind;
using table::KindTraits;
using tests::all_kinds;

struct Fitted {
  explicit Fitted(bool gaps, std::uint64_t min_category_count = 1)
      : rows(tests::table_of_kinds(all_kinds(), gaps)), metadata(tests::metadata_of_kinds(rows)) {
    metadata.rules.min_category_count = min_category_count;
  }
  std::unique_ptr<const ColumnCodec> codec(std::size_t column) const {
    return fit_codec(rows.columns()[column], metadata.columns[column], metadata.rules, {.seed = 1});
  }

  table::Table rows;
  table::Metadata metadata;
};

const KindTraits& traits_at(std::size_t column) {
  return table::traits_of(table::k_all_kinds[column]);
}

std::vector<std::string> texts_of(const table::Column& column) {
  const table_formats::CellTexts cells(column);
  std::vector<std::string> texts(column.rows());
  for (std::size_t row = 0; row < texts.size(); ++row) cells.append(row, texts[row]);
  return texts;
}

}  // namespace

TEST_CASE("a kind's values are numbers, categories or nothing, as its row says") {
  const Fitted fitted(false);
  for (std::size_t i = 0; i < table::k_all_kinds.size(); ++i) {
    INFO(traits_at(i).name);
    const auto codec = fitted.codec(i);
    const Domain domain = codec->domain();
    CHECK(domain.has_numbers == traits_at(i).is_number());
    CHECK(domain.parts.size() == (traits_at(i).is_discrete() ? 1 : 0));
    CHECK(codec->categories().categories.empty() != traits_at(i).listed);
  }
}

TEST_CASE("missing texts stand apart or among the categories, as a kind's row says") {
  const Fitted fitted(true);
  for (std::size_t i = 0; i < table::k_all_kinds.size(); ++i) {
    if (fitted.metadata.columns[i].missing_texts.empty() ||
        fitted.metadata.columns[i].kind == ColumnKind::all_missing)
      continue;
    INFO(traits_at(i).name);
    const auto codec = fitted.codec(i);
    CHECK(codec->domain().presence.has_value() == traits_at(i).missing_apart);
    const std::vector<std::string> texts = codec->categories().categories;
    CHECK((std::find(texts.begin(), texts.end(), "") != texts.end()) == traits_at(i).listed);
  }
}

TEST_CASE("where no category is shared by enough rows, those of some kinds stay") {
  const Fitted fitted(false, 100);
  for (std::size_t i = 0; i < table::k_all_kinds.size(); ++i) {
    if (!traits_at(i).listed) continue;
    INFO(traits_at(i).name);
    if (traits_at(i).rare_may_stay)
      CHECK(fitted.codec(i)->categories().categories == Fitted(false).codec(i)->categories().categories);
    else
      CHECK_THROWS_AS(fitted.codec(i), errors::Error);
  }
}

TEST_CASE("the number of a row changes cells of the kinds that are made anew alone") {
  const Fitted fitted(false);
  threads::ThreadPool pool(1);
  const TableCodec codec = TableCodec::fit(fitted.rows, fitted.metadata, 1, pool);
  const table::Table renumbered = codec.number_rows(fitted.rows, 1, 1000);
  for (std::size_t i = 0; i < table::k_all_kinds.size(); ++i) {
    INFO(traits_at(i).name);
    const bool stayed = texts_of(renumbered.columns()[i]) == texts_of(fitted.rows.columns()[i]);
    CHECK(stayed != traits_at(i).made_anew);
  }
}
