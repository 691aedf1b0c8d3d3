#include "server/synth/codecs/category_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "common/errors/error.h"
#include "common/table/kind_traits.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::codecs {
namespace {

using errors::Error;
using errors::Kind;
using table::Column;

void push(CategoryCounts& to, const CategoryCounts& from, std::size_t i) {
  to.categories.push_back(from.categories[i]);
  to.counts.push_back(from.counts[i]);
}

// Which of the found categories may come out.
std::vector<bool> allowed(const CategoryCounts& found, const table::ColumnMetadata& metadata,
                          const table::TableRules& rules, const Column* set_aside) {
  std::vector<bool> may(found.counts.size(), true);
  if (rules.min_category_count < 2) return may;
  std::unordered_map<std::string_view, std::uint64_t> elsewhere;
  CategoryCounts aside;
  if (set_aside != nullptr) aside = count_categories(*set_aside);
  for (std::size_t i = 0; i < aside.counts.size(); ++i) elsewhere[aside.categories[i]] = aside.counts[i];
  const auto& missing = metadata.missing_texts;
  bool any = false;
  for (std::size_t i = 0; i < may.size(); ++i) {
    const auto more = elsewhere.find(found.categories[i]);
    const std::uint64_t rows = found.counts[i] + (more == elsewhere.end() ? 0 : more->second);
    const bool nobodys = std::find(missing.begin(), missing.end(), found.categories[i]) != missing.end();
    may[i] = nobodys || rows >= rules.min_category_count;
    any = any || (may[i] && !nobodys);
  }
  if (!any && table::traits_of(metadata.kind).rare_may_stay) may.assign(may.size(), true);
  return may;
}

// The commonest `most` of those that may come out; of equals those that were met first.
std::vector<bool> commonest(const CategoryCounts& found, const std::vector<bool>& may, std::uint64_t most) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < may.size(); ++i)
    if (may[i]) order.push_back(i);
  if (order.size() <= most) return may;
  std::stable_sort(order.begin(), order.end(),
                   [&found](std::size_t a, std::size_t b) { return found.counts[a] > found.counts[b]; });
  std::vector<bool> kept(may.size());
  // One code is for the others.
  for (std::size_t i = 0; i + 1 < most; ++i) kept[order[i]] = true;
  return kept;
}

std::vector<std::int64_t> signed_counts(const std::vector<std::uint64_t>& counts) {
  return {counts.begin(), counts.end()};
}

CategoryCounts take(const ColumnRecord& record, const table::ColumnMetadata& metadata, std::string_view texts,
                    std::string_view counts) {
  const std::vector<std::int64_t>& numbers = record.need_integers(metadata.name, counts);
  CategoryCounts taken{record.need_texts(metadata.name, texts), {numbers.begin(), numbers.end()}};
  const bool positive = std::all_of(numbers.begin(), numbers.end(), [](std::int64_t n) { return n > 0; });
  if (positive && taken.categories.size() == taken.counts.size()) return taken;
  throw Error(Kind::bad_data, fmt::format("column {} must have one count for each of its categories",
                                          errors::quoted(metadata.name)));
}

}  // namespace

CategoryCodec::CategoryCodec(table::ColumnMetadata metadata, CategoryCounts kept, CategoryCounts rare,
                             std::uint64_t grouped)
    : metadata_(std::move(metadata)), kept_(std::move(kept)), rare_(std::move(rare)), grouped_(grouped) {
  const CategoryCounts& drawn = rare_.counts.empty() ? kept_ : rare_;
  std::partial_sum(drawn.counts.begin(), drawn.counts.end(), std::back_inserter(cumulative_));
}

std::unique_ptr<const ColumnCodec> CategoryCodec::fit(const Column& column,
                                                      const table::ColumnMetadata& metadata,
                                                      const table::TableRules& rules,
                                                      const Column* set_aside) {
  const CategoryCounts found = count_categories(column);
  const std::vector<bool> may = allowed(found, metadata, rules, set_aside);
  const std::vector<bool> own_code = commonest(found, may, rules.max_categories);
  CategoryCounts kept;
  CategoryCounts rare;
  std::uint64_t grouped = 0;
  for (std::size_t i = 0; i < found.counts.size(); ++i) {
    if (own_code[i]) {
      push(kept, found, i);
      continue;
    }
    grouped += found.counts[i];
    if (may[i]) push(rare, found, i);
  }
  if (kept.categories.empty()) {
    throw Error(Kind::bad_data,
                fmt::format("no category of column {} has {} rows", errors::quoted(column.name),
                            rules.min_category_count),
                fmt::format("leave it out with '--drop {}', or lower '--min-category-count'", column.name));
  }
  return std::unique_ptr<const ColumnCodec>(
      new CategoryCodec(metadata, std::move(kept), std::move(rare), grouped));
}

