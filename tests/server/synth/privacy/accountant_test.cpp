#include "server/synth/privacy/accountant.h"

#include <cmath>

#include "common/guarantees/zcdp.h"
#include "server/synth/privacy/mechanisms.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/synth/privacy/counted_bits.h"

using namespace ctgan;
using namespace ctgan::synth::privacy;
using errors::Kind;

namespace {

Accountant concentrated(double epsilon = 1, double delta = 1e-9) {
  return Accountant({.epsilon = epsilon, .delta = delta}, Composition::concentrated);
}

}  // namespace

TEST_CASE("a guarantee buys its tight rho, or its epsilon") {
  CHECK(concentrated().total() == guarantees::zcdp_rho(1, 1e-9));
  CHECK(Accountant({.epsilon = 3}, Composition::pure).total() == 3);
  // What thresholds need of delta is not there for the noise.
  CHECK(Accountant({.epsilon = 1, .delta = 1e-9}, Composition::concentrated, 4e-10).total() ==
        guarantees::zcdp_rho(1, 1e-9 - 4e-10));
}

TEST_CASE("a guarantee that is none is refused") {
  for (const double epsilon : {0.0, -1.0, std::nan(""), 1.0 / 0.0})
    CHECK(tests::raised([&] { concentrated(epsilon); }).kind() == Kind::usage);
  for (const double delta : {0.0, -1e-9, 1.0, 2.0, std::nan("")})
    CHECK(tests::raised([&] { concentrated(1, delta); }).kind() == Kind::usage);
  CHECK(tests::raised([] { Accountant({.epsilon = 1, .delta = 1e-9}, Composition::pure); }).kind() ==
        Kind::usage);
}

TEST_CASE("what would be more than is left is refused, and nothing is spent or drawn") {
  Accountant accountant = concentrated();
  tests::CountedBits bits(1);
  Mechanisms mechanisms(accountant, bits);
  const std::vector<std::uint64_t> counts{5, 0, 7};
  const double all = accountant.total();
  mechanisms.noisy_counts("first", counts, 1, 1 / std::sqrt(all));
  CHECK(accountant.spent() == Approx(all / 2).epsilon(1e-6));
  const std::uint64_t before = bits.taken();
  CHECK(tests::raised([&] {
          mechanisms.noisy_counts("too much", counts, 1, 0.99 / std::sqrt(all));
        }).kind() == Kind::internal);
  CHECK(tests::raised([&] {
          mechanisms.choose("too much", std::vector{1.0, 2.0}, 1, std::sqrt(8 * all));
        }).kind() == Kind::internal);
  CHECK(bits.taken() == before);
  CHECK(accountant.spendings().size() == 1);
  CHECK(tests::raised([&] { accountant.spend({.stage = "x", .cost = std::nan("")}); }).kind() ==
        Kind::internal);
  CHECK(tests::raised([&] { accountant.spend({.stage = "x", .cost = -1}); }).kind() == Kind::internal);
  // A delta that nobody set aside.
  CHECK(tests::raised([&] { accountant.spend({.stage = "x", .delta = 1e-12}); }).kind() == Kind::internal);
}

TEST_CASE("all that remains can be spent, however it was divided before") {
  for (int parts = 1; parts < 60; ++parts) {
    Accountant accountant = concentrated(0.1 * parts);
    for (int i = 0; i < parts; ++i)
      accountant.spend({.stage = "part", .cost = accountant.total() / (parts + 1)});
    CHECK_NOTHROW(accountant.spend({.stage = "rest", .cost = accountant.remaining()}));
    CHECK(accountant.remaining() < 1e-11 * accountant.total());
    CHECK(accountant.spent() <= accountant.total());
  }
}

TEST_CASE("noise is paid for at the scale at which it is drawn") {
  CHECK(drawn_sigma(37.4502222) >= 37.4502222);
  CHECK(noise_cost(1, 37.4502222) <= guarantees::gaussian_rho(1, 37.4502222));
  Accountant accountant = concentrated();
  tests::CountedBits bits(2);
  Mechanisms mechanisms(accountant, bits);
  mechanisms.noisy_counts("one", std::vector<std::uint64_t>{1}, 2, 1000);
  CHECK(accountant.spendings()[0].scale == drawn_sigma(1000));
  CHECK(accountant.spent() == noise_cost(2, 1000));
}

TEST_CASE(
    "the statement has the guarantee, every spending with the running total, and what nobody paid for") {
  Accountant accountant({.epsilon = 2, .delta = 1e-6, .unit = "person"}, Composition::concentrated);
  accountant.spend({.stage = "a",
                    .mechanism = "discrete Gaussian",
                    .sensitivity = 1,
                    .scale = 10,
                    .times = 3,
                    .cost = .005});
  accountant.spend({.stage = "b", .mechanism = "exponential", .sensitivity = 1, .scale = .2, .cost = .005});
  accountant.disclose({Disclosure::Kind::declared, "bounds of 'age'"});
  accountant.disclose({Disclosure::Kind::not_protected, "categories of 'city'"});
  const auto statement = accountant.statement();
  CHECK(statement.at("epsilon") == 2);
  CHECK(statement.at("unit") == "all rows of one 'person'");
  CHECK(statement.at("rho") == accountant.total());
  REQUIRE(statement.at("spent").size() == 2);
  CHECK(statement.at("spent")[0].at("times") == 3);
  CHECK(statement.at("spent")[1].at("total").get<double>() == Approx(.02));
  CHECK(statement.at("declared")[0] == "bounds of 'age'");
  CHECK(statement.at("not_protected")[0] == "categories of 'city'");
}
