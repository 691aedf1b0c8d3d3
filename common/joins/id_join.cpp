#include "common/joins/id_join.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "common/errors/error.h"
#include "common/joins/party_name.h"
#include "common/texts/texts.h"

namespace ctgan::joins {
namespace {

using errors::Error;
using errors::Kind;
using Secret = std::array<unsigned char, 16>;
static_assert(crypto_shorthash_KEYBYTES == std::tuple_size_v<Secret> && crypto_shorthash_BYTES == 8);

std::uint64_t hash_of(std::string_view key, const Secret& secret) {
  std::array<unsigned char, crypto_shorthash_BYTES> bytes{};
  crypto_shorthash(bytes.data(), reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                   secret.data());
  std::uint64_t hash = 0;
  for (const unsigned char byte : bytes) hash = hash << 8U | byte;
  return hash;
}

const table::Column& key_column(const table::Table& table, const std::string& key) {
  const table::Column* column = table.find(key);
  if (column == nullptr)
    throw Error(Kind::bad_data,
                fmt::format("the table has no column {} to be joined by", errors::quoted(key)),
                "name the column of ids so, or have the fit submitted with '--join COLUMN'");
  if (table.columns().size() == 1)
    throw Error(Kind::bad_data, fmt::format("the table has no column beside {}", errors::quoted(key)),
                "give one with something to learn");
  return *column;
}

struct HashedRow {
  std::uint64_t hash;
  std::uint32_t row;  // of the first table
};

// By the hash, in eight passes over its bytes.
void sort_by_hash(std::vector<HashedRow>& rows) {
  constexpr unsigned k_passes = 8, k_bits = 8;
  constexpr std::size_t k_values = std::size_t{1} << k_bits;
  std::vector<HashedRow> sorted(rows.size());
  for (unsigned pass = 0; pass < k_passes; ++pass) {
    const auto digit = [shift = pass * k_bits](const HashedRow& row) {
      return row.hash >> shift & (k_values - 1);
    };
    std::array<std::size_t, k_values + 1> starts{};
    for (const HashedRow& row : rows) ++starts[digit(row) + 1];
    for (std::size_t i = 1; i < k_values; ++i) starts[i] += starts[i - 1];
    for (const HashedRow& row : rows) sorted[starts[digit(row)]++] = row;
    rows.swap(sorted);
  }
}

// Rows of the first table whose ids all others have, in an order that the ids alone say.
std::vector<std::uint32_t> common_rows(const std::vector<KeyedTable>& tables) {
  const KeyIndex& first = tables.front().index;
  constexpr Secret k_none{};
  std::vector<HashedRow> found;
  for (std::uint32_t row = 0; row < first.rows(); ++row) {
    const std::string& key = first.key(row);
    const bool everywhere = std::all_of(tables.begin() + 1, tables.end(), [&](const KeyedTable& other) {
      return other.index.find(key).has_value();
    });
    if (everywhere) found.push_back({hash_of(key, k_none), row});
  }
  sort_by_hash(found);
  std::vector<std::uint32_t> rows;
  rows.reserve(found.size());
  for (const HashedRow& one : found) rows.push_back(one.row);
  return rows;
}

}  // namespace

KeyIndex::KeyIndex(const table::Column& column, const table::MissingTexts& missing) {
  const table::Categories& cells = column.categories();
  // The greatest number stands for none.
  if (cells.codes.size() >= UINT32_MAX)
    throw Error(Kind::bad_data, "the table has too many rows to be joined");
  randombytes_buf(secret_.data(), secret_.size());
  keys_.reserve(cells.codes.size());
  slots_.resize(std::bit_ceil(2 * cells.codes.size() + 2));
  for (const std::uint32_t code : cells.codes) {
    const std::string_view key = texts::trimmed(cells.dictionary[code], texts::k_blanks_and_ends);
    const std::size_t number = keys_.size() + 1;
    if (missing.contains(key))
      throw Error(Kind::bad_data,
                  fmt::format("row {} has no id in the column {}", number, errors::quoted(column.name)),
                  "leave out the rows of people who have none");
    const std::size_t slot = slot_of(key);
    if (slots_[slot] != 0)
      throw Error(Kind::bad_data,
                  fmt::format("rows {} and {} have the same id in the column {}", slots_[slot], number,
                              errors::quoted(column.name)),
                  "a person is one row: an id may stand in one only");
    slots_[slot] = static_cast<std::uint32_t>(number);
    keys_.emplace_back(key);
  }
}

// Where the key is, or where it would be.
std::size_t KeyIndex::slot_of(std::string_view key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash_of(key, secret_) & mask;
  while (slots_[slot] != 0 && keys_[slots_[slot] - 1] != key) slot = (slot + 1) & mask;
  return slot;
}

std::optional<std::uint32_t> KeyIndex::find(std::string_view key) const {
  const std::uint32_t number = slots_[slot_of(key)];
  if (number == 0) return std::nullopt;
  return number - 1;
}

KeyedTable keyed(std::string party, table::Table table, const std::string& key,
                 const table::MissingTexts& missing) {
  KeyIndex index(key_column(table, key), missing);
  return {std::move(party), std::move(table).without({key}), std::move(index)};
}

table::Table inner_join(std::vector<KeyedTable> tables) {
  const std::vector<std::uint32_t> rows = common_rows(tables);
  const KeyIndex& first = tables.front().index;
  std::vector<table::Column> columns;
  for (const KeyedTable& one : tables) {
    std::vector<std::uint32_t> own;
    own.reserve(rows.size());
    for (const std::uint32_t row : rows) own.push_back(*one.index.find(first.key(row)));
    for (const table::Column& column : one.table.columns()) {
      columns.push_back(column.rows_at(own));
      columns.back().name = joined_column(one.party, column.name);
    }
  }
  return table::Table(std::move(columns));
}

}  // namespace ctgan::joins
