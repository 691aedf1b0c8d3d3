#include "server/synth/marginal_methods/private_archive.h"

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

std::string part_name(const char* name, std::size_t i, const char* part) {
  return fmt::format("{}{}.{}", name, i, part);
}

template <typename Number>
Number take_number(const Archive& in, const std::string& entry) {
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

Factor take_factor(const char* table, const Archive& in, std::size_t i, const marginals::Domain& domain) {
  const std::string name = part_name(table, i, "attributes");
  const std::vector<std::uint32_t> ids = take_codes(in, name, domain.attributes());
  const AttributeSet attributes{std::vector<Attribute>(ids.begin(), ids.end())};
  std::vector<double> cells = archive::doubles(in.tensor(part_name(table, i, "cells")));
  if (attributes.size() != ids.size() || domain.cells(attributes) != cells.size())
    model::refuse_damaged(errors::quoted(name) + " do not suit the table's cells");
  return {attributes, std::move(cells)};
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
    request.columns[column.name] = {column.kind, column.datetime_format, column.content, column.domain,
                                    column.storage_type};
  }
  return domains::TableDomain(table::declared_metadata(saved.names(), request));
}

}  // namespace

marginals::Domain PrivateParts::model_domain() const {
  std::vector<std::size_t> sizes;
  for (const MergedCodes& codes : merged) sizes.push_back(codes.size());
  return marginals::Domain(sizes);
}

archive::Archive write_private(const PrivateParts& parts) {
  Archive out =
      model::start_archive(options::find_method(parts.method), parts.options, parts.domain.metadata());
  out.metadata["privacy"] = parts.privacy.dump();
  for (std::size_t a = 0; a < parts.merged.size(); ++a)
    out.tensors.push_back(integers(fmt::format("merged{}", a), parts.merged[a].merged()));
  write_paid_marginals(parts.report, out);
  return out;
}

PrivateParts read_private(const archive::Archive& archive) {
  model::check_format(archive);
  const options::Method& method = options::find_method(archive.entry("model"));
  options::Values options = model::read_options(archive, method);
  domains::TableDomain domain = take_domain(archive);
  std::vector<MergedCodes> merged = take_merged(archive, domain);
  const std::vector<std::uint32_t> sizes = domain.sizes();
  PaidMarginals report = read_paid_marginals(archive, marginals::Domain({sizes.begin(), sizes.end()}));
  return {std::string(method.name), std::move(options),      std::move(domain),
          std::move(merged),        take_statement(archive), std::move(report)};
}

void write_factors(const char* name, const std::vector<Factor>& factors, Archive& out) {
  out.metadata[fmt::format("{}s", name)] = std::to_string(factors.size());
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const std::vector<Attribute> ids(factors[i].attributes.begin(), factors[i].attributes.end());
    out.tensors.push_back(integers(part_name(name, i, "attributes"), ids));
    out.tensors.push_back(reals(part_name(name, i, "cells"), factors[i].cells));
  }
}

std::vector<Factor> read_factors(const char* name, const Archive& archive, const marginals::Domain& domain) {
  std::vector<Factor> factors;
  const auto count = take_number<std::size_t>(archive, fmt::format("{}s", name));
  for (std::size_t i = 0; i < count; ++i) factors.push_back(take_factor(name, archive, i, domain));
  return factors;
}

void write_number(const char* entry, double number, Archive& out) {
  out.metadata[entry] = fmt::format("{}", number);
}

double read_number(const Archive& archive, const char* entry, const char* what) {
  const auto number = take_number<double>(archive, entry);
  if (!(number > 0) || !std::isfinite(number))
    model::refuse_damaged(fmt::format("{} is no {}", errors::quoted(entry), what));
  return number;
}

void write_total(double total, Archive& out) {
  write_number("total", total, out);
}

double read_total(const Archive& archive) {
  return read_number(archive, "total", "number of rows");
}

}  // namespace ctgan::synth::marginal_methods
