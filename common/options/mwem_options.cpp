#include <algorithm>
#include <array>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/options/method_list.h"
#include "common/options/splits.h"

namespace ctgan::options {
namespace {

constexpr std::array<OptionSpec, 10> k_mwem = {{
    k_epsilon_option,
    {.name = "iterations",
     .type = Type::integer,
     .default_text = "10",
     .low = 1,
     .high = 1000,
     .help = "marginals that are chosen and measured of each group of columns, at most"},
    {.name = "marginal_width",
     .type = Type::integer,
     .default_text = "2",
     .low = 1,
     .high = 4,
     .help = "columns of a marginal at most"},
    {.name = "q_count",
     .type = Type::integer,
     .default_text = "1000",
     .low = 1,
     .high = 1e6,
     .help = "marginals of a group that can be chosen, at most: those of fewer columns first"},
    {.name = "mult_weights_iterations",
     .type = Type::integer,
     .default_text = "100",
     .low = 1,
     .high = 1000,
     .help = "passes over all that was measured after each measurement"},
    {.name = "splits",
     .type = Type::text,
     .default_text = "",
     .help =
         "groups of columns with a histogram each, as 'age,sex;race,income'; others are groups of their own",
     .presence = Presence::optional},
    {.name = "split_factor",
     .type = Type::integer,
     .default_text = "16",
     .low = 1,
     .high = 64,
     .help = "where there are no splits: columns of a group at most, in the table's order"},
    {.name = "histogram_cells",
     .type = Type::integer,
     .default_text = "100000",
     .low = 2,
     .high = 1e8,
     .help = "cells of a group's histogram at most"},
    k_report_share_option,
    k_really_option,
}};

void check_mwem(const Values& values) {
  check_guarantee(values);
  if (values.contains("splits")) parse_splits(values.text("splits"));
}

void check_splits(const Values& values, const std::vector<std::string>& columns) {
  if (!values.contains("splits")) return;
  for (const auto& group : parse_splits(values.text("splits")))
    for (const std::string& name : group)
      if (std::find(columns.begin(), columns.end(), name) == columns.end())
        throw errors::Error(
            errors::Kind::usage,
            "splits name the column " + errors::quoted(name) + ", which the table does not have",
            errors::suggestion(name, columns));
}

}  // namespace

const Method& mwem() {
  static const Method k_method{.name = "mwem",
                               .help =
                                   "differentially private without a delta: histograms of groups of columns, "
                                   "by multiplicative weights",
                               .options = k_mwem,
                               .conditions = Conditions::any,
                               .is_private = true,
                               .check = check_mwem,
                               .check_columns = check_splits};
  return k_method;
}

}  // namespace ctgan::options
