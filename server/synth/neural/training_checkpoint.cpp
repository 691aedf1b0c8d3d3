#include "server/synth/neural/training_checkpoint.h"

#include <fmt/format.h>

#include <utility>

#include "common/errors/error.h"
#include "server/synth/neural/parameter_tensors.h"

namespace ctgan::synth::neural {
namespace {

using archive::Archive;

[[noreturn]] void refuse(const std::string& sentence) {
  throw errors::Error(errors::Kind::bad_data, sentence);
}

void add_integers(Archive& out, std::string name, const std::vector<std::int64_t>& values) {
  out.tensors.push_back(archive::tensor_from_integers(std::move(name), {values.size()}, values.data()));
}

// None of them is negative.
std::vector<std::int64_t> read_integers(const Archive& in, const std::string& name, std::size_t count) {
  std::vector<std::int64_t> values = archive::integers(in.tensor(name));
  if (values.size() != count) refuse("tensor " + errors::quoted(name) + " has another size");
  for (const std::int64_t value : values)
    if (value < 0) refuse("tensor " + errors::quoted(name) + " holds a negative number");
  return values;
}

}  // namespace

Archive start_checkpoint(std::string_view method, const options::Values& options, TrainingPosition next) {
  Archive checkpoint;
  checkpoint.metadata["method"] = method;
  checkpoint.metadata["options"] = options.to_json().dump();
  add_integers(checkpoint, "position", {next.epoch, static_cast<std::int64_t>(next.step)});
  return checkpoint;
}

bool is_checkpoint_of(const Archive& checkpoint, std::string_view method, const options::Values& options) {
  const auto has = [&](const char* name, std::string_view value) {
    const auto entry = checkpoint.metadata.find(name);
    return entry != checkpoint.metadata.end() && entry->second == value;
  };
  return has("method", method) && has("options", options.to_json().dump());
}

TrainingPosition read_position(const Archive& checkpoint, int epochs, std::size_t steps_an_epoch) {
  const std::vector<std::int64_t> next = read_integers(checkpoint, "position", 2);
  const auto step = static_cast<std::size_t>(next[1]);
  const bool ended = next[0] == std::int64_t{epochs} + 1 && step == 0;
  if (!ended && (next[0] < 1 || next[0] > epochs || step >= steps_an_epoch))
    refuse("no step of this training comes next");
  return {static_cast<int>(next[0]), step};
}

void add_pass(Archive& checkpoint, std::uint64_t pass) {
  add_integers(checkpoint, "pass", {static_cast<std::int64_t>(pass)});
}

std::uint64_t read_pass(const Archive& checkpoint) {
  return static_cast<std::uint64_t>(read_integers(checkpoint, "pass", 1).front());
}

void add_state(Archive& checkpoint, const std::string& network, networks::NetworkState state) {
  const auto add = [&](const char* part, networks::ParameterArena numbers) {
    add_parameters(checkpoint, network + part, numbers);
  };
  add(".values.", std::move(state.values));
  add(".mean.", std::move(state.mean));
  add(".square.", std::move(state.square));
  add_integers(checkpoint, network + ".steps", {state.steps});
}

networks::NetworkState read_state(const Archive& checkpoint, const std::string& network,
                                  const std::vector<networks::Parameter>& layout) {
  networks::NetworkState state({});
  state.values = read_parameters(checkpoint, network + ".values.", layout);
  state.mean = read_parameters(checkpoint, network + ".mean.", layout);
  state.square = read_parameters(checkpoint, network + ".square.", layout);
  state.steps = read_integers(checkpoint, network + ".steps", 1).front();
  return state;
}

void add_arithmetic(Archive& checkpoint, const std::string& arithmetic) {
  checkpoint.metadata["arithmetic"] = arithmetic;
}

void require_arithmetic(const Archive& checkpoint, const std::string& arithmetic) {
  const std::string& kept = checkpoint.entry("arithmetic");
  if (kept != arithmetic)
    refuse(fmt::format("it was made by {}, and this fit works by {}", errors::quoted(kept),
                       errors::quoted(arithmetic)));
}

}  // namespace ctgan::synth::neural
