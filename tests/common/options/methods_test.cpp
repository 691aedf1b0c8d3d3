#include "common/options/methods.h"

#include <array>
#include <set>

#include "common/errors/error.h"
#include "common/guarantees/zcdp.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace {

using namespace ctgan;
using namespace ctgan::options;
using tests::raised;

}  // namespace

TEST_CASE("every method has a name and a help text of its own, and a seed, but for private ones") {
  std::set<std::string_view> names, helps;
  for (const Method& method : methods()) {
    CAPTURE(method.name);
    CHECK(names.insert(method.name).second);
    CHECK(helps.insert(method.help).second);
    // Their noise is nobody's to repeat, and epsilon has no default.
    CHECK((method.find("seed") == nullptr) == method.is_private);
    if (method.is_private)
      CHECK(raised([&] { check(method, nlohmann::json::object()); }).sentence() ==
            "the method '" + std::string(method.name) + "' needs a value for epsilon");
    else
      CHECK_NOTHROW(check(method, {{"seed", 1}}));
  }
  CHECK(find_method(k_default_method).name == "ctgan");
}

TEST_CASE("options of one name have one type and range in every method, so that a flag has one meaning") {
  for (const Method& one : methods())
    for (const Method& other : methods())
      for (const OptionSpec& spec : one.options)
        if (const OptionSpec* same = other.find(spec.name)) {
          CAPTURE(spec.name);
          CHECK(same->type == spec.type);
          CHECK(same->choices == spec.choices);
          CHECK(same->high == spec.high);
        }
}

TEST_CASE("rho and delta become the epsilon that they mean, in the methods that count by rho") {
  for (const char* name : {"mst", "aim", "swift", "privsyn", "patectgan"}) {
    CAPTURE(name);
    const Method& method = find_method(name);
    const Values values = check(method, {{"rho", 0.1}, {"delta", 1e-6}});
    CHECK(values.real("epsilon") == guarantees::zcdp_epsilon(0.1, 1e-6));
    CHECK_FALSE(values.contains("rho"));
    // Read back, and as near to the rho that was asked for as doubles are.
    CHECK(check(method, values.to_json()).real("epsilon") == values.real("epsilon"));
    CHECK(guarantees::zcdp_rho(values.real("epsilon"), 1e-6) == Approx(0.1).epsilon(1e-12));
    // With the usual delta.
    CHECK(check(method, {{"rho", 0.1}}).real("epsilon") == guarantees::zcdp_epsilon(0.1, 1e-9));
  }
  for (const char* name : {"mwem", "dpctgan"})
    CHECK_THAT(raised([&] {
                 check(find_method(name), {{"rho", 0.1}});
               }).sentence(),
               Catch::Contains("has no option 'rho'"));
}

TEST_CASE("rho beside epsilon, out of its range, or of an epsilon that hardly protects is refused") {
  const auto refusal = [](const nlohmann::json& given) {
    return raised([&] { check(find_method("mst"), given); });
  };
  CHECK_THAT(refusal({{"rho", 0.1}, {"epsilon", 1}}).sentence(),
             Catch::Contains("'rho' and 'epsilon' exclude each other"));
  CHECK_THAT(refusal({{"rho", 0}}).sentence(), Catch::Contains("rho must be a number of at least"));
  CHECK_THAT(refusal({{"rho", "0.1"}}).sentence(), Catch::Contains("rho must be a number"));
  CHECK_THAT(refusal({{"rho", 0.1}, {"delta", 2}}).sentence(), Catch::Contains("delta must be a number"));
  CHECK_THAT(refusal({{"rho", 10}}).sentence(), Catch::Contains("protects hardly anybody"));
  CHECK_NOTHROW(check(find_method("mst"), {{"rho", 10}, {"really", true}}));
}

TEST_CASE("a method is known by its name, and by no other") {
  std::vector<std::string> names;
  for (const Method& method : methods()) {
    names.emplace_back(method.name);
    CHECK(known_method(method.name) == &method);
  }
  CHECK(method_names() == names);
  CHECK(known_method("tvaa") == nullptr);
  CHECK(known_method("") == nullptr);
}

TEST_CASE("an unknown method is a usage error that says what exists") {
  const errors::Error near = raised([] { find_method("tvaa"); });
  CHECK(near.kind() == errors::Kind::usage);
  CHECK(near.sentence() == "there is no method 'tvaa'");
  CHECK(near.hint() == "did you mean 'tvae'?");
  CHECK(raised([] { find_method("markov"); }).hint() ==
        "known are: ctgan, tvae, trees, mst, aim, swift, mwem, privsyn, dpctgan, patectgan, auto");
}