std::unique_ptr<const ColumnCodec> CategoryCodec::load(const table::ColumnMetadata& metadata,
                                                       const ColumnRecord& record) {
  CategoryCounts kept = take(record, metadata, "categories", "counts");
  check_categories(metadata, kept.categories);
  CategoryCounts rare;
  std::uint64_t grouped = 0;
  if (record.integers.contains("grouped")) {
    const std::vector<std::int64_t>& rows = record.need_integers(metadata.name, "grouped");
    if (rows.size() != 1 || rows[0] < 1) {
      throw Error(Kind::bad_data,
                  fmt::format("column {} has a group without rows", errors::quoted(metadata.name)));
    }
    grouped = static_cast<std::uint64_t>(rows[0]);
    if (record.texts.contains("rare")) rare = take(record, metadata, "rare", "rare_counts");
    if (!rare.categories.empty()) check_categories(metadata, rare.categories);
  }
  return std::unique_ptr<const ColumnCodec>(
      new CategoryCodec(metadata, std::move(kept), std::move(rare), grouped));
}

Domain CategoryCodec::domain() const {
  if (codes() < 2) return {};
  std::vector<std::uint64_t> counts = kept_.counts;
  if (grouped_ > 0) counts.push_back(grouped_);
  Domain domain;
  domain.parts.push_back({.counts = std::move(counts), .own = true});
  return domain;
}

CategoryCounts CategoryCodec::categories() const {
  CategoryCounts all = kept_;
  for (std::size_t i = 0; i < rare_.categories.size(); ++i) push(all, rare_, i);
  return all;
}

std::optional<PartCode> CategoryCodec::find(std::string_view text) const {
  if (codes() < 2) return std::nullopt;
  const auto place = [text](const std::vector<std::string>& among) {
    return static_cast<std::size_t>(std::find(among.begin(), among.end(), text) - among.begin());
  };
  const std::size_t code = place(kept_.categories);
  if (code < kept_.categories.size()) return PartCode{0, static_cast<std::uint32_t>(code)};
  if (place(rare_.categories) == rare_.categories.size()) return std::nullopt;
  return PartCode{0, static_cast<std::uint32_t>(codes() - 1)};
}

ColumnValues CategoryCodec::encode(const Column& column, const FitPlace& /*place*/) const {
  ColumnValues values;
  if (codes() > 1) values.parts.push_back(encode_categories(column, kept_.categories, codes()));
  return values;
}

Column CategoryCodec::decode(const ColumnValues& values, const SampledRows& rows) const {
  std::vector<std::string> texts = kept_.categories;
  texts.insert(texts.end(), rare_.categories.begin(), rare_.categories.end());
  std::vector<std::uint32_t> codes_drawn(rows.count);
  random::Stream random(rows.seed, random::StreamId::decode,
                        (std::uint64_t{rows.column} << 40U) + rows.first);
  const std::size_t first_rare = rare_.categories.empty() ? 0 : kept_.categories.size();
  for (std::size_t row = 0; row < rows.count; ++row) {
    std::uint32_t code = codes() < 2 ? 0 : values.parts.front().code(row);
    if (code == kept_.categories.size()) {
      const auto drawn =
          static_cast<std::uint64_t>(random.next_double() * static_cast<double>(cumulative_.back()));
      const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end() - 1, drawn);
      code = static_cast<std::uint32_t>(first_rare + static_cast<std::size_t>(found - cumulative_.begin()));
    }
    codes_drawn[row] = code;
  }
  Column column = decode_categories(std::move(codes_drawn), std::move(texts), metadata_);
  return column;
}

ColumnRecord CategoryCodec::record() const {
  ColumnRecord record;
  record.texts["categories"] = kept_.categories;
  record.integers["counts"] = signed_counts(kept_.counts);
  if (grouped_ > 0) record.integers["grouped"] = {static_cast<std::int64_t>(grouped_)};
  if (!rare_.categories.empty()) {
    record.texts["rare"] = rare_.categories;
    record.integers["rare_counts"] = signed_counts(rare_.counts);
  }
  return record;
}

}  // namespace ctgan::synth::codecs
