#include "server/budgets/entry.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/files/checksum.h"

namespace ctgan::server::budgets {
namespace {

using errors::Error;
using errors::Kind;
using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<EntryKind, std::string_view>, 3> k_kinds{
    {{EntryKind::set, "set"}, {EntryKind::debit, "debit"}, {EntryKind::acknowledge, "acknowledge"}}};

Json json_of(const Entry& entry) {
  Json value{{"seq", entry.seq},         {"time", entry.time},
             {"user", entry.user},       {"kind", kind_name(entry.kind)},
             {"dataset", entry.dataset}, {"epsilon", entry.epsilon},
             {"delta", entry.delta}};
  if (!entry.accounting.empty()) value["accounting"] = entry.accounting;
  value["rho"] = entry.rho;
  if (!entry.rho_delta.empty()) value["rho_delta"] = entry.rho_delta;
  value["job"] = entry.job;
  value["table_sha256"] = entry.table_sha256;
  value["method"] = entry.method;
  value["note"] = entry.note;
  value["previous"] = entry.previous;
  return value;
}

std::string text_of(const Json& value) {
  try {
    return value.dump();
  } catch (const Json::exception&) {
    throw Error(Kind::usage, "a text of the privacy ledger is not UTF-8", "write names in UTF-8");
  }
}

Entry entry_of(const Json& value) {
  const auto kind = kind_from_name(value.at("kind").get<std::string>());
  if (!kind) throw Error(Kind::bad_data, "an entry of the privacy ledger has an unknown kind");
  const std::string none;
  return {value.at("seq"),      value.at("time"),
          value.at("user"),     *kind,
          value.at("dataset"),  value.at("epsilon"),
          value.at("delta"),    value.value("accounting", none),
          value.at("rho"),      value.value("rho_delta", none),
          value.at("job"),      value.at("table_sha256"),
          value.at("method"),   value.at("note"),
          value.at("previous"), value.at("hash")};
}

}  // namespace

std::string_view accounting_name(Accounting accounting) {
  return accounting == Accounting::concentrated ? "concentrated" : "basic";
}

std::optional<Accounting> accounting_from_name(std::string_view name) {
  for (const Accounting known : {Accounting::basic, Accounting::concentrated})
    if (accounting_name(known) == name) return known;
  return std::nullopt;
}

Accounting require_accounting(std::string_view name) {
  if (const auto found = accounting_from_name(name)) return *found;
  throw Error(Kind::usage, fmt::format("no accounting of budgets is called {}", errors::quoted(name)),
              "'basic' and 'concentrated' are known here");
}

std::string_view kind_name(EntryKind kind) {
  return k_kinds[static_cast<std::size_t>(kind)].second;
}

std::optional<EntryKind> kind_from_name(std::string_view name) {
  for (const auto& [kind, known] : k_kinds)
    if (known == name) return kind;
  return std::nullopt;
}

std::string hash_of(const Entry& entry) {
  return files::sha256_of(text_of(json_of(entry)));
}

std::string line_of(const Entry& entry) {
  Json value = json_of(entry);
  value["hash"] = entry.hash;
  return text_of(value) + "\n";
}

std::optional<Entry> entry_of_line(std::string_view line) {
  const Json value = Json::parse(line, nullptr, false);
  if (!value.is_object()) return std::nullopt;
  try {
    return entry_of(value);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

namespace {

bool is_as_hashed(const Entry& entry) {
  try {
    return hash_of(entry) == entry.hash;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

std::optional<Error> check_chain(std::span<const Entry> entries) {
  std::string previous(k_no_hash);
  std::int64_t seq = 0;
  for (const Entry& entry : entries) {
    if (entry.seq != ++seq)
      return Error(Kind::bad_data, fmt::format("entry {} of the privacy ledger is missing", seq));
    if (entry.previous != previous) {
      return Error(Kind::bad_data,
                   fmt::format("entry {} of the privacy ledger does not follow the one before it", seq));
    }
    if (!is_as_hashed(entry))
      return Error(Kind::bad_data, fmt::format("entry {} of the privacy ledger was changed", seq));
    previous = entry.hash;
  }
  return std::nullopt;
}

}  // namespace ctgan::server::budgets
