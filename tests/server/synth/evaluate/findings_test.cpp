// Every finding at and beside its limits, what the lights make of them, and what is said.
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "server/synth/evaluate/headline.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/evaluate/key_judgement.h"
#include "server/synth/evaluate/membership_judgement.h"
#include "server/synth/evaluate/privacy_judgement.h"
#include "server/synth/evaluate/remedies.h"
#include "server/synth/evaluate/rule_judgement.h"
#include "server/synth/evaluate/verdict_json.h"
#include "tests/catch.h"

using namespace ctgan::synth::evaluate;

namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_least = 1e-9;

MembershipAttack attack_named(const std::string& name, Estimate auc, Estimate tpr, double epsilon) {
  return {name, "what it does", {auc, tpr, {0.1, 0.05, 0.15}, epsilon}};
}

// Nothing shows.
Membership harmless() {
  Membership membership;
  membership.attacks = {attack_named("closest record", {0.5, 0.49, 0.51}, {0.01, 0, 0.02}, 0),
                        attack_named("difference", {0.5, 0.48, 0.52}, {0.01, 0, 0.02}, 0)};
  return membership;
}

Verdict verdict_of(const std::vector<Finding>& findings, const std::string& id) {
  for (const Finding& found : findings)
    if (found.id == id) return found.verdict;
  FAIL("no finding " << id);
  return Verdict::skipped;
}

RuleResult rule(double original, double synthetic, std::optional<double> held_out = std::nullopt) {
  return {"a = b", "equation", false, original, synthetic, held_out, 100};
}

QualityScore quality_of(double overall) {
  QualityScore quality;
  quality.overall = overall;
  return quality;
}

Detection detection_of(double auc) {
  Detection detection;
  detection.auc = auc;
  return detection;
}

// An evaluation whose privacy is what the one attack says.
Evaluation attacked(double low, double high) {
  Evaluation evaluation;
  evaluation.rows = {1000, 400, 1000, 1400, 1000};
  evaluation.privacy = Privacy{};
  evaluation.privacy->closest = ClosestRecord{};
  evaluation.privacy->closest->closer_to_training = {0.5, 0.49, 0.51};
  Attack attack;
  attack.name = "linkability";
  attack.risk = attack.excess = {(low + high) / 2, low, high};
  evaluation.privacy->attacks = {attack};
  return evaluation;
}

}  // namespace

TEST_CASE("Limits belong to the better side, and what is no number is bad") {
  constexpr Limits k_above{0.1, 0.2}, k_below{0.8, 0.5};
  CHECK(from_above(0.1, k_above) == Verdict::good);
  CHECK(from_above(0.1 + k_least, k_above) == Verdict::doubtful);
  CHECK(from_above(0.2, k_above) == Verdict::doubtful);
  CHECK(from_above(0.2 + k_least, k_above) == Verdict::bad);
  CHECK(from_below(0.8, k_below) == Verdict::good);
  CHECK(from_below(0.8 - k_least, k_below) == Verdict::doubtful);
  CHECK(from_below(0.5, k_below) == Verdict::doubtful);
  CHECK(from_below(0.5 - k_least, k_below) == Verdict::bad);
  CHECK(from_above(k_nan, k_above) == Verdict::bad);
  CHECK(from_below(k_nan, k_below) == Verdict::bad);
  constexpr IntervalLimits k_interval{{0.1, 0.2}, 0.3};
  CHECK(from_above(0.1, 0.3, k_interval) == Verdict::good);
  CHECK(from_above(0.1, 0.3 + k_least, k_interval) == Verdict::unsure);
  CHECK(from_above(0.1, k_nan, k_interval) == Verdict::unsure);
  CHECK(from_above(0.15, 0.16, k_interval) == Verdict::doubtful);
  CHECK(from_above(k_nan, 0, k_interval) == Verdict::bad);
}

TEST_CASE("Of two lights the worse counts, whichever comes first, and skipped counts for nothing") {
  const std::vector<Verdict> order{Verdict::skipped, Verdict::good, Verdict::unsure, Verdict::doubtful,
                                   Verdict::bad};
  for (std::size_t a = 0; a < order.size(); ++a)
    for (std::size_t b = 0; b < order.size(); ++b) CHECK(worse(order[a], order[b]) == order[std::max(a, b)]);
}

