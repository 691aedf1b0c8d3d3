#include "server/synth/marginal_methods/marginal_archive.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>

#include "common/errors/error.h"
#include "common/options/methods.h"
#include "common/table/declared_metadata.h"
#include "server/synth/model/model_archive.h"

namespace ctgan::synth::marginal_methods {
namespace {

using archive::Archive;
using graphical::GraphicalModel;
using marginals::Attribute;
using marginals::AttributeSet;
using marginals::Factor;

template <typename Number>
archive::Tensor integers(std::string name, const std::vector<Number>& numbers) {
  const std::vector<std::int64_t> wide(numbers.begin(), numbers.end());
  return archive::tensor_from_integers(std::move(name), {wide.size()}, wide.data());
}

archive::Tensor reals(std::string name, const std::vector<double>& numbers) {
  return archive::tensor_from_doubles(std::move(name), {numbers.size()}, numbers.data());
}

std::string potential_name(std::size_t i, const char* part) {
  return fmt::format("potential{}.{}", i, part);
}

template <typename Number>
Number take_number(const Archive& in, const char* entry) {
  const std::string& text = in.entry(entry);
  Number number{};
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc{} || end != text.data() + text.size())
    model::refuse_damaged(errors::quoted(entry) + " is no number");
  return number;
}

std::vector<std::uint32_t> take_codes(const Archive& in, const std::string& name, std::size_t below) {
  std::vector<std::uint32_t> codes;
  for (const std::int64_t code : archive::integers(in.tensor(name))) {
    if (code < 0 || static_cast<std::uint64_t>(code) >= below)
      model::refuse_damaged(errors::quoted(name) + " has a number that is out of its range");
    codes.push_back(static_cast<std::uint32_t>(code));
  }
  return codes;
}

std::vector<MergedCodes> take_merged(const Archive& in, const domains::TableDomain& domain) {
  std::vector<MergedCodes> merged;
  const std::vector<std::uint32_t> sizes = domain.sizes();
  for (std::size_t a = 0; a < sizes.size(); ++a) {
    const std::string name = fmt::format("merged{}", a);
    std::vector<std::uint32_t> codes = take_codes(in, name, sizes[a]);
    if (codes.size() != sizes[a])
      model::refuse_damaged(errors::quoted(name) + " has not one number for each code");
    merged.emplace_back(std::move(codes));
  }
  return merged;
}

Factor take_potential(const Archive& in, std::size_t i, const marginals::Domain& domain) {
  const std::string name = potential_name(i, "attributes");
  const std::vector<std::uint32_t> ids = take_codes(in, name, domain.attributes());
  const AttributeSet attributes{std::vector<Attribute>(ids.begin(), ids.end())};
  std::vector<double> cells = archive::doubles(in.tensor(potential_name(i, "cells")));
  if (attributes.size() != ids.size() || domain.cells(attributes) != cells.size())
    model::refuse_damaged(errors::quoted(name) + " do not suit the potential's cells");
  return {attributes, std::move(cells)};
}

GraphicalModel take_model(const Archive& in, const std::vector<MergedCodes>& merged) {
  std::vector<std::size_t> sizes;
  for (const MergedCodes& codes : merged) sizes.push_back(codes.size());
  const marginals::Domain domain(sizes);
  const auto total = take_number<double>(in, "total");
  if (!(total > 0) || !std::isfinite(total)) model::refuse_damaged("'total' is no number of rows");
  std::vector<Factor> potentials;
  const auto count = take_number<std::size_t>(in, "potentials");
  for (std::size_t i = 0; i < count; ++i) potentials.push_back(take_potential(in, i, domain));
  // What no fit may make is not made here either.
  constexpr double k_most_megabytes = 4096;
  std::vector<AttributeSet> sets;
  for (const Factor& potential : potentials) sets.push_back(potential.attributes);
  if (graphical::megabytes(graphical::junction_tree_cells(domain, sets)) > k_most_megabytes)
    model::refuse_damaged("its potentials need more memory than any fit's");
  threads::ThreadPool alone(1);
  return {domain, std::move(potentials), total, alone};
}

nlohmann::ordered_json take_statement(const Archive& in) {
  auto statement = nlohmann::ordered_json::parse(in.entry("privacy"), nullptr, false);
  if (!statement.is_object()) model::refuse_damaged("'privacy' is no statement");
  return statement;
}

// Settled anew: what cannot have been declared was not written by a fit.
domains::TableDomain take_domain(const Archive& in) {
  const table::Metadata saved = model::read_records(in).metadata;
  table::TableRequest request;
  request.rules = saved.rules;
  request.domain_leaks = {"all"};
  for (const table::ColumnMetadata& column : saved.columns) {
    if (column.domain && !column.domain->paid.empty())
      model::refuse_damaged("a domain of its columns is still to be found");
    request.columns[column.name] = {column.kind, column.datetime_format, column.content, column.domain};
  }
  return domains::TableDomain(table::declared_metadata(saved.names(), request));
}

}  // namespace

archive::Archive write_marginals(const MarginalParts& parts) {
  Archive out =
      model::start_archive(options::find_method(parts.method), parts.options, parts.domain.metadata());
  out.metadata["privacy"] = parts.privacy.dump();
  for (std::size_t a = 0; a < parts.merged.size(); ++a)
    out.tensors.push_back(integers(fmt::format("merged{}", a), parts.merged[a].merged()));
  out.metadata["total"] = fmt::format("{}", parts.model.total());
  out.metadata["potentials"] = std::to_string(parts.model.potentials().size());
  for (std::size_t i = 0; i < parts.model.potentials().size(); ++i) {
    const Factor& potential = parts.model.potentials()[i];
    const std::vector<Attribute> ids(potential.attributes.begin(), potential.attributes.end());
    out.tensors.push_back(integers(potential_name(i, "attributes"), ids));
    out.tensors.push_back(reals(potential_name(i, "cells"), potential.cells));
  }
  return out;
}

MarginalParts read_marginals(const archive::Archive& archive) {
  model::check_format(archive);
  const options::Method& method = options::find_method(archive.entry("model"));
  options::Values options = model::read_options(archive, method);
  domains::TableDomain domain = take_domain(archive);
  std::vector<MergedCodes> merged = take_merged(archive, domain);
  GraphicalModel model = take_model(archive, merged);
  return {std::string(method.name), std::move(options), std::move(domain),
          std::move(merged),        std::move(model),   take_statement(archive)};
}

}  // namespace ctgan::synth::marginal_methods