TEST_CASE("TVAE's options have the published values") {
  const Values values = check(find_method("tvae"), nlohmann::json::object());
  CHECK(values.integer("epochs") == 300);
  CHECK(values.integer("batch_size") == 500);
  CHECK(values.integer("embedding_dim") == 128);
  CHECK(values.integers("compress_dims") == std::vector<std::int64_t>{128, 128});
  CHECK(values.integers("decompress_dims") == std::vector<std::int64_t>{128, 128});
  CHECK(values.real("l2scale") == 1e-5);
  CHECK(values.real("loss_factor") == 2);
}

TEST_CASE("an option of another method is refused with the method, the option and whose it is") {
  const errors::Error error = raised([] { check(find_method("tvae"), {{"generator_dim", {16}}}); });
  CHECK(error.kind() == errors::Kind::usage);
  CHECK(error.sentence() == "the method 'tvae' has no option 'generator_dim'");
  CHECK(error.hint() == "--generator-dim belongs to '--method ctgan'");
  CHECK(raised([] {
          check(find_method("ctgan"), {{"l2scale", 0.1}});
        }).hint() == "--l2scale belongs to '--method tvae'");
}

TEST_CASE("an option of no method is refused with the closest of the method's own") {
  const errors::Error error = raised([] { check(find_method("tvae"), {{"l2scal", 0.1}}); });
  CHECK(error.sentence() == "there is no option 'l2scal'");
  CHECK(error.hint() == "did you mean 'l2scale'?");
}

TEST_CASE("an option that is wrong is refused beside others that are right") {
  const nlohmann::json given{{"batch_size", 7}, {"l2scale", 0.1}, {"zeal", 1}};
  CHECK(raised([&] { check(find_method("tvae"), given); }).sentence() == "there is no option 'zeal'");
  const nlohmann::json foreign{{"batch_size", 7}, {"generator_dim", {16}}, {"l2scale", 0.1}};
  CHECK(raised([&] { check(find_method("tvae"), foreign); }).sentence() ==
        "the method 'tvae' has no option 'generator_dim'");
}

TEST_CASE("a fit needs pac rows where there is a pac, one elsewhere") {
  const auto rows = [](const Method& method, const nlohmann::json& given) {
    return least_rows(method, check(method, given));
  };
  CHECK(rows(find_method("ctgan"), {{"pac", 5}}) == 5);
  CHECK(rows(find_method("tvae"), nlohmann::json::object()) == 1);
}

TEST_CASE(
    "an option without a default may be left out, is drawn by others or is asked for, as its presence says") {
  static constexpr std::array<OptionSpec, 3> k_options = {{
      {"epsilon", Type::real, {}, 0, 10, "what is spent", {}, Presence::required},
      {"delta", Type::real, {}, 0, 1, "what may go wrong", {}, Presence::optional},
      {"seed", Type::integer, {}, 0, 9, "of the draws", {}, Presence::drawn},
  }};
  const Method method{.name = "noise", .help = "", .options = k_options};
  const Values values = check(method, {{"epsilon", 1}});
  CHECK(values.real("epsilon") == 1);
  CHECK_FALSE(values.contains("delta"));
  CHECK_FALSE(values.contains("seed"));
  const auto refusal = [&](const nlohmann::json& given) { return raised([&] { check(method, given); }); };
  CHECK(refusal(nlohmann::json::object()).kind() == errors::Kind::usage);
  CHECK(refusal(nlohmann::json::object()).sentence() == "the method 'noise' needs a value for epsilon");
  CHECK(refusal(nlohmann::json::object()).hint() == "give it with '--epsilon'");
  CHECK(refusal({{"epsilon", 1}, {"delta", 2}}).hint() == "--delta may be left out");
  CHECK(refusal({{"epsilon", 1}, {"seed", 10}}).hint() == "leave --seed out to have one drawn");
}

TEST_CASE("any batch size will do for a method without pac") {
  CHECK_NOTHROW(check(find_method("tvae"), {{"batch_size", 7}}));
  CHECK(raised([] { check(find_method("ctgan"), {{"batch_size", 7}}); }).kind() == errors::Kind::usage);
}
