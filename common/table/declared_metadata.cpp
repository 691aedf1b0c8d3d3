#include "common/table/declared_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/table/datetime_format.h"
#include "common/table/kind_traits.h"
#include "common/table/number_text.h"

namespace ctgan::table {
namespace {

using errors::Error;
using errors::Kind;

constexpr const char* k_draft_hint =
    "'fit --plan FILE --method swift --epsilon 1' writes a draft to look through, confirm and give by "
    "'--metadata'";

[[noreturn]] void refuse(const std::string& column, std::string_view rule,
                         const std::string& hint = k_draft_hint) {
  throw Error(Kind::bad_data, fmt::format("the domain of column {} {}", errors::quoted(column), rule), hint);
}

bool is_paid(const ColumnDomain& domain, std::string_view field) {
  return std::find(domain.paid.begin(), domain.paid.end(), field) != domain.paid.end();
}

bool is_allowed(const TableRequest& request, const std::string& column, const std::string& field) {
  return std::any_of(request.domain_leaks.begin(), request.domain_leaks.end(), [&](const std::string& leak) {
    return leak == "all" || leak == column || leak == column + "." + field;
  });
}

void refuse_unconfirmed(const std::string& column, const ColumnDomain& domain, const TableRequest& request) {
  for (const std::string& field : domain.read_from_data) {
    if (is_paid(domain, field) || is_allowed(request, column, field)) continue;
    refuse(
        column,
        fmt::format("has {} as it was read from the rows, which nobody has confirmed", errors::quoted(field)),
        fmt::format(
            "take it out of 'read_from_data' where it may be known to everybody, or let it through without "
            "protection by '--allow-domain-leak {}.{}'",
            column, field));
  }
}

// What pandas would make of these texts alone.
Dtype dtype_of(const std::vector<std::string>& categories) {
  const auto all = [&](auto&& is) { return std::all_of(categories.begin(), categories.end(), is); };
  if (all([](const std::string& text) { return is_bool_text(text); })) return Dtype::boolean;
  if (all([](const std::string& text) {
        return read_number(text).integer && read_number(text).packed.form.plain();
      }))
    return Dtype::int64;
  return Dtype::text;
}

// What is to be found is declared nowhere else, and what was read of it is not used.
void check_paid(const std::string& column, ColumnKind kind, ColumnDomain& domain) {
  const bool is_number = kind == ColumnKind::numerical || kind == ColumnKind::datetime;
  const auto is_there = [&](const std::string& field) {
    if (field == "min") return !domain.least.empty() || !domain.edges.empty();
    if (field == "max") return !domain.most.empty() || !domain.edges.empty();
    return field == "edges" ? !domain.edges.empty() : !domain.categories.empty();
  };
  for (const std::string& field : domain.paid) {
    if (kind == ColumnKind::id || (field == "categories") == is_number)
      refuse(column,
             fmt::format("cannot have {} found: a column of this kind has none", errors::quoted(field)),
             "'min', 'max' and 'edges' of numbers and dates, 'categories' of all others can be found");
    if (is_there(field))
      refuse(column, fmt::format("declares {}, and has it found as well", errors::quoted(field)),
             "take it out of 'private', or leave its value out");
  }
  std::erase_if(domain.read_from_data, [&](const std::string& field) { return is_paid(domain, field); });
}

// Where each part begins and the last one ends, as far as that is known.
std::vector<std::string> bounds_of(const ColumnMetadata& column) {
  const ColumnDomain& domain = *column.domain;
  if (!domain.edges.empty()) return domain.edges;
  std::vector<std::string> bounds;
  for (const auto& [field, text] : {std::pair{"min", &domain.least}, std::pair{"max", &domain.most}}) {
    if (is_paid(domain, field)) continue;
    if (text->empty()) refuse(column.name, "needs 'min' and 'max', or 'edges'");
    bounds.push_back(*text);
  }
  return bounds;
}

// A last part that begins where it ends is that value alone.
void check_bounds(const ColumnMetadata& column, const std::vector<double>& bounds) {
  const bool is_whole = !is_paid(*column.domain, "min") && !is_paid(*column.domain, "max");
  if (is_whole && bounds.size() < 2) refuse(column.name, "needs two edges at least", "");
  for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
    const bool is_last = i > 0 && i + 2 == bounds.size();
    if (!(bounds[i] < bounds[i + 1]) && !(is_last && bounds[i] == bounds[i + 1]))
      refuse(column.name, "must go from a lesser bound to a greater", "");
  }
  // Steps of the last decimal, which are counted in whole numbers.
  constexpr double k_most_steps = 1e15;
  const double steps = std::pow(10, std::max(column.decimals, 0));
  for (const double bound : bounds)
    if (std::abs(bound) * steps > k_most_steps)
      refuse(column.name, "reaches further than its decimals allow", "give fewer decimals, or closer bounds");
}

void settle_number(ColumnMetadata& column) {
  column.decimals = column.domain->decimals;
  column.dtype = column.decimals == 0 ? Dtype::int64 : Dtype::float64;
  std::vector<double> bounds;
  for (const std::string& text : bounds_of(column)) {
    const NumberText number = read_number(text);
    if (!number.number || number.infinite)
      refuse(column.name, fmt::format("has the bound {}, which is no number", errors::quoted(text)), "");
    bounds.push_back(real_value(text));
  }
  check_bounds(column, bounds);
}

// "%y", "%{1930}y": what is found might be of another century.
bool has_two_digit_years(const std::string& pattern) {
  for (std::size_t at = pattern.find('%'); at != std::string::npos; at = pattern.find('%', at + 2)) {
    std::size_t directive = at + 1;
    if (directive < pattern.size() && pattern[directive] == '{')
      directive = std::min(pattern.find('}', directive), pattern.size() - 1) + 1;
    if (directive < pattern.size() && pattern[directive] == 'y') return true;
  }
  return false;
}

void settle_date(ColumnMetadata& column) {
  if (column.datetime_format.empty()) refuse(column.name, "needs the column's 'datetime_format'");
  column.dtype = Dtype::text;
  const DatetimeFormat format(column.datetime_format);
  std::vector<double> bounds;
  for (const std::string& text : bounds_of(column)) {
    const auto moment = format.read(text);
    if (!moment)
      refuse(column.name,
             fmt::format("has the bound {}, which is not written as {}", errors::quoted(text),
                         column.datetime_format),
             "");
    bounds.push_back(static_cast<double>(moment->ticks));
  }
  check_bounds(column, bounds);
  if (bounds.size() < 2 && has_two_digit_years(column.datetime_format))
    refuse(column.name, "cannot have its bounds found, since its years have two digits",
           "declare 'min' and 'max'");
}

void settle_categories(ColumnMetadata& column) {
  ColumnDomain& domain = *column.domain;
  if (is_paid(domain, "categories")) {
    // Not all of them will be found.
    if (domain.others.empty()) domain.others = "other";
  } else if (domain.categories.empty() && (domain.found.empty() || domain.others.empty())) {
    refuse(column.name, "needs 'categories'");
  }
  std::vector<std::string> texts = domain.categories;
  if (!domain.others.empty()) texts.push_back(domain.others);
  column.dtype = dtype_of(texts);
}

void check_unit(const Metadata& metadata) {
  const std::string& unit = metadata.rules.privacy_unit;
  if (unit.empty()) return;
  const auto column = std::find_if(metadata.columns.begin(), metadata.columns.end(),
                                   [&](const ColumnMetadata& one) { return one.name == unit; });
  if (column == metadata.columns.end())
    throw Error(Kind::bad_data,
                fmt::format("the unit of privacy {} is none of the table's columns", errors::quoted(unit)),
                errors::suggestion(unit, metadata.names()));
  if (column->kind != ColumnKind::id)
    throw Error(Kind::bad_data,
                fmt::format("the unit of privacy {} must be an identifier, which is not learnt",
                            errors::quoted(unit)),
                "declare its 'sdtype' as 'id'");
}

}  // namespace

