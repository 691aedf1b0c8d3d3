// What every model's archive holds beside its network, and the network's parameters, there and back.
//
//   entries   model (the catalog's name), format_version "2", options and columns (with the table's rules)
//             as JSON
//   tensors   column<i>.<name>          f64, i64 or u8 (texts): the transforms::ColumnRecord of column i;
//             "rule_..." what a rule that makes it knows of it (transforms/rule_transform.h)
//
// Readers trust nothing: every entry, type, shape and range is checked before memory is taken for it. They
// throw Error(bad_data) naming what is missing or wrong.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/options/option_spec.h"
#include "server/synth/archive/archive.h"
#include "server/synth/networks/parameter_arena.h"
#include "server/synth/transforms/table_transform.h"

namespace ctgan::synth::models {

// An archive with the four entries and no tensor.
archive::Archive start_archive(std::string_view model, const options::Values& options,
                               const transforms::TableTransform& transform);
// One f32 tensor a parameter, named PREFIX + its name.
void add_parameters(archive::Archive& out, const std::string& prefix, const networks::ParameterArena& arena);
void add_transform(archive::Archive& out, const transforms::TableTransform& transform);

// Refuses a format version that is not this program's, with both.
void check_format(const archive::Archive& in);
options::Values read_options(const archive::Archive& in, std::span<const options::OptionSpec> specs);
transforms::TableTransform read_transform(const archive::Archive& in);
// Shapes are compared before the arena is made: options that promise huge networks cost nothing.
networks::ParameterArena read_parameters(const archive::Archive& in, const std::string& prefix,
                                         std::vector<networks::Parameter> parameters);

}  // namespace ctgan::synth::models
