// Columns of text whose cells are numbers in print: what inference has to know beyond a format.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "common/table/number_format.h"
#include "common/table/table.h"

namespace ctgan::table {

// The format of the texts of a text column that are not missing, as numbers or as durations; each counts as
// often as it stands in the column.
std::optional<NumberFormat> infer_number_format(const Column& column,
                                                std::span<const std::string_view> texts);

// The same, but none for whole numbers without a unit that count up by one, which name their rows, and none
// where each text is a number to any parser: then its column is text for another reason.
std::optional<NumberFormat> infer_printed_numbers(const Column& column,
                                                  std::span<const std::string_view> texts);

// A text that keeps the others from being numbers. REQUIRES: not empty.
std::string_view first_odd_text(std::span<const std::string_view> texts);

}  // namespace ctgan::table
