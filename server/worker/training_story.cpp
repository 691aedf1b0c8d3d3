#include "server/worker/training_story.h"

#include <string_view>

#include "common/errors/error.h"

namespace ctgan::server::worker {
namespace {

using synth::archive::Archive;
using synth::archive::Tensor;

constexpr std::string_view k_curve = "told.curve.";
constexpr const char* k_seconds = "told.seconds";
constexpr const char* k_choices = "choices";

void add_numbers(Archive& to, std::string name, const std::vector<double>& values) {
  to.tensors.push_back(synth::archive::tensor_from_doubles(std::move(name), {values.size()}, values.data()));
}

}  // namespace

void add_story(const TrainingStory& story, Archive& checkpoint) {
  checkpoint.metadata[k_choices] =
      story.choices.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  add_numbers(checkpoint, k_seconds, {story.seconds});
  for (const auto& [name, values] : story.curves)
    add_numbers(checkpoint, std::string(k_curve) + name, values);
}

TrainingStory story_in(const Archive& checkpoint) {
  TrainingStory story;
  story.choices = nlohmann::json::parse(checkpoint.entry(k_choices), nullptr, false);
  const std::vector<double> seconds = synth::archive::doubles(checkpoint.tensor(k_seconds));
  if (!story.choices.is_array() || seconds.size() != 1)
    throw errors::Error(errors::Kind::bad_data, "what was told of the training is damaged");
  story.seconds = seconds.front();
  for (const Tensor& tensor : checkpoint.tensors) {
    if (!tensor.name.starts_with(k_curve)) continue;
    story.curves.emplace_back(tensor.name.substr(k_curve.size()), synth::archive::doubles(tensor));
  }
  return story;
}

}  // namespace ctgan::server::worker
