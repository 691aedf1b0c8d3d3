#include "server/synth/evaluate/membership_json.h"

#include <nlohmann/json.hpp>

#include "server/synth/evaluate/verdict_json.h"

namespace ctgan::synth::evaluate {

using nlohmann::json;

namespace {

json power_json(const MembershipPower& power) {
  return {{"auc", to_json(power.auc)},
          {"tpr_at_1", to_json(power.tpr_at_1)},
          {"tpr_at_10", to_json(power.tpr_at_10)},
          {"epsilon", power.epsilon}};
}

json worst_json(const WorstAffected& worst) {
  return {{"share", worst.share},
          {"members", worst.members},
          {"others", worst.others},
          {"auc", to_json(worst.auc)},
          {"copied", worst.copied},
          {"others_copied", worst.others_copied},
          {"copies_excess", to_json(worst.copies_excess)}};
}

json near_json(const NearCopies& near) {
  return {{"members", near.members},
          {"others", near.others},
          {"share", to_json(near.share)},
          {"certain", near.certain}};
}

}  // namespace

json to_json(const Membership& membership) {
  json attacks = json::array();
  for (const MembershipAttack& attack : membership.attacks) {
    json one = power_json(attack.power);
    one["name"] = attack.name;
    one["sentence"] = attack.sentence;
    attacks.push_back(std::move(one));
  }
  return {
      {"members", membership.members},
      {"others", membership.others},
      {"reference_rows", membership.reference_rows},
      {"synthetic_rows", membership.synthetic_rows},
      {"attacks", std::move(attacks)},
      {"attainable", power_json(membership.attainable)},
      {"worst_affected", membership.worst_affected ? worst_json(*membership.worst_affected) : json(nullptr)},
      {"near_copies", membership.near_copies ? near_json(*membership.near_copies) : json(nullptr)}};
}

}  // namespace ctgan::synth::evaluate