void settle_domain(ColumnMetadata& column) {
  check_paid(column.name, column.kind, *column.domain);
  column.missing_texts = column.domain->missing;
  if (column.kind == ColumnKind::id) {
    column.dtype = column.domain->prefix.empty() && column.domain->digits == 1 ? Dtype::int64 : Dtype::text;
  } else if (column.kind == ColumnKind::datetime) {
    settle_date(column);
  } else if (column.kind == ColumnKind::numerical) {
    settle_number(column);
  } else {
    settle_categories(column);
  }
}

Metadata declared_metadata(const std::vector<std::string>& names, const TableRequest& request) {
  Metadata metadata;
  metadata.rules.privacy_unit = request.rules.privacy_unit;
  metadata.rules.rows_per_unit = request.rules.rows_per_unit;
  for (const std::string& name : names) {
    const auto found = request.columns.find(name);
    if (found == request.columns.end() || !found->second.kind)
      throw Error(Kind::bad_data,
                  fmt::format("nobody has declared what column {} holds, and a private method does not look",
                              errors::quoted(name)),
                  k_draft_hint);
    ColumnMetadata column;
    column.name = name;
    column.kind = *found->second.kind;
    column.datetime_format = found->second.datetime_format;
    column.content = found->second.content;
    column.domain = found->second.domain;
    column.storage_type = found->second.storage_type;
    if (!column.domain && column.kind == ColumnKind::id) column.domain.emplace();
    if (!column.domain) refuse(name, "is missing");
    refuse_unconfirmed(name, *column.domain, request);
    settle_domain(column);
    metadata.columns.push_back(std::move(column));
  }
  check_unit(metadata);
  return metadata;
}

void require_several_values(const Metadata& metadata) {
  const auto is_constant = [](const ColumnMetadata& column) {
    const ColumnDomain& domain = *column.domain;
    if (column.kind == ColumnKind::id) return true;
    const bool is_range = column.kind == ColumnKind::numerical || column.kind == ColumnKind::datetime;
    if (is_range || !domain.paid.empty()) return false;
    return domain.categories.size() + domain.missing.size() + (domain.others.empty() ? 0 : 1) < 2;
  };
  const std::vector<ColumnMetadata>& columns = metadata.columns;
  if (columns.empty() || !std::all_of(columns.begin(), columns.end(), is_constant)) return;
  throw Error(Kind::bad_data, "no column has more than one value that it can hold: there is nothing to learn",
              "declare more of their categories, or wider bounds");
}

bool has_paid_domains(const Metadata& metadata) {
  return std::any_of(metadata.columns.begin(), metadata.columns.end(), [](const ColumnMetadata& column) {
    return column.domain && !column.domain->paid.empty();
  });
}

}  // namespace ctgan::table
