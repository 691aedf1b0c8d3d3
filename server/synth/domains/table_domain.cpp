#include "server/synth/domains/table_domain.h"

#include <numeric>
#include <utility>

#include "common/errors/error.h"

namespace ctgan::synth::domains {
namespace {

// Codes of a column of texts, each text being looked up once; and how many cells are outside.
std::pair<codecs::Codes, std::uint64_t> encoded(const DomainColumn& domain, const table::Categories& cells) {
  std::vector<CodedCell> of_text;
  of_text.reserve(cells.dictionary.size());
  for (const std::string& text : cells.dictionary) of_text.push_back(domain.code_of(text));
  codecs::Codes codes = codecs::Codes::sized(domain.codes(), cells.codes.size());
  std::uint64_t outside = 0;
  for (std::size_t row = 0; row < cells.codes.size(); ++row) {
    const CodedCell& cell = of_text[cells.codes[row]];
    codes.set(row, cell.code);
    outside += cell.outside ? 1 : 0;
  }
  return {std::move(codes), outside};
}

}  // namespace

TableDomain::TableDomain(table::Metadata metadata) : metadata_(std::move(metadata)) {
  for (std::size_t i = 0; i < metadata_.columns.size(); ++i) {
    columns_.emplace_back(metadata_.columns[i]);
    if (columns_.back().codes() > 1) attributes_.push_back(i);
  }
}

std::vector<std::uint32_t> TableDomain::sizes() const {
  std::vector<std::uint32_t> sizes;
  for (const std::size_t column : attributes_)
    sizes.push_back(static_cast<std::uint32_t>(columns_[column].codes()));
  return sizes;
}

EncodedRows TableDomain::encode(const table::Table& texts, threads::ThreadPool& pool) const {
  if (texts.column_names() != metadata_.names())
    throw errors::Error(errors::Kind::bad_data, "the table has other columns than were declared");
  std::vector<std::pair<codecs::Codes, std::uint64_t>> parts(attributes_.size());
  pool.run(attributes_.size(), [&](std::size_t i) {
    const std::size_t column = attributes_[i];
    parts[i] = encoded(columns_[column], texts.columns()[column].categories());
  });
  EncodedRows rows;
  for (auto& [codes, outside] : parts) {
    rows.attributes.push_back(std::move(codes));
    rows.outside += outside;
  }
  return rows;
}

table::Table TableDomain::decode(const std::vector<codecs::Codes>& attributes,
                                 codecs::SampledRows rows) const {
  std::vector<table::Column> columns;
  std::size_t next = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const bool learnt = next < attributes_.size() && attributes_[next] == i;
    rows.column = i;
    columns.push_back(columns_[i].decode(learnt ? attributes[next] : codecs::Codes(), rows));
    next += learnt ? 1 : 0;
  }
  return table::Table(std::move(columns));
}

table::Table TableDomain::number_rows(const table::Table& rows, std::uint64_t first) const {
  std::vector<table::Column> columns = rows.columns();
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (columns_[i].metadata().kind == table::ColumnKind::id)
      columns[i] = columns_[i].identifiers(first, rows.rows());
  return table::Table(std::move(columns));
}

}  // namespace ctgan::synth::domains
