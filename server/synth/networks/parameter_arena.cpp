#include "server/synth/networks/parameter_arena.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <new>
#include <numeric>
#include <utility>

#include "common/errors/error.h"

namespace ctgan::synth::networks {
namespace {

constexpr std::size_t k_floats_a_line = ParameterArena::k_alignment / sizeof(float);

std::size_t round_up(std::size_t floats) {
  return (floats + k_floats_a_line - 1) / k_floats_a_line * k_floats_a_line;
}

std::size_t product(const std::vector<std::size_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

// Gives places from `offset` on to the parameters that are (not) trained; returns where the next one would
// stand.
std::size_t place(std::vector<Parameter>& parameters, bool trained, std::size_t offset) {
  for (Parameter& parameter : parameters) {
    if (parameter.trained != trained) continue;
    parameter.offset = offset;
    parameter.size = product(parameter.shape);
    offset += round_up(parameter.size);
  }
  return offset;
}

}  // namespace

void ParameterArena::AlignedDelete::operator()(float* block) const {
  ::operator delete[](block, std::align_val_t{k_alignment});
}

ParameterArena::ParameterArena(std::vector<Parameter> layout) : parameters_(std::move(layout)) {
  trained_size_ = place(parameters_, true, 0);
  size_ = place(parameters_, false, trained_size_);
  block_.reset(new (std::align_val_t{k_alignment}) float[size_]());
}

const Parameter& ParameterArena::find(std::string_view name) const {
  const auto found = std::find_if(parameters_.begin(), parameters_.end(),
                                  [name](const Parameter& parameter) { return parameter.name == name; });
  if (found == parameters_.end())
    throw errors::Error(errors::Kind::internal, "the network has no parameter " + errors::quoted(name));
  return *found;
}

std::span<float> ParameterArena::values(const Parameter& parameter) {
  return block().subspan(parameter.offset, parameter.size);
}

std::span<const float> ParameterArena::values(const Parameter& parameter) const {
  return block().subspan(parameter.offset, parameter.size);
}

void ParameterArena::give_back() {
  std::fill_n(block_.get(), size_, 0.0F);
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t bytes = size_ * sizeof(float);
  const std::size_t before = (page - reinterpret_cast<std::uintptr_t>(block_.get()) % page) % page;
  if (before + page > bytes) return;
  madvise(reinterpret_cast<char*>(block_.get()) + before, (bytes - before) / page * page, MADV_DONTNEED);
}

void ParameterArena::initialise(random::Stream& random) {
  for (const Parameter& parameter : parameters_) {
    const std::span<float> out = values(parameter);
    std::fill(out.begin(), out.end(), 0.5F);
    if (parameter.spread > 0) random.fill_uniform(out);
    for (float& value : out)
      value = static_cast<float>(parameter.start + parameter.spread * (2.0 * value - 1.0));
  }
}

}  // namespace ctgan::synth::networks
