#include "server/synth/transforms/column_transform.h"

#include "common/errors/error.h"
#include "server/synth/transforms/categorical_transform.h"
#include "server/synth/transforms/datetime_transform.h"
#include "server/synth/transforms/identifier_transform.h"
#include "server/synth/transforms/missing_transform.h"
#include "server/synth/transforms/numerical_transform.h"
#include "server/synth/transforms/printed_number_transform.h"
#include "server/synth/transforms/respelt_date_transform.h"

namespace ctgan::synth::transforms {
namespace {

using table::ColumnKind;
using TransformOwner = std::unique_ptr<const ColumnTransform>;

// Categories hold their missing texts themselves.
bool marks_missing(const table::ColumnMetadata& metadata) {
  if (metadata.kind == ColumnKind::all_missing) return true;
  const bool learnt = metadata.kind == ColumnKind::numerical || metadata.kind == ColumnKind::datetime ||
                      metadata.kind == ColumnKind::id;
  return learnt && metadata.has_missing();
}

TransformOwner fit_numbers(const table::Column& column, const table::ColumnMetadata& metadata,
                           const table::TableRules& rules) {
  if (metadata.number_format.empty()) return NumericalTransform::fit(column, metadata, rules);
  return PrintedNumberTransform::fit(
      column, metadata, [&rules](const table::Column& numbers, const table::ColumnMetadata& inner) {
        return NumericalTransform::fit(numbers, inner, rules);
      });
}

TransformOwner load_numbers(const table::ColumnMetadata& metadata, const table::TableRules& rules,
                            const ColumnRecord& record) {
  if (metadata.number_format.empty()) return NumericalTransform::load(metadata, rules, record);
  const table::ColumnMetadata inner = PrintedNumberTransform::numbers_of(metadata);
  return PrintedNumberTransform::load(metadata, NumericalTransform::load(inner, rules, record), record);
}

TransformOwner fit_dates(const table::Column& column, const table::ColumnMetadata& metadata,
                         const table::TableRules& rules) {
  if (!RespeltDateTransform::is_needed(metadata)) return DatetimeTransform::fit(column, metadata, rules);
  return RespeltDateTransform::fit(column, metadata,
                                   [&rules](const table::Column& texts, const table::ColumnMetadata& inner) {
                                     return DatetimeTransform::fit(texts, inner, rules);
                                   });
}

TransformOwner load_dates(const table::ColumnMetadata& metadata, const table::TableRules& rules,
                          const ColumnRecord& record) {
  if (!RespeltDateTransform::is_needed(metadata)) return DatetimeTransform::load(metadata, rules, record);
  const table::ColumnMetadata inner = RespeltDateTransform::texts_of(metadata);
  return RespeltDateTransform::load(metadata, DatetimeTransform::load(inner, rules, record), record);
}

TransformOwner fit_present(const table::Column& column, const table::ColumnMetadata& metadata,
                           const table::TableRules& rules, const FitPlace& place) {
  switch (metadata.kind) {
    case ColumnKind::numerical:
      return fit_numbers(column, metadata, rules);
    case ColumnKind::datetime:
      return fit_dates(column, metadata, rules);
    case ColumnKind::id:
      return IdentifierTransform::fit(column, metadata, place);
    default:
      return CategoricalTransform::fit(column, metadata, rules);
  }
}

TransformOwner load_present(const table::ColumnMetadata& metadata, const table::TableRules& rules,
                            const ColumnRecord& record) {
  switch (metadata.kind) {
    case ColumnKind::numerical:
      return load_numbers(metadata, rules, record);
    case ColumnKind::datetime:
      return load_dates(metadata, rules, record);
    case ColumnKind::id:
      return IdentifierTransform::load(metadata, record);
    default:
      return CategoricalTransform::load(metadata, record);
  }
}

template <typename Values>
const Values& need(const std::map<std::string, Values, std::less<>>& among, const std::string& column,
                   std::string_view name) {
  const auto found = among.find(name);
  if (found != among.end()) return found->second;
  throw errors::Error(errors::Kind::bad_data,
                      "column " + errors::quoted(column) + " has no " + errors::quoted(name));
}

}  // namespace

const std::vector<double>& ColumnRecord::need_numbers(const std::string& column,
                                                      std::string_view name) const {
  return need(numbers, column, name);
}

const std::vector<std::int64_t>& ColumnRecord::need_integers(const std::string& column,
                                                             std::string_view name) const {
  return need(integers, column, name);
}

const std::vector<std::string>& ColumnRecord::need_texts(const std::string& column,
                                                         std::string_view name) const {
  return need(texts, column, name);
}

TransformOwner fit_column(const table::Column& column, const table::ColumnMetadata& metadata,
                          const table::TableRules& rules, const FitPlace& place) {
  if (!marks_missing(metadata)) return fit_present(column, metadata, rules, place);
  return MissingTransform::fit(column, metadata, [&](const table::Column& present) {
    return fit_present(present, metadata, rules, place);
  });
}

TransformOwner load_column(const table::ColumnMetadata& metadata, const table::TableRules& rules,
                           const ColumnRecord& record) {
  if (!marks_missing(metadata)) return load_present(metadata, rules, record);
  TransformOwner inner;
  if (metadata.kind != ColumnKind::all_missing) inner = load_present(metadata, rules, record);
  return MissingTransform::load(metadata, std::move(inner), record);
}

}  // namespace ctgan::synth::transforms
