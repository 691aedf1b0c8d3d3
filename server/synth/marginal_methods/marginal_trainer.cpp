#include "server/synth/marginal_methods/marginal_trainer.h"

#include <fmt/format.h>

#include <utility>

#include "common/errors/error.h"
#include "common/options/guarantee.h"
#include "common/options/splits.h"
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

// Attributes of the columns with these names; a column that can hold one value alone is none.
std::vector<marginals::Attribute> attributes_named(const std::vector<std::string>& names,
                                                   const domains::TableDomain& domain) {
  std::vector<marginals::Attribute> attributes;
  for (const std::string& name : names)
    for (std::size_t a = 0; a < domain.attributes().size(); ++a)
      if (domain.metadata().columns[domain.attributes()[a]].name == name)
        attributes.push_back(static_cast<marginals::Attribute>(a));
  return attributes;
}

// The groups of mwem: those that were asked for, as far as a histogram may have their cells, and each other attribute
// alone; where nothing was asked for all attributes in their order.
std::vector<marginals::AttributeSet> groups_of(const options::Values& options,
                                               const domains::TableDomain& domain,
                                               const marginals::Domain& attributes) {
  const auto most_cells = static_cast<std::uint64_t>(options.integer("histogram_cells"));
  const bool is_split = options.contains("splits");
  const std::size_t most_attributes =
      is_split ? attributes.attributes() : static_cast<std::size_t>(options.integer("split_factor"));
  std::vector<std::vector<std::string>> wanted =
      is_split ? options::parse_splits(options.text("splits"))
               : std::vector<std::vector<std::string>>{domain.metadata().names()};
  std::vector<marginals::AttributeSet> groups;
  std::vector<bool> is_grouped(attributes.attributes());
  for (const auto& names : wanted)
    for (marginals::AttributeSet& group :
         split_groups(attributes, attributes_named(names, domain), most_attributes, most_cells)) {
      for (const marginals::Attribute a : group) is_grouped[a] = true;
      groups.push_back(std::move(group));
    }
  for (marginals::Attribute a = 0; a < attributes.attributes(); ++a)
    if (!is_grouped[a]) groups.push_back(marginals::AttributeSet{a});
  return groups;
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
                        wanted.delta == 0 ? privacy::Composition::pure : privacy::Composition::concentrated,
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
                        used.rows_per_unit);
  report_ = measure_for_report(rows, options_.real("report_share"));
  return fit_rows(rows, std::move(domain), context);
}

std::unique_ptr<model::FittedModel> GraphicalTrainer::fit_rows(ConfidentialRows& rows,
                                                               domains::TableDomain domain,
                                                               const model::FitContext& context) const {
  MeasuredModel measured = measure(rows, domain, context);
  return std::make_unique<FittedMarginals>(MarginalParts{
      parts(std::move(domain), std::move(measured.merged), rows.accountant()), std::move(measured.model)});
}

MeasuredModel MstTrainer::measure(ConfidentialRows& rows, const domains::TableDomain& /*domain*/,
                                  const model::FitContext& context) const {
  return fit_mst(rows, context);
}

MeasuredModel AimTrainer::measure(ConfidentialRows& rows, const domains::TableDomain& /*domain*/,
                                  const model::FitContext& context) const {
  const AimOptions options{.degree = static_cast<std::size_t>(options_.integer("degree")),
                           .most_cells = static_cast<std::uint64_t>(options_.integer("max_cells")),
                           .most_megabytes = options_.real("max_model_size")};
  return fit_aim(rows, options, context);
}

MeasuredModel SwiftTrainer::measure(ConfidentialRows& rows, const domains::TableDomain& /*domain*/,
                                    const model::FitContext& context) const {
  const SwiftOptions options{.degree = static_cast<std::size_t>(options_.integer("degree")),
                             .most_cells = static_cast<std::uint64_t>(options_.integer("max_cells")),
                             .most_megabytes = options_.real("max_model_size")};
  return fit_swift(rows, options, context);
}

MeasuredModel MwemTrainer::measure(ConfidentialRows& rows, const domains::TableDomain& domain,
                                   const model::FitContext& context) const {
  const MwemOptions options{.iterations = static_cast<std::size_t>(options_.integer("iterations")),
                            .width = static_cast<std::size_t>(options_.integer("marginal_width")),
                            .candidates = static_cast<std::size_t>(options_.integer("q_count")),
                            .passes = static_cast<std::size_t>(options_.integer("mult_weights_iterations"))};
  return fit_mwem(rows, groups_of(options_, domain, rows.domain()), options, context);
}

}  // namespace ctgan::synth::marginal_methods
