#include "common/table/missing_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/errors/error.h"
#include "common/table/number_text.h"

namespace ctgan::table {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_most_texts = 200;

}  // namespace

// The list in the documentation of pandas.read_csv, na_values.
MissingTexts::MissingTexts()
    : MissingTexts({"", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
                    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"}) {}

MissingTexts::MissingTexts(std::vector<std::string> texts) : texts_(std::move(texts)) {
  texts_.emplace_back();
  std::sort(texts_.begin(), texts_.end());
  texts_.erase(std::unique(texts_.begin(), texts_.end()), texts_.end());
  if (texts_.size() > k_most_texts) {
    throw Error(Kind::usage,
                fmt::format("{} texts for missing values are more than {}", texts_.size(), k_most_texts));
  }
  for (const std::string& text : texts_) {
    const NumberText number = read_number(text);
    if (!number.number || number.infinite) continue;
    throw Error(Kind::usage,
                fmt::format("{} is a number and cannot stand for a missing value", errors::quoted(text)),
                "'--missing' takes texts such as NA or unknown");
  }
}

bool MissingTexts::contains(std::string_view text) const {
  return std::binary_search(texts_.begin(), texts_.end(), text);
}

}  // namespace ctgan::table
