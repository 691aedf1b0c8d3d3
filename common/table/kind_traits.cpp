#include "common/table/kind_traits.h"

#include <array>
#include <cstddef>

namespace ctgan::table {
namespace {

// In the order of ColumnKind.
constexpr std::array<KindTraits, k_all_kinds.size()> k_traits{{
    {.kind = ColumnKind::numerical,
     .name = "numerical",
     .sdtype = "numerical",
     .chosen = true,
     .learnt = Learnt::number,
     .listed = false,
     .missing_apart = true,
     .made_anew = false,
     .rare_may_stay = false,
     .compared = Compared::numbers},
    {.kind = ColumnKind::categorical,
     .name = "categorical",
     .sdtype = "categorical",
     .chosen = true,
     .learnt = Learnt::category,
     .listed = true,
     .missing_apart = false,
     .made_anew = false,
     .rare_may_stay = false,
     .compared = Compared::categories},
    {.kind = ColumnKind::boolean,
     .name = "boolean",
     .sdtype = "boolean",
     .chosen = true,
     .learnt = Learnt::category,
     .listed = true,
     .missing_apart = false,
     .made_anew = false,
     .rare_may_stay = true,
     .compared = Compared::categories},
    {.kind = ColumnKind::datetime,
     .name = "datetime",
     .sdtype = "datetime",
     .chosen = true,
     .learnt = Learnt::number,
     .listed = false,
     .missing_apart = true,
     .made_anew = false,
     .rare_may_stay = false,
     .compared = Compared::moments},
    {.kind = ColumnKind::id,
     .name = "id",
     .sdtype = "id",
     .chosen = true,
     .learnt = Learnt::nothing,
     .listed = false,
     .missing_apart = true,
     .made_anew = true,
     .rare_may_stay = false,
     .compared = Compared::not_at_all},
    {.kind = ColumnKind::constant,
     .name = "constant",
     .sdtype = "categorical",
     .chosen = false,
     .learnt = Learnt::nothing,
     .listed = true,
     .missing_apart = false,
     .made_anew = false,
     .rare_may_stay = true,
     .compared = Compared::categories},
    {.kind = ColumnKind::all_missing,
     .name = "all_missing",
     .sdtype = "categorical",
     .chosen = false,
     .learnt = Learnt::nothing,
     .listed = false,
     .missing_apart = true,
     .made_anew = false,
     .rare_may_stay = false,
     .compared = Compared::categories},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < k_traits.size(); ++i)
    if (static_cast<std::size_t>(k_traits[i].kind) != i) return false;
  return true;
}
static_assert(in_order(), "a kind's row stands where its number says");

}  // namespace

const KindTraits& traits_of(ColumnKind kind) {
  return k_traits[static_cast<std::size_t>(kind)];
}

}  // namespace ctgan::table
