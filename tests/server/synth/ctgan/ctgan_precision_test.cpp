// What --precision comes to, and what is said of it.
#include "server/synth/ctgan/ctgan_precision.h"

#include <string>
#include <vector>

#include "common/options/methods.h"
#include "tests/catch.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using networks::Precision;
using networks::PrecisionTime;

struct Said final : model::Monitor {
  void report(const model::Progress& /*progress*/) override {}
  void report_choice(std::string_view what, std::string_view chosen,
                     std::span<const model::Trial> trials) override {
    choices.push_back(std::string(what) + " " + std::string(chosen));
    tried.assign(trials.begin(), trials.end());
  }
  void warn(std::string_view sentence) override { warnings.emplace_back(sentence); }
  void check_stop() override {}

  std::vector<std::string> choices, warnings;
  std::vector<model::Trial> tried;
};

// An execution that measures what it is told to.
class Timed final : public networks::CtganExecution {
 public:
  explicit Timed(std::vector<PrecisionTime> times) : times_(std::move(times)) {}

  std::unique_ptr<networks::CtganTrainingExecution> open_training(
      const networks::CtganTrainingContext& /*context*/) const override {
    return nullptr;
  }
  std::unique_ptr<networks::CtganSamplingExecution> open_sampling(
      const networks::CtganSamplingContext& /*context*/) const override {
    return nullptr;
  }
  std::vector<PrecisionTime> time_precisions(const networks::CtganShape& /*shape*/,
                                             std::size_t rows) const override {
    CHECK(rows == 500);
    ++asked;
    return times_;
  }

  mutable int asked = 0;

 private:
  std::vector<PrecisionTime> times_;
};

Timed took(double float32, double bf16) {
  return Timed({{Precision::float32, float32}, {Precision::bf16, bf16}});
}

Precision chosen(const std::string& precision, const Timed& execution, Said& said) {
  const options::Values options =
      options::check(options::find_method("ctgan"), {{"precision", precision}, {"seed", 1}});
  return synth::ctgan::chosen_precision(options, {}, 500, execution, said);
}

}  // namespace

TEST_CASE("float32 is the standard: nothing is measured and nothing said") {
  const options::Values options = options::check(options::find_method("ctgan"), {{"seed", 1}});
  CHECK(options.text("precision") == "float32");
  const Timed execution = took(3, 1);
  Said said;
  CHECK(chosen("float32", execution, said) == Precision::float32);
  CHECK(execution.asked == 0);
  CHECK(said.choices.empty());
  CHECK(said.warnings.empty());
}

TEST_CASE("auto takes bf16 where it is clearly faster, and says both times") {
  Said said;
  CHECK(chosen("auto", took(3, 2), said) == Precision::bf16);
  CHECK(said.choices == std::vector<std::string>{"precision bf16"});
  REQUIRE(said.tried.size() == 2);
  CHECK(said.tried[0].name == "float32");
  CHECK(said.tried[0].scores.at(0).name == "products_ms");
  CHECK(said.tried[0].scores.at(0).value == 3);
  CHECK(said.tried[1].name == "bf16");
  CHECK(said.tried[1].scores.at(0).value == 2);
  CHECK(said.warnings.empty());
}

TEST_CASE("auto stays with float32 where bf16 is slower, or hardly faster") {
  for (const double bf16 : {4.0, 3.0, 2.9}) {
    Said said;
    CHECK(chosen("auto", took(3, bf16), said) == Precision::float32);
    CHECK(said.choices == std::vector<std::string>{"precision float32"});
  }
}

TEST_CASE("auto is float32 where there is nothing else, and says so") {
  Said said;
  CHECK(chosen("auto", Timed({}), said) == Precision::float32);
  CHECK(said.choices == std::vector<std::string>{"precision float32"});
  REQUIRE(said.tried.size() == 1);
  CHECK(said.tried[0].name == "bf16");
  CHECK(said.tried[0].scores.empty());
  CHECK_FALSE(said.tried[0].remark.empty());
}

TEST_CASE("bf16 is obeyed, and that it is slower here is said") {
  Said slower, faster;
  CHECK(chosen("bf16", took(2, 3.5), slower) == Precision::bf16);
  REQUIRE(slower.warnings.size() == 1);
  CHECK(slower.warnings[0].find("bf16 is slower than float32") == 0);
  CHECK(slower.warnings[0].find("3.500 ms") != std::string::npos);
  CHECK(slower.warnings[0].find("2.000 ms") != std::string::npos);
  CHECK(chosen("bf16", took(3, 2), faster) == Precision::bf16);
  CHECK(faster.warnings.empty());
  CHECK(faster.choices.empty());
}
