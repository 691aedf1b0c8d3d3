#include "common/conditions/sample_terms.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "common/conditions/row_quota.h"
#include "common/errors/error.h"

namespace ctgan::conditions {
namespace {

using errors::Error;
using errors::Kind;
using nlohmann::json;

constexpr std::size_t k_most_terms = 64;
constexpr std::size_t k_longest_term = 4096;

void check_list(std::string_view name, const std::vector<std::string>& texts) {
  if (texts.size() > k_most_terms)
    throw Error(Kind::usage, fmt::format("there are {} terms of the kind '{}', and {} are the most",
                                         texts.size(), name, k_most_terms));
  for (const std::string& text : texts)
    if (text.size() > k_longest_term)
      throw Error(Kind::usage,
                  fmt::format("the term {} is longer than {} bytes", errors::quoted(text), k_longest_term));
}

std::string text_in(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return {};
  if (!found->is_string()) throw Error(Kind::protocol, fmt::format("the field '{}' must be a text", key));
  return found->get<std::string>();
}

std::vector<std::string> texts_in(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return {};
  const bool texts = found->is_array() &&
                     std::all_of(found->begin(), found->end(), [](const json& e) { return e.is_string(); });
  if (!texts) throw Error(Kind::protocol, fmt::format("the field '{}' must be a list of texts", key));
  return found->get<std::vector<std::string>>();
}

}  // namespace

bool SampleTerms::empty() const {
  return *this == SampleTerms{};
}

void check_terms(const SampleTerms& terms) {
  check_list("where", terms.where);
  check_list("constraint", terms.constraints);
  check_list("unique", terms.unique);
  check_list("balance", {terms.balance});
  for (const std::string& condition : terms.where)
    if (condition.find_first_of("=<>") == std::string::npos)
      throw Error(Kind::usage, fmt::format("the condition {} has no operator", errors::quoted(condition)),
                  "a condition is COLUMN OP VALUE, OP one of = != < <= > >=");
  if (!terms.quota.empty()) quota_rows(terms.quota);
  if (!terms.quota.empty() && !terms.balance.empty())
    throw Error(Kind::usage, "a balance and a quota exclude each other", "give one of the two");
}

void add_to_json(const SampleTerms& terms, json& object) {
  if (!terms.where.empty()) object["where"] = terms.where;
  if (!terms.constraints.empty()) object["constraints"] = terms.constraints;
  if (!terms.unique.empty()) object["unique"] = terms.unique;
  if (!terms.balance.empty()) object["balance"] = terms.balance;
  if (!terms.quota.empty()) object["quota"] = terms.quota;
}

SampleTerms terms_from_json(const json& object) {
  SampleTerms terms;
  terms.where = texts_in(object, "where");
  terms.constraints = texts_in(object, "constraints");
  terms.unique = texts_in(object, "unique");
  terms.balance = text_in(object, "balance");
  terms.quota = text_in(object, "quota");
  check_terms(terms);
  return terms;
}

}  // namespace ctgan::conditions