TEST_CASE("Verdicts have one word for scripts and words for people") {
  CHECK(verdict_name(Verdict::unsure) == "unsure");
  CHECK(verdict_words(Verdict::unsure) == "cannot say");
  CHECK(verdict_name(Verdict::skipped) == "skipped");
  CHECK(verdict_words(Verdict::skipped) == "not measured");
  for (const Verdict one : {Verdict::good, Verdict::doubtful, Verdict::bad})
    CHECK(verdict_name(one) == verdict_words(one));
}

TEST_CASE("Membership goes by the attack that is surest, and is good only where no attack may be more") {
  Membership membership = harmless();
  CHECK(verdict_of(judge(membership), "membership") == Verdict::good);
  // Not the one whose value is highest: the one that is certain.
  membership.attacks[0].power.auc = {0.70, 0.69, 0.71};
  membership.attacks[1].power.auc = {0.75, 0.40, 0.99};
  const Finding surest = judge(membership).front();
  CHECK(surest.verdict == Verdict::bad);
  CHECK_THAT(surest.sentence,
             Catch::Contains("by closest record") && Catch::Contains("AUC 0.700 (interval 0.690 to 0.710)"));
  CHECK(surest.brief == "membership AUC 0.700");
  membership.attacks[0].power.auc = {0.5, 0.49, 0.51};
  membership.attacks[1].power.auc = {0.5, 0.3, 0.61};
  CHECK(judge(membership).front().verdict == Verdict::unsure);
  CHECK(judge(membership).front().brief == k_too_few);
}

TEST_CASE("Members found at few false alarms count as certain only where the exact bound says so too") {
  Membership membership = harmless();
  membership.attacks[0].power.tpr_at_1 = {0.3, 0.25, 0.35};
  CHECK(verdict_of(judge(membership), "membership_tail") == Verdict::unsure);
  membership.attacks[0].power.epsilon = 0.1;
  CHECK(verdict_of(judge(membership), "membership_tail") == Verdict::bad);
  // An attack with a bound speaks before one without, whose interval is higher.
  membership.attacks[1].power.tpr_at_1 = {0.9, 0.8, 1};
  CHECK_THAT(judge(membership)[1].sentence, Catch::Contains("closest record finds 30.0 %"));
}

TEST_CASE("Epsilon is the highest of the attacks', and said in how often guesses are right") {
  Membership membership = harmless();
  CHECK(verdict_of(judge(membership), "membership_epsilon") == Verdict::good);
  membership.attacks[1].power.epsilon = std::log(3);
  const Finding found = judge(membership)[2];
  CHECK(found.verdict == Verdict::doubtful);
  CHECK_THAT(found.sentence, Catch::Contains("by difference") && Catch::Contains("at least 1.10") &&
                                 Catch::Contains("3.0 times as often"));
  membership.attacks[1].power.epsilon = 2.01;
  CHECK(verdict_of(judge(membership), "membership_epsilon") == Verdict::bad);
}

TEST_CASE("People apart from all others and near copies are judged where they were looked for") {
  Membership membership = harmless();
  CHECK(judge(membership).size() == 3);
  membership.worst_affected = WorstAffected{.share = 0.1,
                                            .members = 50,
                                            .others = 50,
                                            .auc = {0.5, 0.45, 0.55},
                                            .copied = 0,
                                            .others_copied = 0,
                                            .copies_excess = {0, -0.01, 0.01}};
  membership.near_copies = NearCopies{.members = 5, .others = 5, .share = {0, 0, 0.01}, .certain = 0};
  for (const char* id : {"worst_affected", "worst_affected_copies", "near_copies"})
    CHECK(verdict_of(judge(membership), id) == Verdict::good);
  membership.worst_affected->auc = {0.95, 0.9, 1};
  CHECK(verdict_of(judge(membership), "worst_affected") == Verdict::bad);
  membership.worst_affected->copies_excess = {0.3, 0.2, 0.4};
  CHECK(verdict_of(judge(membership), "worst_affected_copies") == Verdict::bad);
  membership.near_copies->share = {0, 0, 0.03};
  CHECK(verdict_of(judge(membership), "near_copies") == Verdict::unsure);
  membership.near_copies->certain = 0.001;
  CHECK(verdict_of(judge(membership), "near_copies") == Verdict::doubtful);
  membership.near_copies->certain = 0.021;
  CHECK(verdict_of(judge(membership), "near_copies") == Verdict::bad);
}

