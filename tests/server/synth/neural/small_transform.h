// A fitted encoder of two columns, age and city, that needed no table: what archives are tested with.
#pragma once

#include "server/synth/encoders/table_encoder.h"

namespace ctgan::tests {

inline synth::encoders::TableEncoder small_transform() {
  table::Metadata metadata;
  metadata.columns = {
      {.name = "age", .kind = table::ColumnKind::numerical, .dtype = table::Dtype::float64, .decimals = 2},
      {.name = "city", .kind = table::ColumnKind::categorical, .dtype = table::Dtype::text}};
  std::vector<synth::codecs::ColumnRecord> records(2);
  records[0].numbers = {{"modes", {20, 2, 0.25, 50, 5, 0.75}}, {"range", {12.5, 80.25}}};
  records[0].integers = {{"spaces", {0, 0}}};
  records[1].texts = {{"categories", {" Oslo", "Rome, Italy"}}};
  records[1].integers = {{"counts", {30, 12}}};
  return synth::encoders::TableEncoder::load(metadata, records);
}

}  // namespace ctgan::tests
