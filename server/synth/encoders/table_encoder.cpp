#include "server/synth/encoders/table_encoder.h"

#include <utility>

#include "common/errors/error.h"
#include "server/synth/encoders/mode_record.h"

namespace ctgan::synth::encoders {
namespace {

using codecs::ColumnRecord;
using codecs::ColumnValues;
using codecs::Domain;

// The numbers of the cells that hold one.
std::vector<double> present_numbers(ColumnValues values, const Domain& domain) {
  if (!domain.presence) return std::move(values.numbers);
  const codecs::Codes& presence = values.parts[*domain.presence];
  std::vector<double> present;
  for (std::size_t row = 0; row < values.numbers.size(); ++row)
    if (presence.code(row) == 0) present.push_back(values.numbers[row]);
  return present;
}

ModeNormalizer fit_modes(const codecs::ColumnCodec& codec, const Domain& domain, const table::Column& column,
                         const table::TableRules& rules) {
  const std::vector<double> numbers = present_numbers(codec.encode(column, {}), domain);
  return ModeNormalizer::fit(
      codecs::DistinctValues::of(numbers),
      {.least_rows = rules.min_category_count, .step = domain.step, .keep_range = rules.keep_range});
}

}  // namespace

TableEncoder::TableEncoder(codecs::TableCodec codec, std::vector<std::optional<ModeNormalizer>> modes)
    : codec_(std::move(codec)), modes_(std::move(modes)) {
  for (std::size_t i = 0; i < modes_.size(); ++i) {
    first_encoded_.push_back(layout_.columns());
    if (modes_[i]) layout_.add_continuous(modes_[i]->codes());
    for (const codecs::CategoryRows& part : codec_.columns()[i]->domain().parts)
      layout_.add_discrete(part.counts.size());
  }
  first_encoded_.push_back(layout_.columns());
  if (layout_.width == 0)
    throw errors::Error(errors::Kind::bad_data,
                        "no column was left with anything to learn: all rows are alike");
}

TableEncoder TableEncoder::fit(const table::Table& table, const table::Metadata& metadata, std::uint64_t seed,
                               threads::ThreadPool& pool, const table::Table* set_aside) {
  codecs::TableCodec codec = codecs::TableCodec::fit(table, metadata, seed, pool, set_aside);
  const codecs::LearntColumns learnt = codec.learnt(table);
  std::vector<std::optional<ModeNormalizer>> modes(codec.columns().size());
  pool.run(modes.size(), [&](std::size_t i) {
    const Domain domain = codec.columns()[i]->domain();
    if (domain.has_numbers) modes[i] = fit_modes(*codec.columns()[i], domain, learnt[i], metadata.rules);
  });
  return {std::move(codec), std::move(modes)};
}

TableEncoder TableEncoder::load(const table::Metadata& metadata, const std::vector<ColumnRecord>& records) {
  codecs::TableCodec codec = codecs::TableCodec::load(metadata, records);
  std::vector<std::optional<ModeNormalizer>> modes(records.size());
  for (std::size_t i = 0; i < records.size(); ++i)
    if (codec.columns()[i]->domain().has_numbers) modes[i] = take_modes(metadata.columns[i].name, records[i]);
  return {std::move(codec), std::move(modes)};
}

const ModeNormalizer* TableEncoder::modes(std::size_t column) const {
  return modes_[column] ? &*modes_[column] : nullptr;
}

std::vector<ColumnRecord> TableEncoder::records() const {
  std::vector<ColumnRecord> records;
  for (std::size_t i = 0; i < modes_.size(); ++i) {
    records.push_back(codec_.record(i));
    if (modes_[i]) put_modes(*modes_[i], records.back());
  }
  return records;
}

std::vector<codecs::CategoryRows> TableEncoder::category_rows() const {
  std::vector<codecs::CategoryRows> rows;
  for (const auto& column : codec_.columns())
    for (codecs::CategoryRows& part : column->domain().parts) rows.push_back(std::move(part));
  return rows;
}

std::vector<Condition> TableEncoder::find_conditions(std::size_t column, std::string_view text) const {
  std::vector<Condition> found;
  for (const codecs::CodeRows& rows : codec_.find(column, text)) {
    const std::size_t parts_from = first_encoded_[rows.column] + (modes_[rows.column] ? 1 : 0);
    for (const Block& block : layout_.blocks)
      if (block.column == parts_from + rows.code.part && block.kind == Block::Kind::categories)
        found.push_back({static_cast<std::uint32_t>(block.condition_offset + rows.code.code), rows.rows});
  }
  return found;
}

std::vector<EncodedColumn> TableEncoder::encode_values(std::size_t column, ColumnValues values,
                                                       std::uint64_t seed) const {
  std::vector<EncodedColumn> encoded;
  if (modes_[column]) {
    EncodedContinuous numbers{.mode = std::vector<std::uint8_t>(values.numbers.size()),
                              .scalar = std::vector<float>(values.numbers.size())};
    random::Stream random(seed, random::StreamId::transform, column);
    modes_[column]->encode(values.numbers, random, numbers.mode, numbers.scalar);
    encoded.emplace_back(std::move(numbers));
  }
  for (codecs::Codes& part : values.parts) encoded.emplace_back(std::move(part));
  return encoded;
}

EncodedTable TableEncoder::encode(const table::Table& table, std::uint64_t seed,
                                  threads::ThreadPool& pool) const {
  const codecs::LearntColumns learnt = codec_.learnt(table);
  std::vector<std::vector<EncodedColumn>> parts(modes_.size());
  pool.run(parts.size(), [&](std::size_t i) {
    parts[i] = encode_values(i, codec_.columns()[i]->encode(learnt[i], {.seed = seed, .column = i}), seed);
  });
  EncodedTable encoded;
  encoded.layout = layout_;
  encoded.rows = table.rows();
  for (auto& of_column : parts) {
    for (EncodedColumn& part : of_column) encoded.columns.push_back(std::move(part));
  }
  return encoded;
}

ColumnValues TableEncoder::decode_values(std::size_t column, const EncodedTable& block) const {
  ColumnValues values;
  std::size_t at = first_encoded_[column];
  if (modes_[column]) {
    const auto& numbers = std::get<EncodedContinuous>(block.columns[at++]);
    values.numbers.resize(block.rows);
    for (std::size_t row = 0; row < block.rows; ++row)
      values.numbers[row] = modes_[column]->decode(numbers.mode[row], numbers.scalar[row]);
  }
  for (; at < first_encoded_[column + 1]; ++at)
    values.parts.push_back(std::get<codecs::Codes>(block.columns[at]));
  return values;
}

table::Table TableEncoder::decode(const EncodedTable& block, std::uint64_t seed, std::uint64_t first,
                                  bool numbered) const {
  std::vector<ColumnValues> values;
  for (std::size_t i = 0; i < modes_.size(); ++i) values.push_back(decode_values(i, block));
  return codec_.decode(values, {.seed = seed, .first = first, .count = block.rows, .numbered = numbered});
}

}  // namespace ctgan::synth::encoders