TEST_CASE("Keys that leave nobody alone disclose nobody, and one-sided ones cannot be told") {
  KeyDisclosure keys;
  keys.keys = {"city", "age"};
  CHECK(judge(keys, 1000).empty());
  keys.alone = 10;
  const std::vector<Finding> one_sided = judge(keys, 1000);
  REQUIRE(one_sided.size() == 1);
  CHECK(one_sided[0].verdict == Verdict::unsure);
  CHECK_THAT(one_sided[0].sentence, Catch::Contains("the keys 'city', 'age'"));
  keys.alone = 0;
  keys.targets = {{"income", 0.5, 0.2, 0.2, Estimate{0, -0.01, 0.01}, Estimate{0, -0.02, 0.02}}};
  const std::vector<Finding> nobody = judge(keys, 1000);
  CHECK(verdict_of(nobody, "replicated_uniques") == Verdict::good);
  CHECK(verdict_of(nobody, "attribute_disclosure") == Verdict::good);
}

TEST_CASE("Replicated uniques count by how many of the rows are alone, the certain ones by themselves") {
  KeyDisclosure keys;
  keys.keys = {"city"};
  keys.alone_replicated = 0.3;
  keys.held_out_replicated = 0.2;
  keys.held_out_alone = 100;
  keys.excess = Estimate{0.0, -0.1, 0.4};
  keys.alone = 100;  // of 1,000: 40 % of them are 4 % of the rows
  CHECK(judge(keys, 1000)[0].verdict == Verdict::good);
  keys.alone = 200;
  CHECK(judge(keys, 1000)[0].verdict == Verdict::unsure);
  keys.excess = Estimate{0.3, 0.2, 0.4};
  keys.alone = 1;
  CHECK(judge(keys, 1000)[0].verdict == Verdict::bad);
}

TEST_CASE("What the keys tell goes by the column that is surest, and by the highest end of any") {
  KeyDisclosure keys;
  keys.keys = {"city"};
  keys.targets = {{"sure", 0.5, 0.4, 0.1, Estimate{0.3, 0.25, 0.35}, Estimate{0.3, 0.2, 0.4}},
                  {"high", 0.5, 0.4, 0.1, Estimate{0.4, -0.1, 0.9}, Estimate{0.4, -0.2, 0.95}}};
  const auto found = [&] { return judge(keys, 1000).back(); };
  CHECK(found().verdict == Verdict::bad);
  CHECK(found().subject == "sure");
  CHECK_THAT(found().sentence, Catch::Contains("tell 'sure' of 40.0 % of the training rows and of 10.0 %"));
  keys.targets[0].excess = keys.targets[0].together = Estimate{0, -0.01, 0.01};
  CHECK(found().verdict == Verdict::unsure);
  keys.targets[1].excess = Estimate{0, -0.1, 0.1};
  CHECK(found().verdict == Verdict::good);
}

TEST_CASE("Copies without held-out rows are held against rows that repeat in the original") {
  Copies copies{.rows = 1000, .copies = 10, .share = 0.01, .repeated_share = 0.01, .excess = {}};
  CHECK(judge(copies).verdict == Verdict::good);
  copies.share = 0.014;
  CHECK(judge(copies).verdict == Verdict::doubtful);
  copies.share = 0.02;
  CHECK(judge(copies).verdict == Verdict::bad);
  CHECK(judge(copies).sentence ==
        "2.0 % of the synthetic rows equal a training row, 1.0 % of the training rows equal another");
}

