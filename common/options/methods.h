// The methods that can be fitted, with their options: what the host makes its flags from and the server
// checks a request against. The server's catalog has one model for each.
//
//     const Method& method = find_method("tvae");
//     Values values = check(method, R"({"epochs": 5})"_json);
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/options/option_spec.h"

namespace ctgan::options {

// How many cells of a row a model of the method can take as given, and draw the others to match. Rows that
// are asked for by other cells are drawn and chosen.
enum class Conditions : std::uint8_t { none, one, any };

struct Method {
  std::string_view name;  // `fit --method NAME`
  std::string_view help;
  std::span<const OptionSpec> options;
  Conditions conditions = Conditions::none;
  // What to try where training rows show through: "larger leaves ('--min-leaf')".
  std::string_view milder = {};
  // Whether a fit that was cut can go on from a checkpoint. Others are quick enough to begin again.
  bool checkpoints = false;
  // Differentially private: nothing of the table is read but what is paid for, what cells may hold is declared, and a
  // fit cannot be repeated.
  bool is_private = false;
  // A private one that trains on sampled rows and counts by Renyi divergences. What it spends is no number of
  // zero-concentrated privacy, and depends on the number of rows.
  bool counts_by_renyi = false;
  // The option that a fit at a terminal is asked for; empty: none.
  std::string_view asks = {};
  // The rules between options. Throws Error(usage). Null: there are none.
  void (*check)(const Values& values) = nullptr;
  // The rules between options and the columns of a table. Throws Error(usage). Null: there are none.
  void (*check_columns)(const Values& values, const std::vector<std::string>& columns) = nullptr;
  // Rows that a fit needs at least. Null: one.
  std::size_t (*least_rows)(const Values& values) = nullptr;

  // Null when the method has no such option.
  const OptionSpec* find(std::string_view option) const;
};

// What a fit uses that names none.
inline constexpr std::string_view k_default_method = "ctgan";

std::span<const Method> methods();
std::vector<std::string> method_names();

// Null when there is no such method.
const Method* known_method(std::string_view name);
// Throws Error(usage) listing what exists.
const Method& find_method(std::string_view name);

// Throws Error(usage) naming method and option when `option` is none of the method's but another's; the hint
// says whose.
void refuse_foreign(const Method& method, std::string_view option);

// Fills in the defaults and checks names, types, ranges and the method's rules. Of a private method's rho and delta comes
// epsilon, the least that is known for them (guarantees/zcdp.h), and no rho stays. Throws Error(usage) naming
// the option; an unknown name gets the closest, one of another method says whose it is.
Values check(const Method& method, const nlohmann::json& given);

// The method's rules for a table with these columns, of which the fit is to find some domain or none. Throws Error(usage)
// naming the option.
void check_columns(const Method& method, const Values& values, const std::vector<std::string>& columns,
                   bool finds_domains);

// Rows that a fit with these options needs at least.
std::size_t least_rows(const Method& method, const Values& values);

}  // namespace ctgan::options
