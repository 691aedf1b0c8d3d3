#include "common/table/column_domain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "common/errors/closest.h"
#include "common/errors/error.h"

namespace ctgan::table {
namespace {

using errors::Error;
using errors::Kind;
using nlohmann::json;

constexpr std::uint64_t k_most_bins = 10'000;
constexpr std::size_t k_most_texts = 10'000;
constexpr std::size_t k_most_missing = 200;
constexpr int k_most_decimals = 15;
constexpr std::uint64_t k_most_digits = 18;

const std::vector<std::string>& field_names() {
  static const std::vector<std::string> k_names{
      "categories", "others", "min",   "max",     "bins",    "edges", "decimals",      "missing",
      "prefix",     "digits", "found", "private", "binning", "most",  "read_from_data"};
  return k_names;
}

// In the order of Binning.
constexpr std::array k_binnings{"quantiles", "privtree", "dawa"};

const char* binning_name(Binning binning) {
  return k_binnings[static_cast<std::size_t>(binning)];
}

bool is_payable(const std::string& name) {
  return name == "min" || name == "max" || name == "edges" || name == "categories";
}

// Also what stands beside a domain, and fields that are absent where nothing was found.
bool is_readable(const std::string& name) {
  const auto& names = field_names();
  return name == "sdtype" || name == "datetime_format" ||
         std::find(names.begin(), names.end(), name) != names.end();
}

class DomainFields {
 public:
  DomainFields(const json& value, const std::string& place) : value_(value), place_(place) {
    if (!value.is_object()) refuse("", "is not an object");
    for (const auto& [name, content] : value.items()) {
      const auto& names = field_names();
      if (std::find(names.begin(), names.end(), name) == names.end())
        refuse(name, "is no field of a domain", errors::suggestion(name, names));
    }
  }

  [[noreturn]] void refuse(std::string_view name, std::string_view rule, const std::string& hint = {}) const {
    throw Error(
        Kind::bad_data,
        fmt::format("{} {}", errors::quoted(fmt::format("{}{}{}", place_, name.empty() ? "" : ".", name)),
                    rule),
        hint);
  }
  const json* find(const char* name) const {
    const auto found = value_.find(name);
    return found == value_.end() ? nullptr : &*found;
  }
  std::string text(const char* name) const {
    const json* found = find(name);
    return found == nullptr ? "" : text_of(*found, name);
  }
  std::vector<std::string> texts(const char* name) const {
    std::vector<std::string> texts = list(name);
    if (std::set(texts.begin(), texts.end()).size() != texts.size()) refuse(name, "names something twice");
    return texts;
  }
  std::vector<std::string> list(const char* name) const {
    const json* found = find(name);
    if (found == nullptr) return {};
    if (!found->is_array() || found->size() > k_most_texts)
      refuse(name, fmt::format("must be a list of at most {} texts", k_most_texts));
    std::vector<std::string> texts;
    for (const json& one : *found) texts.push_back(text_of(one, name));
    return texts;
  }
  std::uint64_t number(const char* name, std::uint64_t least, std::uint64_t most,
                       std::uint64_t otherwise) const {
    const json* found = find(name);
    if (found == nullptr) return otherwise;
    if (!found->is_number_integer() || *found < least || *found > most)
      refuse(name, fmt::format("must be a whole number from {} to {}", least, most));
    return found->get<std::uint64_t>();
  }
  // Fields that a private fit can find.
  std::vector<std::string> payable(const char* name) const {
    std::vector<std::string> fields = texts(name);
    for (const std::string& field : fields)
      if (!is_payable(field))
        refuse(name, fmt::format("names {}, which is nothing that a fit can find", errors::quoted(field)),
               "'min', 'max', 'edges' and 'categories' can be found");
    return fields;
  }
  Binning binning(const char* name) const {
    if (find(name) == nullptr) return {};
    const std::string wanted = text(name);
    for (std::size_t i = 0; i < k_binnings.size(); ++i)
      if (wanted == k_binnings[i]) return static_cast<Binning>(i);
    refuse(name, "must be 'quantiles', 'privtree' or 'dawa'",
           errors::suggestion(wanted, std::vector<std::string>(k_binnings.begin(), k_binnings.end())));
  }

 private:
  std::string text_of(const json& value, const char* name) const {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number() || value.is_boolean()) return value.dump();
    refuse(name, "must be a text or a number");
  }

  const json& value_;
  const std::string& place_;
};

}  // namespace

nlohmann::ordered_json to_json(const ColumnDomain& domain) {
  const ColumnDomain usual;
  nlohmann::ordered_json value = nlohmann::ordered_json::object();
  const auto add = [&value](const char* name, const auto& content, const auto& otherwise) {
    if (content != otherwise) value[name] = content;
  };
  add("categories", domain.categories, usual.categories);
  add("others", domain.others, usual.others);
  add("min", domain.least, usual.least);
  add("max", domain.most, usual.most);
  add("bins", domain.bins, usual.bins);
  add("edges", domain.edges, usual.edges);
  add("decimals", domain.decimals, usual.decimals);
  add("missing", domain.missing, usual.missing);
  add("prefix", domain.prefix, usual.prefix);
  add("digits", domain.digits, usual.digits);
  add("private", domain.paid, usual.paid);
  if (domain.binning != usual.binning) value["binning"] = binning_name(domain.binning);
  add("most", domain.most_categories, usual.most_categories);
  add("found", domain.found, usual.found);
  add("read_from_data", domain.read_from_data, usual.read_from_data);
  return value;
}

ColumnDomain column_domain_from_json(const json& value, const std::string& place) {
  const DomainFields fields(value, place);
  ColumnDomain domain;
  domain.categories = fields.texts("categories");
  domain.others = fields.text("others");
  domain.least = fields.text("min");
  domain.most = fields.text("max");
  domain.bins = fields.number("bins", 1, k_most_bins, domain.bins);
  // A last part may be one value.
  domain.edges = fields.list("edges");
  domain.decimals = static_cast<int>(fields.number("decimals", 0, k_most_decimals, 0));
  domain.missing = fields.texts("missing");
  if (domain.missing.size() > k_most_missing)
    fields.refuse("missing", fmt::format("may name {} texts", k_most_missing));
  domain.prefix = fields.text("prefix");
  domain.digits = fields.number("digits", 1, k_most_digits, domain.digits);
  domain.paid = fields.payable("private");
  domain.binning = fields.binning("binning");
  domain.most_categories = fields.number("most", 1, k_most_texts, domain.most_categories);
  domain.found = fields.payable("found");
  domain.read_from_data = fields.texts("read_from_data");
  for (const std::string& name : domain.read_from_data)
    if (!is_readable(name))
      fields.refuse("read_from_data",
                    fmt::format("names {}, which is nothing that is read", errors::quoted(name)));
  return domain;
}

}  // namespace ctgan::table
