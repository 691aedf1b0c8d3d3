// What every model's archive holds, whatever its method, there and back.
//
//   entries   model (the catalog's name), format_version "2", options and columns (with the table's rules)
//             as JSON
//   tensors   column<i>.<name>          f64, i64 or u8 (texts): the transforms::ColumnRecord of column i;
//             "rule_..." what a rule that makes it knows of it (transforms/rule_transform.h)
//
// Readers trust nothing: every entry, type, shape and range is checked before memory is taken for it. They
// throw Error(bad_data) naming what is missing or wrong.
#pragma once

#include <string>

#include "common/options/methods.h"
#include "server/synth/archive/archive.h"
#include "server/synth/transforms/table_transform.h"

namespace ctgan::synth::model {

// An archive with the four entries and no tensor.
archive::Archive start_archive(const options::Method& method, const options::Values& options,
                               const transforms::TableTransform& transform);
void add_transform(archive::Archive& out, const transforms::TableTransform& transform);

// Refuses a format version that is not this program's, with both.
void check_format(const archive::Archive& in);
// `unsaid`: what holds where an archive of earlier times names no value, other than today's defaults.
options::Values read_options(const archive::Archive& in, const options::Method& method,
                             const nlohmann::json& unsaid = nlohmann::json::object());
transforms::TableTransform read_transform(const archive::Archive& in);

}  // namespace ctgan::synth::model
