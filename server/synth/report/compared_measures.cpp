#include "server/synth/report/compared_measures.h"

#include <algorithm>
#include <map>

namespace ctgan::synth::report {
namespace {

using nlohmann::json;

const json* find(const json& value, const char* place) {
  const json::json_pointer pointer(place);
  if (!value.contains(pointer)) return nullptr;
  const json& found = value.at(pointer);
  return found.is_null() ? nullptr : &found;
}

// A number, or an estimate with its interval.
std::optional<Measured> measured(const json* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return Measured{value->get<double>()};
  const json* number = find(*value, "/value");
  if (number == nullptr || !number->is_number()) return std::nullopt;
  Measured found{number->get<double>()};
  const json *low = find(*value, "/low"), *high = find(*value, "/high");
  if (low != nullptr && low->is_number()) found.low = low->get<double>();
  if (high != nullptr && high->is_number()) found.high = high->get<double>();
  return found;
}

// The greatest of a list's estimates: an attacker chooses the attack.
std::optional<Measured> worst_of(const json* list, const char* place) {
  std::optional<Measured> worst;
  if (list == nullptr || !list->is_array()) return worst;
  for (const json& entry : *list) {
    const auto found = measured(find(entry, place));
    if (found && (!worst || found->value > worst->value)) worst = found;
  }
  return worst;
}

struct Source {
  const char* id;
  const char* name;
  Aim aim;
  bool higher_is_better;
  const char* place;                // of the value, or of a list
  const char* within = nullptr;     // of the value in an entry of the list
  const char* otherwise = nullptr;  // where the first place has nothing
};

constexpr Source k_sources[] = {
    {"shapes", "Columns: mean score", Aim::likeness, true, "/quality/shapes"},
    {"trends", "Pairs that count: mean score", Aim::likeness, true, "/quality/trends"},
    {"three_way", "Three columns at once: error of their shares", Aim::likeness, false,
     "/fidelity/three_way/synthetic"},
    {"mutual_information", "What pairs of columns tell of each other, kept", Aim::likeness, true,
     "/fidelity/mutual_information/synthetic"},
    {"coverage", "Held-out rows with a synthetic row near them", Aim::likeness, true,
     "/fidelity/coverage/synthetic"},
    {"global_utility", "Predicting columns by the others, as the original does", Aim::likeness, true,
     "/global_utility/synthetic"},
    {"utility_loss", "Loss of a learner trained on synthetic rows (AUC or R²)", Aim::likeness, false,
     "/utility/loss"},
    {"detection", "A learner tells synthetic from held-out rows (AUC)", Aim::likeness, false,
     "/detection/unseen/against_held_out/auc", nullptr, "/detection/auc"},
    {"membership", "Who was in the original: best attack (AUC)", Aim::safety, false,
     "/privacy/membership/attacks", "/auc"},
    {"closer_to_training", "Synthetic rows closer to training than to held-out rows", Aim::safety, false,
     "/privacy/closest/closer_to_training"},
    {"copies", "Copies of training rows beyond chance", Aim::safety, false, "/privacy/copies/excess"},
    {"rare", "Rare combinations beyond chance", Aim::safety, false, "/privacy/rare/excess"},
    {"attack_risk", "Risk of the best attack on a person", Aim::safety, false, "/privacy/attacks", "/risk"}};

std::optional<Measured> value_of(const Source& source, const json& evaluation) {
  const json* value = find(evaluation, source.place);
  if (source.within != nullptr) return worst_of(value, source.within);
  if (value == nullptr && source.otherwise != nullptr) value = find(evaluation, source.otherwise);
  return measured(value);
}

// Whether one interval reaches the other; numbers without one are as precise as they are shown.
bool overlap(const Measured& one, const Measured& other) {
  constexpr double k_shown = 0.0005;
  const auto low = [](const Measured& each) { return each.low.value_or(each.value - k_shown); };
  const auto high = [](const Measured& each) { return each.high.value_or(each.value + k_shown); };
  return low(one) <= high(other) && low(other) <= high(one);
}

std::vector<std::size_t> best_of(const ComparedMeasure& measure) {
  std::optional<std::size_t> best;
  std::size_t measured_models = 0;
  for (std::size_t i = 0; i < measure.values.size(); ++i) {
    if (!measure.values[i]) continue;
    ++measured_models;
    const double value = measure.values[i]->value;
    if (!best || (measure.higher_is_better ? value > measure.values[*best]->value
                                           : value < measure.values[*best]->value))
      best = i;
  }
  std::vector<std::size_t> found;
  for (std::size_t i = 0; best && i < measure.values.size(); ++i)
    if (measure.values[i] && overlap(*measure.values[i], *measure.values[*best])) found.push_back(i);
  if (found.size() == measured_models) found.clear();
  return found;
}

// Gathers parts by their names, model by model.
class Parts {
 public:
  explicit Parts(std::size_t models) : models_(models) {}

