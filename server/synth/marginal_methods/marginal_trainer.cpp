#include "server/synth/marginal_methods/marginal_trainer.h"

#include <fmt/format.h>

#include <utility>

#include "common/errors/error.h"
#include "common/options/guarantee.h"
#include "server/synth/marginal_methods/aim.h"
#include "server/synth/marginal_methods/fitted_marginals.h"
#include "server/synth/marginal_methods/mst.h"
#include "server/synth/marginal_methods/mwem.h"
#include "server/synth/marginal_methods/swift.h"
#include "server/synth/paid_domains/paid_domains.h"

namespace ctgan::synth::marginal_methods {
namespace {

using privacy::Accountant;
using privacy::Disclosure;

// All that is known of the rows for nothing: what was declared, and what was read from them without protection. What is
// found is on the accountant's list.
void disclose(const table::Metadata& metadata, Accountant& accountant) {
  accountant.disclose({Disclosure::Kind::declared, "names of the columns"});
  for (const table::ColumnMetadata& column : metadata.columns) {
    const table::ColumnDomain& domain = *column.domain;
    std::string but;
    for (const std::string& field : domain.paid)
      but += fmt::format("{}{}", but.empty() ? ", but for " : ", ", errors::quoted(field));
    accountant.disclose(
        {Disclosure::Kind::declared, fmt::format("domain of {}{}", errors::quoted(column.name), but)});
    for (const std::string& field : domain.read_from_data)
      accountant.disclose({Disclosure::Kind::not_protected,
                           fmt::format("{} of {}", errors::quoted(field), errors::quoted(column.name))});
  }
}

marginals::Domain domain_of(const domains::TableDomain& domain) {
  const std::vector<std::uint32_t> sizes = domain.sizes();
  if (sizes.empty())
    throw errors::Error(errors::Kind::bad_data,
                        "no column has more than one value that it can hold: there is nothing to learn",
                        "declare more of their categories, or wider bounds");
  return marginals::Domain({sizes.begin(), sizes.end()});
}

// What a method measures of the rows, of which the domain says what they are.
using Measure = MeasuredModel (*)(ConfidentialRows& rows, const domains::TableDomain& domain,
                                  const options::Values& options, const model::FitContext& context);

class GraphicalTrainer final : public MarginalTrainer {
 public:
  GraphicalTrainer(std::string_view method, Measure measure, options::Values options)
      : MarginalTrainer(method, std::move(options)), measure_(measure) {}

 private:
  std::unique_ptr<model::FittedModel> fit_rows(ConfidentialRows& rows, domains::TableDomain domain,
                                               const model::FitContext& context) const override {
    MeasuredModel measured = measure_(rows, domain, options_, context);
    return std::make_unique<FittedMarginals>(MarginalParts{
        parts(std::move(domain), std::move(measured.merged), rows.accountant()), std::move(measured.model)});
  }

  Measure measure_;
};

// Of a workload, for AimOptions and SwiftOptions.
template <typename Options>
Options workload_options(const options::Values& options) {
  return {.degree = static_cast<std::size_t>(options.integer("degree")),
          .most_cells = static_cast<std::uint64_t>(options.integer("max_cells")),
          .most_megabytes = options.real("max_model_size")};
}

MeasuredModel measure_mst(ConfidentialRows& rows, const domains::TableDomain& /*domain*/,
                          const options::Values& /*options*/, const model::FitContext& context) {
  return fit_mst(rows, context);
}

MeasuredModel measure_aim(ConfidentialRows& rows, const domains::TableDomain& /*domain*/,
                          const options::Values& options, const model::FitContext& context) {
  return fit_aim(rows, workload_options<AimOptions>(options), context);
}

MeasuredModel measure_swift(ConfidentialRows& rows, const domains::TableDomain& /*domain*/,
                            const options::Values& options, const model::FitContext& context) {
  return fit_swift(rows, workload_options<SwiftOptions>(options), context);
}

MeasuredModel measure_mwem(ConfidentialRows& rows, const domains::TableDomain& domain,
                           const options::Values& values, const model::FitContext& context) {
  const MwemOptions options{.iterations = static_cast<std::size_t>(values.integer("iterations")),
                            .width = static_cast<std::size_t>(values.integer("marginal_width")),
                            .candidates = static_cast<std::size_t>(values.integer("q_count")),
                            .passes = static_cast<std::size_t>(values.integer("mult_weights_iterations"))};
  return fit_mwem(rows, groups_of(values, domain), options, context);
}

}  // namespace

std::unique_ptr<model::FittedModel> MarginalTrainer::fit(model::TrainingTable table,
                                                         const table::Metadata& metadata,
                                                         const model::FitContext& context) {
  const options::Guarantee wanted = options::guarantee_of(options_);
  Accountant accountant({.epsilon = wanted.epsilon,
                         .delta = wanted.delta,
                         .unit = metadata.rules.privacy_unit,
                         .rows_per_unit = metadata.rules.rows_per_unit},
                        wanted.delta == 0 ? privacy::Composition::pure : composition(),
                        paid_domains::delta_of_searches(metadata, wanted.delta));
  disclose(metadata, accountant);
  privacy::SystemBits bits;
  privacy::Mechanisms mechanisms(accountant, bits);
  paid_domains::UnitRows used = paid_domains::bounded_rows(std::move(table.rows), metadata, bits);
  domains::TableDomain domain(paid_domains::find_domains(metadata, used, mechanisms));
  const marginals::Domain attributes = domain_of(domain);
  context.monitor.check_stop();
  domains::EncodedRows encoded = domain.encode(used.texts, context.pool);
  used.texts = {};
  context.monitor.check_stop();
  ConfidentialRows rows(attributes, std::move(encoded.attributes), mechanisms, context.pool,
                        used.rows_per_unit, std::move(used.units));
  report_ = measure_for_report(rows, options_.real("report_share"));
  return fit_rows(rows, std::move(domain), context);
}

std::unique_ptr<model::Trainer> mst_trainer(options::Values options) {
  return std::make_unique<GraphicalTrainer>("mst", measure_mst, std::move(options));
}

std::unique_ptr<model::Trainer> aim_trainer(options::Values options) {
  return std::make_unique<GraphicalTrainer>("aim", measure_aim, std::move(options));
}

std::unique_ptr<model::Trainer> swift_trainer(options::Values options) {
  return std::make_unique<GraphicalTrainer>("swift", measure_swift, std::move(options));
}

std::unique_ptr<model::Trainer> mwem_trainer(options::Values options) {
  return std::make_unique<GraphicalTrainer>("mwem", measure_mwem, std::move(options));
}

}  // namespace ctgan::synth::marginal_methods
