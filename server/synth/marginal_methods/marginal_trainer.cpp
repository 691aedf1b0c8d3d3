#include "server/synth/marginal_methods/marginal_trainer.h"

#include <fmt/format.h>

#include <utility>

#include "common/errors/error.h"
#include "server/synth/marginal_methods/aim.h"
#include "server/synth/marginal_methods/fitted_marginals.h"
#include "server/synth/marginal_methods/mst.h"
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

}  // namespace

std::unique_ptr<model::FittedModel> MarginalTrainer::fit(model::TrainingTable table,
                                                         const table::Metadata& metadata,
                                                         const model::FitContext& context) {
  const double delta = options_.real("delta");
  Accountant accountant({.epsilon = options_.real("epsilon"),
                         .delta = delta,
                         .unit = metadata.rules.privacy_unit,
                         .rows_per_unit = metadata.rules.rows_per_unit},
                        privacy::Composition::concentrated, paid_domains::delta_of_searches(metadata, delta));
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
                        used.rows_per_unit);
  MeasuredModel measured = measure(rows, context);
  return std::make_unique<FittedMarginals>(MarginalParts{std::string(method_), options_, std::move(domain),
                                                         std::move(measured.merged),
                                                         std::move(measured.model), accountant.statement()});
}

MeasuredModel MstTrainer::measure(ConfidentialRows& rows, const model::FitContext& context) const {
  return fit_mst(rows, context);
}

MeasuredModel AimTrainer::measure(ConfidentialRows& rows, const model::FitContext& context) const {
  const AimOptions options{.degree = static_cast<std::size_t>(options_.integer("degree")),
                           .most_cells = static_cast<std::uint64_t>(options_.integer("max_cells")),
                           .most_megabytes = options_.real("max_model_size")};
  return fit_aim(rows, options, context);
}

}  // namespace ctgan::synth::marginal_methods
