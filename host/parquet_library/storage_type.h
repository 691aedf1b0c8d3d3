// The type of a column of a Parquet file as one text that travels with the table (table::ColumnMetadata::storage_type).
//
// It is the format string of Arrow's C data interface, which Arrow itself writes and reads: "i" is int32, "d:10,2" is
// decimal128(10, 2), "tsu:UTC" is timestamp[us, tz=UTC]. Before it stand words of our own: "required" where no cell may
// be null, "categories" and the format of the codes where the column is a dictionary; "uuid" is the type of that name.
#pragma once

#include <arrow/type.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ctgan::host::parquet {

// Whether cells of this type have a text: not those of lists, structures, maps and binary columns.
bool has_texts(const arrow::DataType& type);

// Of an extension type but uuid it is that of its storage. REQUIRES: has_texts.
std::string storage_type(const arrow::Field& field);

// Null for a text that is no type, or one without texts. Cells may be null unless the text says otherwise.
std::shared_ptr<arrow::Field> field_of(std::string_view name, std::string_view storage_type);

}  // namespace ctgan::host::parquet
