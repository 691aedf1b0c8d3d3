// What the archive of a model of marginals holds, and back.
//
//   what model_archive.h says of every model, columns with their domains; beside it
//   entries   privacy                 the accountant's statement (privacy/accountant.h)
//             total                   rows of the model, from noisy counts
//             potentials              how many the model has
//   tensors   merged<a>               i64: of each code of attribute a the model's code (merged_codes.h)
//             potential<i>.attributes i64: attributes of a potential of the model (graphical_model.h)
//             potential<i>.cells      f64: one number a cell, in row-major order
//
// All of it comes from what was measured with noise or was declared.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/options/option_spec.h"
#include "common/threads/thread_pool.h"
#include "server/synth/archive/archive.h"
#include "server/synth/domains/table_domain.h"
#include "server/synth/graphical/graphical_model.h"
#include "server/synth/marginal_methods/merged_codes.h"

namespace ctgan::synth::marginal_methods {

struct MarginalParts {
  std::string method;  // the catalog's name
  options::Values options;
  domains::TableDomain domain;
  std::vector<MergedCodes> merged;  // one an attribute
  graphical::GraphicalModel model;
  nlohmann::ordered_json privacy;
};

archive::Archive write_marginals(const MarginalParts& parts);

// Trusts nothing: every entry, type, shape and range is checked before memory is taken for it. Throws
// Error(bad_data) naming what is missing or wrong.
MarginalParts read_marginals(const archive::Archive& archive);

}  // namespace ctgan::synth::marginal_methods
