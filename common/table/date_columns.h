// Columns of dates that are no plain texts: whole numbers such as 20240131, which stay numbers in the table.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/datetime_format.h"
#include "common/table/table.h"

namespace ctgan::table {

// The cells of a numeric column as a column of text, as they are written; missing ones are "".
Column as_texts(const Column& column);
// The inverse, for texts that are such numbers: a column of `dtype` with these decimals. Throws
// Error(bad_data) for one that is none.
Column as_numbers(const Column& texts, Dtype dtype, int decimals);

// The format of dates that are written with digits alone, in a numeric column, or in a text column whose
// present cells hold `texts`; none unless that cannot be by chance, or unless they only need to fit because
// the user says so
// (`asked`) or the column is named like a date.
std::optional<DatetimeFormat> infer_digit_dates(const Column& column, std::span<const std::string_view> texts,
                                                bool asked);

}  // namespace ctgan::table