  void put(const std::string& name, std::size_t model, const json* value) {
    const auto [place, is_new] = places_.try_emplace(name, parts_.size());
    if (is_new) parts_.push_back({name, std::vector<std::optional<double>>(models_)});
    if (value != nullptr && value->is_number()) parts_[place->second].values[model] = value->get<double>();
  }
  std::vector<ComparedPart> take() {
    std::stable_sort(parts_.begin(), parts_.end(),
                     [](const ComparedPart& a, const ComparedPart& b) { return a.spread() > b.spread(); });
    return std::move(parts_);
  }

 private:
  std::size_t models_;
  std::vector<ComparedPart> parts_;
  std::map<std::string, std::size_t> places_;
};

template <typename Put>
std::vector<ComparedPart> parts_of(const std::vector<JudgedModel>& models, const char* place,
                                   const Put& put) {
  Parts parts(models.size());
  for (std::size_t i = 0; i < models.size(); ++i) {
    const json* list = find(models[i].evaluation, place);
    if (list == nullptr || !list->is_array()) continue;
    for (const json& entry : *list) put(parts, i, entry);
  }
  return parts.take();
}

}  // namespace

double ComparedPart::spread() const {
  std::optional<double> least, greatest;
  for (const auto& value : values) {
    if (!value) continue;
    least = std::min(least.value_or(*value), *value);
    greatest = std::max(greatest.value_or(*value), *value);
  }
  return least ? *greatest - *least : 0;
}

std::vector<ComparedMeasure> compared_measures(const std::vector<JudgedModel>& models) {
  std::vector<ComparedMeasure> measures;
  for (const Source& source : k_sources) {
    ComparedMeasure measure{source.id, source.name, source.aim, source.higher_is_better};
    for (const JudgedModel& model : models) measure.values.push_back(value_of(source, model.evaluation));
    if (std::none_of(measure.values.begin(), measure.values.end(),
                     [](const auto& value) { return value.has_value(); }))
      continue;
    measure.best = best_of(measure);
    measures.push_back(std::move(measure));
  }
  return measures;
}

std::vector<ComparedPart> compared_columns(const std::vector<JudgedModel>& models) {
  return parts_of(models, "/columns", [](Parts& parts, std::size_t model, const json& column) {
    parts.put(text_at(column, "/name"), model, find(column, "/score"));
  });
}

std::vector<ComparedPart> compared_pairs(const std::vector<JudgedModel>& models) {
  return parts_of(models, "/pairs", [](Parts& parts, std::size_t model, const json& pair) {
    const json* counted = find(pair, "/counted");
    if (counted == nullptr || !counted->is_boolean() || !counted->get<bool>()) return;
    parts.put(text_at(pair, "/first") + ", " + text_at(pair, "/second"), model, find(pair, "/score"));
  });
}

std::vector<ComparedPart> compared_rules(const std::vector<JudgedModel>& models) {
  return parts_of(models, "/rules", [](Parts& parts, std::size_t model, const json& rule) {
    parts.put(text_at(rule, "/rule"), model, find(rule, "/synthetic"));
  });
}

std::string text_at(const json& evaluation, const char* place) {
  const json* found = find(evaluation, place);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace ctgan::synth::report