TEST_CASE("Rare combinations that nobody has are good, those of one side only cannot be told") {
  RareCombinations rare;
  CHECK(judge(rare, 100).verdict == Verdict::good);
  CHECK(judge(rare, 100).sentence == "no combination of three columns is rare");
  rare.held_out_combinations = 3;
  CHECK(judge(rare, 100).verdict == Verdict::unsure);
  rare.combinations = 1000;
  rare.excess = Estimate{0, -0.1, 0.4};
  // Every row has one, or one in ten.
  CHECK(judge(rare, 1000).verdict == Verdict::unsure);
  CHECK(judge(rare, 10'000).verdict == Verdict::good);
  // More combinations than rows are not more people.
  rare.combinations = 100'000;
  rare.excess = Estimate{0, -0.1, 0.05};
  CHECK(judge(rare, 1000).verdict == Verdict::good);
}

TEST_CASE("A rule keeps what fresh rows keep of it; what says nothing of any row is not judged") {
  CHECK(kept_share(rule(1, 0.5)) == 0.5);
  CHECK(kept_share(rule(0.5, 0.5)) == 1);
  CHECK(kept_share(rule(0.8, 0.9)) == 1);
  // Held-out rows break it too; that they keep it more often is chance.
  CHECK(kept_share(rule(1, 0.45, 0.9)) == 0.5);
  CHECK(kept_share(rule(0.9, 0.45, 1)) == 0.5);
  CHECK(kept_share(rule(1, 0.5, 0.0)) == 0.5);
  CHECK(kept_share(rule(0, 0)) == 1);
  CHECK(judge(rule(1, 0.95)) == Verdict::good);
  CHECK(judge(rule(1, 0.94)) == Verdict::doubtful);
  CHECK(judge(rule(1, 0.80)) == Verdict::doubtful);
  CHECK(judge(rule(1, 0.79)) == Verdict::bad);
  RuleResult silent = rule(1, 0);
  silent.rows = 0;
  CHECK(judge(silent) == Verdict::skipped);
}

TEST_CASE("A rule is told with both shares, of which 99.98 % is not all, and with the flag that keeps it") {
  CHECK(sentence_of(rule(1, 0.9998)) ==
        "'a = b' holds in 100 % of the original rows, and in 99.9 % of the synthetic ones: fit with --rule "
        "'a = b' to "
        "keep it");
  RuleResult asked = rule(1, 0.5);
  asked.asked = true;
  CHECK_THAT(sentence_of(asked), !Catch::Contains("--rule"));
  RuleResult pair = rule(1, 0.031);
  pair.form = "combination";
  CHECK_THAT(sentence_of(pair),
             Catch::StartsWith("the combinations of 'a = b' are those of 100 % of the original rows, and "
                               "of 3.1 % of the synthetic ones"));
  RuleResult linear = rule(0.995, 0.2);
  linear.form = "linear";
  linear.rule = "height";
  CHECK(
      sentence_of(linear) ==
      "the other numbers explain 99.5 % of column 'height' in the original, and 20 % in the synthetic table");
}

TEST_CASE(
    "The five rules that lost most are findings, the worst first, and flags keep those that can be kept") {
  Evaluation evaluation;
  evaluation.quality = quality_of(0.95);
  for (int i = 0; i < 8; ++i) {
    evaluation.rules.push_back(rule(1, 0.1 * i));
    evaluation.rules.back().rule = "r" + std::to_string(i);
  }
  std::swap(evaluation.rules[0], evaluation.rules[7]);
  evaluation.rules[7].asked = true;
  evaluation.rules[1].form = "linear";
  const Judgements all = judge(evaluation);
  std::vector<std::string> lost;
  for (const Finding& found : all.findings)
    if (found.id == "rule_lost") lost.push_back(found.subject);
  CHECK(lost == std::vector<std::string>{"r0", "r1", "r2", "r3", "r4"});
  CHECK(all.quality.verdict == Verdict::bad);
  REQUIRE_FALSE(all.remedies.empty());
  CHECK(all.remedies.back().sentence ==
        "what held between columns is lost: try --rule 'r2' --rule 'r3' --rule 'r4'");
}

TEST_CASE(
    "Held-out rows that are drawn otherwise leave privacy open, but for copies that show by themselves") {
  Evaluation evaluation = attacked(-0.01, 0.01);
  evaluation.drawn_alike = DrawnAlike{3, {"age", "city"}};
  evaluation.privacy->copies =
      Copies{.rows = 100, .share = 0, .repeated_share = 0, .excess = Estimate{0, 0, 0}};
  Judgements all = judge(evaluation);
  CHECK(all.privacy.verdict == Verdict::unsure);
  CHECK(all.release.sentence ==
        "cannot say: held-out rows are not drawn like the original's ('age' and 1 more): shuffle before "
        "splitting");
  CHECK(all.remedies.back().cause == "held_out_not_alike");
  CHECK_THAT(all.find("linkability")->sentence, Catch::EndsWith("say nothing of chance"));
  // They excuse no copies.
  evaluation.privacy->copies->share = 0.5;
  all = judge(evaluation);
  CHECK(all.privacy.verdict == Verdict::bad);
  CHECK(all.release.verdict == Verdict::bad);
}

TEST_CASE("The answer names every finding that is as bad as the light, and only a good light is a yes") {
  CHECK(judge(attacked(-0.01, 0.01)).release.sentence == "nothing that was measured speaks against it");
  const Judgements unsure = judge(attacked(-0.2, 0.3));
  CHECK(unsure.release.verdict == Verdict::unsure);
  CHECK_THAT(unsure.release.sentence,
             Catch::StartsWith("cannot say: linkability: risk 5.0 % (interval -20.0 % to 30.0 %)"));
  CHECK_THAT(unsure.release.sentence, Catch::Contains("up to 30.0 % more of the training rows may be hit"));
  const Judgements doubtful = judge(attacked(0.05, 0.06));
  CHECK_THAT(doubtful.release.sentence,
             Catch::StartsWith("only after somebody has looked at it: linkability"));
  Evaluation two = attacked(0.5, 0.6);
  two.privacy->attacks.push_back(two.privacy->attacks[0]);
  two.privacy->attacks[1].name = "inference";
  const Judgements bad = judge(two);
  CHECK_THAT(bad.release.sentence, Catch::StartsWith("no, training rows show through: linkability") &&
                                       Catch::Contains("; inference: risk"));
  CHECK_THAT(bad.release.sentence, !Catch::Contains("closer to training"));
  CHECK(bad.summary.sentence == "not to be handed out: training rows show through");
}

TEST_CASE("Too few held-out rows are counted in what is said, and more are asked for by the table's size") {
  Evaluation evaluation = attacked(-0.2, 0.3);
  const auto remedy = [&] { return judge(evaluation).remedies.back(); };
  evaluation.rows = {9000, 500, 9000, 10'000, 9000};
  CHECK(remedy().sentence == "500 held-out rows are too few to call it safe: try '--held-out 0.2'");
  CHECK_THAT(judge(evaluation).headline,
             Catch::EndsWith("privacy cannot say (500 held-out rows are too few)"));
  evaluation.rows.held_out = 1500;
  CHECK(remedy().sentence == "1500 held-out rows are too few to call it safe: try '--held-out 0.3'");
  evaluation.rows.table = 3000;
  CHECK(remedy().sentence ==
        "a table of 3000 rows is too small to be called safe by measurement: that takes about 6000 rows with "
        "'--held-out 0.5'");
  // Tables that somebody made have no flag.
  evaluation.rows.table = 0;
  CHECK(remedy().sentence == "at least 2000 held-out rows would say more");
  evaluation.rows.held_out = 2000;
  CHECK(remedy().sentence == "more held-out rows would say more");
}

TEST_CASE("Training rows that show through are kept back by what the training has to offer") {
  Evaluation evaluation = attacked(0.5, 0.6);
  const auto remedy = [&] { return judge(evaluation).remedies.back().sentence; };
  CHECK_THAT(remedy(), Catch::StartsWith("rows of the original show through"));
  evaluation.training = Training{"ctgan", 300, 500, 52, 1};
  CHECK(remedy() ==
        "training rows show through: try '--min-category-count 5', more rows; '--drop' leaves out columns "
        "that name "
        "people");
  evaluation.training->min_category_count = 2;
  evaluation.training->milder = "fewer trees";
  CHECK(remedy() ==
        "training rows show through: try fewer trees, or more rows; '--drop' leaves out columns that name "
        "people");
}

TEST_CASE(
    "More epochs are asked for in round numbers, enough for three thousand steps and never less than usual") {
  const auto epochs = [](std::size_t steps, std::int64_t epochs_taken) -> std::string {
    const auto found = too_few_steps(Training{"tvae", epochs_taken, 50, steps, 1}, 1000);
    return found ? found->sentence : "";
  };
  CHECK(epochs(1, 300) == "1000 rows make 1 step an epoch: try --epochs 3000");
  CHECK(epochs(2, 10) == "1000 rows make 2 steps an epoch: try --epochs 2000");
  CHECK(epochs(7, 10) == "1000 rows make 7 steps an epoch: try --epochs 500");
  CHECK(epochs(20, 10) == "1000 rows make 20 steps an epoch: try --epochs 300");
  CHECK(epochs(10, 299) == "1000 rows make 10 steps an epoch: try --epochs 300");
  CHECK(epochs(10, 300).empty());
  CHECK(epochs(0, 1).empty());
}

TEST_CASE("Smaller batches are offered where few fit into the table, with the method that they suit") {
  const auto sentence = [](const char* method, std::int64_t batch, std::size_t steps) {
    return too_few_steps(Training{method, 10, batch, steps, 1}, 900)->sentence;
  };
  CHECK_THAT(sentence("tvae", 500, 2), Catch::EndsWith(", or --batch-size 50"));
  CHECK_THAT(sentence("ctgan", 500, 9), Catch::EndsWith(", or --method tvae --batch-size 50"));
  CHECK_THAT(sentence("ctgan", 500, 10), !Catch::Contains("batch"));
  CHECK_THAT(sentence("ctgan", 50, 2), !Catch::Contains("batch"));
}

TEST_CASE(
    "The headline has each part's light with its reason, but for good ones and for what the number says") {
  Evaluation evaluation = attacked(0.5, 0.6);
  evaluation.quality = quality_of(0.7125);
  evaluation.columns.resize(1);
  evaluation.columns[0].name = "age";
  evaluation.columns[0].score = 0.4;
  CHECK(judge(evaluation).headline ==
        "quality 0.713 doubtful, utility not measured, detection not measured, privacy bad (linkability 55.0 "
        "%)");
  evaluation.notes.push_back(
      {"utility", "the library 'libxgboost.so.0' is not installed; install libxgboost0"});
  CHECK_THAT(
      judge(evaluation).headline,
      Catch::Contains("utility not measured (the library 'libxgboost.so.0' is not installed), detection not "
                      "measured, "));
  // A column that was lost is no part of a low score.
  evaluation.quality->overall = 0.95;
  evaluation.columns[0].contrast = {.original_values = 5, .synthetic_values = 5, .fractions = true};
  CHECK_THAT(
      judge(evaluation).headline,
      Catch::StartsWith("quality 0.950 bad (age holds whole numbers in the original and fractions here)"));
}

TEST_CASE("The summary names the parts that are as bad as it is") {
  Evaluation evaluation;
  CHECK(judge(evaluation).summary.sentence == "nothing could be measured");
  evaluation.quality = quality_of(0.8);
  evaluation.detection = detection_of(0.9);
  CHECK(judge(evaluation).summary.sentence == "usable with care: doubtful in quality, detection");
  evaluation.quality->overall = 0.5;
  CHECK(judge(evaluation).summary.sentence == "not as it is: too unlike the original in quality");
  evaluation.quality->overall = 0.9;
  evaluation.detection->auc = 0.6;
  CHECK(judge(evaluation).summary.sentence == "nothing that was measured speaks against using this table");
}

TEST_CASE("The gate's answer lists every objection of privacy and no finding of quality") {
  Evaluation evaluation = attacked(0.5, 0.6);
  evaluation.quality = quality_of(0.3);
  const nlohmann::json release = release_json(judge(evaluation));
  CHECK(release.at("judged") == true);
  CHECK(release.at("objections").size() == 1);
  for (const auto& found : release.at("findings")) CHECK(found.at("section") == "privacy");
  for (const auto& remedy : release.at("remedies")) CHECK(remedy.at("section") == "privacy");
  const nlohmann::json nothing = release_json(judge(Evaluation{}));
  CHECK(nothing.at("judged") == false);
  CHECK(nothing.at("verdict") == "unsure");
  CHECK(nothing.at("objections").empty());
}

TEST_CASE(
    "A finding's JSON has its value and limits where it has any, and no subject where it is of the table") {
  Finding found{
      .id = "x", .section = "quality", .verdict = Verdict::doubtful, .sentence = "words", .brief = "short"};
  CHECK(to_json(found) ==
        nlohmann::json{{"id", "x"}, {"section", "quality"}, {"verdict", "doubtful"}, {"sentence", "words"}});
  found.subject = "age";
  found.value = Estimate{0.5, 0.25, 0.75};
  found.limits = Limits{0.1, 0.2};
  const nlohmann::json value = to_json(found);
  CHECK(value.at("subject") == "age");
  CHECK(value.at("value") == nlohmann::json{{"value", 0.5}, {"low", 0.25}, {"high", 0.75}});
  CHECK(value.at("limits") == nlohmann::json{{"good", 0.1}, {"bad", 0.2}});
}

TEST_CASE("The limits that findings are held against are printed as they are") {
  const nlohmann::json limits = limits_json();
  CHECK(limits.at("quality") == nlohmann::json{{"good", 0.85}, {"bad", 0.70}});
  CHECK(limits.at("attack_risk") == nlohmann::json{{"good", 0.02}, {"bad", 0.10}, {"sure", 0.10}});
  for (const auto& [name, one] : limits.items()) {
    CAPTURE(name);
    CHECK(one.contains("good"));
    CHECK(one.contains("bad"));
    CHECK(one.at("good") != one.at("bad"));
  }
}
