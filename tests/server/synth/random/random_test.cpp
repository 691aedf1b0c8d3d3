#include "server/synth/random/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <set>
#include <vector>

#include "tests/catch.h"

using ctgan::synth::random::Stream;
using ctgan::synth::random::StreamId;

namespace {

using Fill = std::function<void(Stream&, std::span<float>)>;

struct Distribution {
  std::string name;
  Fill fill;
  std::function<double(double)> cdf;
  double mean, variance;
};

std::vector<Distribution> distributions() {
  constexpr double k_euler = 0.57721566490153286;
  constexpr double k_pi = 3.14159265358979324;
  return {
      {"uniform", [](Stream& s, std::span<float> out) { s.fill_uniform(out); },
       [](double x) { return std::clamp(x, 0.0, 1.0); }, 0.5, 1.0 / 12},
      {"normal", [](Stream& s, std::span<float> out) { s.fill_normal(out); },
       [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }, 0, 1},
      {"gumbel", [](Stream& s, std::span<float> out) { s.fill_gumbel(out); },
       [](double x) { return std::exp(-std::exp(-x)); }, k_euler, k_pi * k_pi / 6},
  };
}

std::vector<Fill> all_fills() {
  std::vector<Fill> fills;
  for (const Distribution& d : distributions()) {
    fills.push_back(d.fill);
  }
  fills.push_back([](Stream& s, std::span<float> out) { s.fill_dropout(out, 0.3F); });
  return fills;
}

// Kolmogorov-Smirnov: the largest distance between the sample's distribution and the exact one, times
// sqrt(n).
double kolmogorov(std::vector<float> sample, const std::function<double(double)>& cdf) {
  std::sort(sample.begin(), sample.end());
  const auto n = static_cast<double>(sample.size());
  double worst = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double exact = cdf(sample[i]);
    worst = std::max({worst, std::abs(exact - static_cast<double>(i) / n),
                      std::abs(exact - static_cast<double>(i + 1) / n)});
  }
  return worst * std::sqrt(n);
}

}  // namespace

TEST_CASE("Uniform, normal and Gumbel numbers follow their distribution") {
  for (const Distribution& d : distributions()) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      INFO(d.name << ", seed " << seed);
      std::vector<float> sample(1'000'000);
      Stream stream(seed, StreamId::latent);
      d.fill(stream, sample);
      CHECK(std::all_of(sample.begin(), sample.end(), [](float x) { return std::isfinite(x); }));
      CHECK(kolmogorov(sample, d.cdf) < 1.95);  // passed by chance once in a thousand

      double sum = 0;
      double squares = 0;
      for (const float x : sample) {
        sum += x;
        squares += (x - d.mean) * (x - d.mean);
      }
      const auto n = static_cast<double>(sample.size());
      CHECK(std::abs(sum / n - d.mean) < 4 * std::sqrt(d.variance / n));
      CHECK(squares / n == Approx(d.variance).epsilon(0.01));
    }
  }
}

