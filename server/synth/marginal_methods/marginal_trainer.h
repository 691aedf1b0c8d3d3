// Fits a model of noisy marginals to a confidential table: rows of which no unit of privacy has too many, cells as codes
// of domains that were declared or are found and paid for, what a method measures of them, and a statement of what that
// cost.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "common/options/option_spec.h"
#include "server/synth/domains/table_domain.h"
#include "server/synth/marginal_methods/confidential_rows.h"
#include "server/synth/marginal_methods/private_archive.h"
#include "server/synth/model/trainer.h"

namespace ctgan::synth::marginal_methods {

class MarginalTrainer : public model::Trainer {
 public:
  // `table` has every cell as its text, and `metadata` the domains that were declared (table::declared_metadata). The
  // model's metadata have what was found. Throws Error(bad_data) where there is nothing to learn.
  std::unique_ptr<model::FittedModel> fit(model::TrainingTable table, const table::Metadata& metadata,
                                          const model::FitContext& context) final;

 protected:
  // `method` is the catalog's name.
  MarginalTrainer(std::string_view method, options::Values options)
      : options_(std::move(options)), method_(method) {}
  // Spends what the rows' accountant has. `domain` is that of the rows.
  virtual std::unique_ptr<model::FittedModel> fit_rows(ConfidentialRows& rows, domains::TableDomain domain,
                                                       const model::FitContext& context) const = 0;
  // What the model holds beside what was measured. The accountant has spent what it will.
  PrivateParts parts(domains::TableDomain domain, std::vector<MergedCodes> merged,
                     const privacy::Accountant& accountant) const {
    return {std::string(method_),   options_, std::move(domain), std::move(merged),
            accountant.statement(), report_};
  }

  // In what the method's spendings are counted where there is a delta.
  virtual privacy::Composition composition() const { return privacy::Composition::concentrated; }

  options::Values options_;

 private:
  std::string_view method_;
  PaidMarginals report_;  // of the last fit
};

// Of methods whose model is a graphical one.
std::unique_ptr<model::Trainer> mst_trainer(options::Values options);
std::unique_ptr<model::Trainer> aim_trainer(options::Values options);
std::unique_ptr<model::Trainer> swift_trainer(options::Values options);
std::unique_ptr<model::Trainer> mwem_trainer(options::Values options);

}  // namespace ctgan::synth::marginal_methods
