// What the archive of every private model holds, and back: what model_archive.h says of every model, columns with their
// domains; beside it
//
//   entries   privacy              the accountant's statement (privacy/accountant.h)
//   tensors   merged<a>            i64: of each code of attribute a the model's code (merged_codes.h)
//             <name><i>.attributes i64: attributes of table i of some name
//             <name><i>.cells      f64: one number a cell, in row-major order
//
// and what its report was measured by, where there is one (paid_marginals.h).
//
// All of it comes from what was measured with noise or was declared.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/options/option_spec.h"
#include "server/synth/archive/archive.h"
#include "server/synth/domains/table_domain.h"
#include "server/synth/marginal_methods/merged_codes.h"
#include "server/synth/marginal_methods/paid_marginals.h"
#include "server/synth/marginals/factor.h"

namespace ctgan::synth::marginal_methods {

struct PrivateParts {
  std::string method;  // the catalog's name
  options::Values options;
  domains::TableDomain domain;
  std::vector<MergedCodes> merged;  // one an attribute
  nlohmann::ordered_json privacy;
  PaidMarginals report = {};  // of the codes of `domain`

  // Of the merged codes.
  marginals::Domain model_domain() const;
};

// Readers trust nothing: every entry, type, shape and range is checked before memory is taken for it. They throw
// Error(bad_data) naming what is missing or wrong.
archive::Archive write_private(const PrivateParts& parts);
PrivateParts read_private(const archive::Archive& archive);

// Tables of numbers; how many there are is the entry <name>s.
void write_factors(const char* name, const std::vector<marginals::Factor>& factors, archive::Archive& out);
std::vector<marginals::Factor> read_factors(const char* name, const archive::Archive& archive,
                                            const marginals::Domain& domain);

// A finite number above 0, as an entry; what is none is refused as no `what`, "number of rows".
void write_number(const char* entry, double number, archive::Archive& out);
double read_number(const archive::Archive& archive, const char* entry, const char* what);

// Rows of a model, as the entry "total".
void write_total(double total, archive::Archive& out);
double read_total(const archive::Archive& archive);

}  // namespace ctgan::synth::marginal_methods
