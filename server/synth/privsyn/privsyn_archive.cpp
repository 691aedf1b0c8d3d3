#include "server/synth/privsyn/privsyn_archive.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "server/synth/model/model_archive.h"

namespace ctgan::synth::privsyn {
namespace {

constexpr const char* k_marginal = "marginal";

bool is_counts(const marginals::Factor& marginal) {
  const bool has_rows =
      std::any_of(marginal.cells.begin(), marginal.cells.end(), [](double cell) { return cell > 0; });
  return has_rows && std::all_of(marginal.cells.begin(), marginal.cells.end(),
                                 [](double cell) { return cell >= 0 && cell < 1e18; });
}

bool cover(const std::vector<marginals::Factor>& marginals, std::size_t attributes) {
  std::vector<bool> covered(attributes);
  for (const marginals::Factor& one : marginals)
    for (const marginals::Attribute a : one.attributes) covered[a] = true;
  return std::all_of(covered.begin(), covered.end(), [](bool one) { return one; });
}

}  // namespace

archive::Archive write_privsyn(const PrivsynParts& parts) {
  archive::Archive out = write_private(parts);
  marginal_methods::write_total(parts.total, out);
  marginal_methods::write_factors(k_marginal, parts.marginals, out);
  return out;
}

PrivsynParts read_privsyn(const archive::Archive& archive) {
  marginal_methods::PrivateParts parts = marginal_methods::read_private(archive);
  const marginals::Domain domain = parts.model_domain();
  std::vector<marginals::Factor> marginals = marginal_methods::read_factors(k_marginal, archive, domain);
  if (!cover(marginals, domain.attributes())) model::refuse_damaged("a column is in none of its marginals");
  if (!std::all_of(marginals.begin(), marginals.end(), is_counts))
    model::refuse_damaged("a marginal has numbers that are no counts");
  return {std::move(parts), std::move(marginals), marginal_methods::read_total(archive)};
}

}  // namespace ctgan::synth::privsyn
