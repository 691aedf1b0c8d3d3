// Against OpenDP's published values and against quadrature-free recomputations of them (to the digits given).
#include "common/guarantees/zcdp.h"

#include <cmath>
#include <vector>

#include "tests/catch.h"

using namespace ctgan::guarantees;

namespace {

double standard_epsilon(double rho, double delta) {
  return rho + 2 * std::sqrt(rho * std::log(1 / delta));
}

}  // namespace

TEST_CASE("delta and epsilon of rho are OpenDP's") {
  CHECK(zcdp_delta(.05, .25) == Approx(8.17727531036956e-2).epsilon(1e-9));
  CHECK(zcdp_delta(.5, 0) == Approx(.5588356393474351).epsilon(1e-9));
  CHECK(zcdp_delta(5e-30, 1e-13) == Approx(2.619676329730346e-234).epsilon(1e-9));
  CHECK(zcdp_delta(1. / 32, 0) == Approx(.1508457845622862).epsilon(1e-9));
  CHECK(zcdp_epsilon(1. / 32, 1e-3) == Approx(.6880024554878086).epsilon(1e-9));
}

TEST_CASE("rho of a guarantee, tight and for Gaussian noise alone") {
  struct Row {
    double epsilon, delta, tight, gaussian;
  };
  for (const Row& row : {Row{1, 1e-9, 0.0149730577, 0.0165574152}, Row{1, 1e-6, 0.0243559704, 0.0280144819},
                         Row{1, 1e-5, 0.0305565952, 0.0359257023}, Row{.1, 1e-9, 0.0001771384, 0},
                         Row{.5, 1e-5, 0.0085055306, 0}, Row{2, 1e-5, 0.1082563638, 0},
                         Row{3, 1e-9, 0.1205824289, 0}, Row{10, 1e-9, 1.0907857044, 0}}) {
    INFO(row.epsilon << ' ' << row.delta);
    CHECK(std::abs(zcdp_rho(row.epsilon, row.delta) - row.tight) < 1e-10);
    if (row.gaussian > 0) CHECK(std::abs(gaussian_most_rho(row.epsilon, row.delta) - row.gaussian) < 1e-10);
  }
  struct Back {
    double rho, delta, epsilon;
  };
  for (const Back& row :
       {Back{.5, 1e-5, 4.72838698}, Back{.5, 1e-6, 5.22153444}, Back{.1, 1e-6, 2.14193893},
        Back{1, 1e-9, 9.52146367}, Back{.01, 1e-5, .54572555}, Back{1. / 32, 1e-6, 1.14292571}})
    CHECK(std::abs(zcdp_epsilon(row.rho, row.delta) - row.epsilon) < 1e-8);
}

TEST_CASE(
    "conversions return to where they began, on the safe side, and are no worse than the standard one") {
  for (const double delta : {1e-12, 1e-9, 1e-5, 1e-2}) {
    double before = 0;
    for (const double epsilon : {1e-3, 0.02, 0.3, 1.0, 4.0, 30.0, 300.0}) {
      INFO(epsilon << ' ' << delta);
      const double rho = zcdp_rho(epsilon, delta);
      CHECK(zcdp_delta(rho, epsilon) <= delta);
      CHECK(zcdp_epsilon(rho, delta) <= epsilon * (1 + 1e-9));
      CHECK(zcdp_epsilon(rho, delta) >= epsilon * (1 - 1e-9));
      CHECK(zcdp_epsilon(rho, delta) <= standard_epsilon(rho, delta));
      CHECK(rho > before);
      CHECK(gaussian_most_rho(epsilon, delta) >= rho);
      before = rho;
    }
  }
}

TEST_CASE("nothing spent costs nothing") {
  CHECK(zcdp_delta(0, 0.5) == 0);
  CHECK(zcdp_epsilon(0, 1e-9) == 0);
  CHECK(gaussian_delta(0, 1) == 0);
}
