// A trained model whose rows a network makes: what is the same for all of them.
#pragma once

#include <vector>

#include "server/synth/model/trainer.h"
#include "server/synth/neural/network_archive.h"

namespace ctgan::synth::neural {

class FittedNetwork : public model::FittedModel {
 public:
  const table::Metadata& metadata() const final { return metadata_; }
  std::vector<model::Category> categories(std::size_t column) const final;

 protected:
  explicit FittedNetwork(NetworkParts parts);

  const NetworkParts& parts() const { return parts_; }

 private:
  NetworkParts parts_;
  table::Metadata metadata_;
};

}  // namespace ctgan::synth::neural
