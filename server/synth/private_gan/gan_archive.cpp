#include "server/synth/private_gan/gan_archive.h"

#include <algorithm>
#include <utility>

#include "server/synth/model/model_archive.h"
#include "server/synth/neural/parameter_tensors.h"
#include "server/synth/private_gan/generator_training.h"

namespace ctgan::synth::private_gan {
namespace {

constexpr const char* k_share = "share";
constexpr const char* k_generator = "generator.";

void require_shares(const std::vector<marginals::Factor>& one_way, std::size_t attributes) {
  if (one_way.size() != attributes) model::refuse_damaged("its shares are not one table a column");
  for (std::size_t a = 0; a < attributes; ++a) {
    const std::vector<double>& cells = one_way[a].cells;
    const bool is_own =
        one_way[a].attributes == marginals::AttributeSet{static_cast<marginals::Attribute>(a)};
    const bool are_counts =
        std::all_of(cells.begin(), cells.end(), [](double x) { return x >= 0 && x < 1e18; });
    if (!is_own || !are_counts || std::none_of(cells.begin(), cells.end(), [](double x) { return x > 0; }))
      model::refuse_damaged("a column's shares are no counts of its codes");
  }
}

}  // namespace

archive::Archive write_gan(const GanParts& parts) {
  archive::Archive out = marginal_methods::write_private(parts);
  marginal_methods::write_total(parts.shares.total, out);
  marginal_methods::write_factors(k_share, parts.shares.one_way, out);
  neural::add_parameters(out, k_generator, parts.generator);
  return out;
}

GanParts read_gan(const archive::Archive& archive) {
  marginal_methods::PrivateParts parts = marginal_methods::read_private(archive);
  const marginals::Domain domain = parts.model_domain();
  NoisyShares shares{marginal_methods::read_factors(k_share, archive, domain),
                     marginal_methods::read_total(archive)};
  require_shares(shares.one_way, domain.attributes());
  networks::ParameterArena generator = neural::read_parameters(
      archive, k_generator, networks::generator_parameters(generator_shape(parts.options, shares.layout())));
  return {std::move(parts), std::move(shares), std::move(generator)};
}

}  // namespace ctgan::synth::private_gan
