// A trained model whose rows a network makes: what is the same for all of them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/synth/model/trainer.h"
#include "server/synth/neural/network_archive.h"
#include "server/synth/neural/network_blocks.h"

namespace ctgan::synth::neural {

class FittedNetwork : public model::FittedModel {
 public:
  std::string name() const final { return std::string(format_.method.name); }
  const table::Metadata& metadata() const final { return metadata_; }
  std::vector<model::Category> categories(std::size_t column) const final;
  std::unique_ptr<model::SampledBlocks> sample(std::uint64_t rows, std::uint64_t seed) const final;
  std::unique_ptr<model::CandidateBlocks> candidates(const std::vector<std::vector<model::GivenCells>>& given,
                                                     std::uint64_t seed) const final;
  table::Table number_rows(table::Table rows, std::uint64_t seed, std::uint64_t first) const final;
  archive::Archive save() const final { return write_network(format_, parts_); }

 protected:
  // `format`, of its archives, outlives it.
  FittedNetwork(const NetworkFormat& format, NetworkParts parts);

  virtual std::unique_ptr<NetworkBlocks> blocks(std::uint64_t rows, std::uint64_t seed) const = 0;
  const NetworkParts& parts() const { return parts_; }

 private:
  const NetworkFormat& format_;
  NetworkParts parts_;
  table::Metadata metadata_;
};

}  // namespace ctgan::synth::neural
