// What every model's archive holds, whatever its method, there and back.
//
//   entries   model (the catalog's name), format_version "2", options and columns (with the table's rules)
//             as JSON
//   tensors   column<i>.<name>          f64, i64 or u8 (texts): the codecs::ColumnRecord of column i; "rule_..."
//             what a rule that makes it knows of it (codecs/row_rule_codec.h)
//
// Readers trust nothing: every entry, type, shape and range is checked before memory is taken for it. They
// throw Error(bad_data) naming what is missing or wrong.
#pragma once

#include <string>
#include <vector>

#include "common/errors/error.h"
#include "common/options/methods.h"
#include "common/table/metadata.h"
#include "server/synth/archive/archive.h"
#include "server/synth/codecs/column_codec.h"

namespace ctgan::synth::model {

// An archive with the four entries and no tensor.
archive::Archive start_archive(const options::Method& method, const options::Values& options,
                               const table::Metadata& metadata);
void add_columns(archive::Archive& out, const std::vector<codecs::ColumnRecord>& records);

// Refuses a format version that is not this program's, with both.
void check_format(const archive::Archive& in);
// `unsaid`: what holds where an archive of earlier times names no value, other than today's defaults.
options::Values read_options(const archive::Archive& in, const options::Method& method,
                             const nlohmann::json& unsaid = nlohmann::json::object());

// The columns, and a record for each.
struct SavedColumns {
  table::Metadata metadata;
  std::vector<codecs::ColumnRecord> records;
};
SavedColumns read_records(const archive::Archive& in);

// Throws Error(bad_data): the model file is damaged, and why.
[[noreturn]] void refuse_damaged(const std::string& why);

// A TableCodec, or what is built on one: whatever has a load() from metadata and records.
template <typename Columns>
Columns read_columns(const archive::Archive& in) {
  const SavedColumns saved = read_records(in);
  try {
    return Columns::load(saved.metadata, saved.records);
  } catch (const errors::Error& error) {
    refuse_damaged(error.sentence());
  }
}

}  // namespace ctgan::synth::model
