#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/errors/error.h"
#include "server/commands/commands.h"
#include "server/encryption/encrypted_file.h"
#include "server/settings/settings.h"
#include "server/store/layout.h"
#include "server/synth/archive/archive.h"
#include "server/synth/catalog/catalog.h"
#include "server/synth/pipeline/release.h"

namespace ctgan::server::commands {
namespace {

using nlohmann::ordered_json;
using synth::archive::Archive;
using synth::archive::Tensor;
using synth::archive::TensorType;

std::string_view type_name(TensorType type) {
  switch (type) {
    case TensorType::f32:
      return "f32";
    case TensorType::f64:
      return "f64";
    case TensorType::i64:
      return "i64";
    case TensorType::u8:
      break;
  }
  return "u8";
}

// Weights are described by their extremes; everything else was counted or copied from the data and is shown
// whole.
ordered_json content_of(const Tensor& tensor) {
  switch (tensor.type) {
    case TensorType::f32: {
      const std::vector<float> values = synth::archive::floats(tensor);
      if (values.empty()) return nullptr;
      const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
      return {{"least", *least}, {"greatest", *greatest}};
    }
    case TensorType::f64:
      return synth::archive::doubles(tensor);
    case TensorType::i64:
      return synth::archive::integers(tensor);
    case TensorType::u8:
      break;
  }
  try {
    return synth::archive::strings(tensor);
  } catch (const errors::Error&) {
    return tensor.bytes;  // packed numbers
  }
}

std::string line_of(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json release_json(const Archive& archive) {
  const synth::pipeline::Release release = synth::pipeline::release_of(archive);
  ordered_json value{{"may_go", release.may_go}, {"sentence", release.sentence}};
  if (!release.next_step.empty()) value["next_step"] = release.next_step;
  return value;
}

ordered_json describe(const Archive& archive) {
  ordered_json entries = ordered_json::object();
  for (const auto& [name, text] : archive.metadata) {
    const ordered_json parsed = ordered_json::parse(text, nullptr, false);
    entries[name] = parsed.is_structured() ? parsed : ordered_json(text);
  }
  ordered_json tensors = ordered_json::array();
  for (const Tensor& tensor : archive.tensors) {
    tensors.push_back({{"name", tensor.name},
                       {"type", type_name(tensor.type)},
                       {"shape", tensor.shape},
                       {tensor.type == TensorType::f32 ? "extremes" : "values", content_of(tensor)}});
  }
  ordered_json content{
      {"release", release_json(archive)}, {"entries", std::move(entries)}, {"tensors", std::move(tensors)}};
  if (ordered_json held = synth::catalog::load(archive)->contents(); !held.is_null())
    content["leaves"] = std::move(held);
  return content;
}

// "  'age' given 'sex', 'income': 1 tree, 512 leaves of 20 to 133 rows; 70 values, 3 ranges"
std::string leaves_text(const ordered_json& variable) {
  std::vector<std::string> given;
  for (const ordered_json& name : variable["given"]) given.push_back(errors::quoted(name.get<std::string>()));
  const ordered_json& states = variable["states"];
  const auto values = std::count_if(states.begin(), states.end(),
                                    [](const ordered_json& state) { return state.contains("value"); });
  const ordered_json& rows = variable["rows_a_leaf"];
  std::string text = fmt::format(
      "  {}{}{}: trees {}, leaves {} of {} to {} rows, values {}, ranges {}\n",
      errors::quoted(variable["column"].get<std::string>()),
      variable.contains("part") ? " (" + variable["part"].get<std::string>() + ")" : std::string(),
      given.empty() ? std::string() : fmt::format(" given {}", fmt::join(given, ", ")),
      variable["trees"].dump(), variable["leaves"].dump(), rows["least"].dump(), rows["greatest"].dump(),
      values, states.size() - static_cast<std::size_t>(values));
  for (const ordered_json& state : states) text += fmt::format("    {}\n", line_of(state));
  return text;
}

std::string text_of(const ordered_json& content) {
  const ordered_json& release = content["release"];
  std::string text =
      fmt::format("may rows be handed out? {}: {}\nentries\n", release["may_go"].get<bool>() ? "yes" : "no",
                  errors::visible(release["sentence"].get<std::string>()));
  for (const auto& [name, value] : content["entries"].items())
    text += fmt::format("  {}: {}\n", name, line_of(value));
  std::string weights;
  std::string values;
  for (const ordered_json& tensor : content["tensors"]) {
    const bool is_weight = tensor.contains("extremes");
    (is_weight ? weights : values) +=
        fmt::format("  {} {} {}: {}\n", tensor["name"].get<std::string>(), tensor["type"].get<std::string>(),
                    line_of(tensor["shape"]), line_of(tensor[is_weight ? "extremes" : "values"]));
  }
  if (content.contains("leaves")) {
    text += "leaves\n";
    for (const ordered_json& variable : content["leaves"]) text += leaves_text(variable);
  }
  return fmt::format("{}values that came from the data\n{}network weights\n{}", text, values, weights);
}

// A downloaded file needs none, nor a store.
encryption::KeyRing keys_for(const std::filesystem::path& root, const std::filesystem::path& file) {
  if (!encryption::open_stored(file, nullptr).key()) return {};
  const store::Layout layout(root);
  return encryption::KeyRing::read(settings::read_settings(layout.settings()).encryption_key_file,
                                   layout.root());
}

}  // namespace

Outcome inspect(const std::filesystem::path& root, const std::filesystem::path& file, bool json) {
  const encryption::KeyRing keys = keys_for(root, file);
  const encryption::StoredFile stored = encryption::open_stored(file, &keys);
  const ordered_json content = describe(synth::archive::read(*stored.content(), file.filename().string()));
  return {json ? line_of(content) + "\n" : text_of(content)};
}

}  // namespace ctgan::server::commands