TEST_CASE("The two normals of a pair are uncorrelated, in value and in square") {
  std::vector<float> z(400'000);
  Stream(5, StreamId::latent).fill_normal(z);
  double product = 0;
  double squares = 0;
  for (std::size_t i = 0; i < z.size(); i += 2) {
    product += z[i] * z[i + 1];
    squares += (z[i] * z[i] - 1) * (z[i + 1] * z[i + 1] - 1);
  }
  const auto pairs = static_cast<double>(z.size()) / 2;
  CHECK(std::abs(product / pairs) < 4 / std::sqrt(pairs));
  CHECK(std::abs(squares / pairs) < 4 * 2 / std::sqrt(pairs));
}

TEST_CASE("Dropout keeps the share it was asked for and scales what it keeps") {
  for (const float rate : {0.0F, 0.25F, 0.5F, 0.999F}) {
    std::vector<float> factors(200'000);
    Stream(9, StreamId::dropout).fill_dropout(factors, rate);
    const auto zeros = static_cast<double>(std::count(factors.begin(), factors.end(), 0.0F));
    const auto n = static_cast<double>(factors.size());
    CHECK(std::abs(zeros / n - rate) <= 4 * std::sqrt(rate * (1 - rate) / n));
    CHECK(std::all_of(factors.begin(), factors.end(),
                      [&](float f) { return f == 0 || f == 1.0F / (1.0F - rate); }));
  }
}

TEST_CASE("A fill of any length is the front of a longer one, and leaves the stream at a fresh block") {
  for (const Fill& fill : all_fills()) {
    std::vector<float> whole(3000);
    Stream stream(21, StreamId::gumbel, 4);
    fill(stream, whole);
    for (const std::size_t length : {0U, 1U, 2U, 3U, 4U, 5U, 255U, 256U, 257U, 1024U, 2999U}) {
      std::vector<float> part(length);
      Stream again(21, StreamId::gumbel, 4);
      fill(again, part);
      CHECK(std::equal(part.begin(), part.end(), whole.begin()));
      // The next word is the first of the block after the last one that was touched.
      Stream counted(21, StreamId::gumbel, 4);
      for (std::size_t word = 0; word < (length + 3) / 4 * 4; ++word) {
        counted.next_u32();
      }
      CHECK(again.next_u32() == counted.next_u32());
    }
  }
}

TEST_CASE("Two fills equal one when the first holds a multiple of four") {
  for (const Fill& fill : all_fills()) {
    std::vector<float> whole(2000);
    Stream stream(22, StreamId::rows);
    fill(stream, whole);
    for (const std::size_t split : {4U, 252U, 256U, 260U, 1000U, 1996U}) {
      std::vector<float> halves(whole.size());
      Stream again(22, StreamId::rows);
      fill(again, std::span<float>(halves).first(split));
      fill(again, std::span<float>(halves).subspan(split));
      CHECK(halves == whole);
    }
  }
}

TEST_CASE("Skipping numbers leaves the stream where a fill of as many leaves it") {
  for (const std::size_t skipped : {0U, 1U, 3U, 4U, 8192U, 8193U}) {
    std::vector<float> numbers(skipped), after_fill(8), after_skip(8);
    Stream filled(5, StreamId::latent), skipping(5, StreamId::latent);
    filled.fill_uniform(numbers);
    skipping.skip(skipped);
    filled.fill_uniform(after_fill);
    skipping.fill_uniform(after_skip);
    CHECK(after_fill == after_skip);
  }
}

TEST_CASE("A fill after single draws starts at a fresh block") {
  Stream drawn(1, StreamId::weights);
  drawn.next_u32();
  std::vector<float> after(8);
  drawn.fill_uniform(after);

  Stream filled(1, StreamId::weights);
  std::vector<float> from_start(12);
  filled.fill_uniform(from_start);
  CHECK(std::equal(after.begin(), after.end(), from_start.begin() + 4));
}

TEST_CASE("Streams that differ in seed, purpose or substream share nothing; equal ones share everything") {
  const std::vector<Stream> streams = {
      Stream(0, StreamId::latent), Stream(1, StreamId::latent),    Stream(1ULL << 32, StreamId::latent),
      Stream(0, StreamId::gumbel), Stream(0, StreamId::latent, 1), Stream(0, StreamId::latent, 1ULL << 32),
  };
  std::set<std::uint32_t> words;
  for (Stream stream : streams) {
    Stream twin = stream;
    for (int i = 0; i < 100; ++i) {
      const std::uint32_t word = stream.next_u32();
      CHECK(word == twin.next_u32());
      words.insert(word);
    }
  }
  CHECK(words.size() == 100 * streams.size());
}

TEST_CASE("The first numbers of a stream never change: models and samples depend on them") {
  Stream stream(20261121, StreamId::sampling, 7);
  CHECK(stream.next_u32() == 0x9152c3f1);
  CHECK(stream.next_u32() == 0xeeee0c34);

  std::vector<float> normals(3);
  std::vector<float> gumbels(3);
  Stream fills(20261121, StreamId::sampling, 7);
  fills.fill_normal(normals);
  fills.fill_gumbel(gumbels);
  CHECK(normals == std::vector<float>{0x1.f1b9bep-1F, -0x1.bb4ep-2F, 0x1.e70c88p-1F});
  CHECK(gumbels == std::vector<float>{0x1.90c08cp-3F, 0x1.69de66p-1F, 0x1.540d9ep+1F});
}

TEST_CASE("next_below is even over its range and never reaches the bound") {
  Stream stream(3, StreamId::rows);
  for (const std::uint32_t bound : {1U, 2U, 3U, 10U, 1000U}) {
    std::vector<double> counts(bound);
    const int draws = 200'000;
    for (int i = 0; i < draws; ++i) {
      counts.at(stream.next_below(bound)) += 1;
    }
    double chi_square = 0;
    const double expected = static_cast<double>(draws) / bound;
    for (const double count : counts) {
      chi_square += (count - expected) * (count - expected) / expected;
    }
    const double freedom = bound - 1.0;
    CHECK(chi_square <= freedom + 4 * std::sqrt(2 * freedom));
  }
  for (int i = 0; i < 1000; ++i) {
    CHECK(stream.next_below(0xC0000000) < 0xC0000000);
  }
}

TEST_CASE("next_below has no bias for a bound just above half the range") {
  // A bare remainder or product would give one third of the results twice the weight of the others.
  constexpr std::uint32_t k_bound = 0xC0000000;
  Stream stream(4, StreamId::rows);
  const int draws = 300'000;
  std::array<int, 3> thirds{};
  for (int i = 0; i < draws; ++i) {
    ++thirds.at(stream.next_below(k_bound) / (k_bound / 3));
  }
  for (const int count : thirds) {
    CHECK(std::abs(count - draws / 3) < 4 * std::sqrt(draws * 2.0 / 9));
  }
  std::array<int, 3> residues{};
  for (int i = 0; i < draws; ++i) {
    ++residues.at(stream.next_below(k_bound) % 3);
  }
  for (const int count : residues) {
    CHECK(std::abs(count - draws / 3) < 4 * std::sqrt(draws * 2.0 / 9));
  }
}

TEST_CASE("next_double lies in [0, 1) with 53 bits") {
  Stream stream(6, StreamId::condition);
  bool fine = false;
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double x = stream.next_double();
    CHECK((x >= 0 && x < 1));
    fine = fine || std::fmod(x * 0x1p52, 1.0) != 0;
    sum += x;
  }
  CHECK(fine);
  CHECK(sum / 100'000 == Approx(0.5).margin(0.004));
}
