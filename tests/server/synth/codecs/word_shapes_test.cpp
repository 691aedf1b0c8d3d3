#include "server/synth/codecs/word_shapes.h"

#include <fmt/format.h>

#include <array>
#include <set>

#include "server/synth/codecs/content_shapes.h"
#include "server/synth/random/random.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace {

using ctgan::synth::codecs::content_shapes;
using ctgan::synth::codecs::IdentifierShape;
using ctgan::synth::codecs::ShapeWish;
using ctgan::synth::codecs::word_shapes;
using ctgan::synth::random::Stream;
using ctgan::synth::random::StreamId;

using Texts = std::vector<std::string>;

constexpr ShapeWish k_wish{.rows_to_share = 5, .seed = 5};

std::vector<std::string_view> views(const Texts& texts) {
  return {texts.begin(), texts.end()};
}

// `count` new texts, as many of each shape as it has rows; none of them old, none twice, and every shape back
// from what an archive keeps.
Texts made(const std::vector<IdentifierShape>& shapes, const Texts& old, std::size_t count) {
  REQUIRE_FALSE(shapes.empty());
  std::set<std::string> seen(old.begin(), old.end());
  Texts texts;
  for (const IdentifierShape& shape : shapes) {
    const IdentifierShape back(shape.pattern(), shape.facts());
    for (std::uint64_t i = 0; i < count * shape.rows() / old.size(); ++i) {
      texts.push_back(shape.make(i, 7));
      INFO(texts.back() << " of " << shape.pattern());
      REQUIRE(seen.insert(texts.back()).second);
      REQUIRE(back.make(i, 7) == texts.back());
    }
  }
  return texts;
}

Texts made(const Texts& old, std::size_t count) {
  return made(word_shapes(views(old), k_wish), old, count);
}

std::uint32_t below(Stream& random, std::uint32_t bound) {
  return random.next_below(bound);
}

std::vector<std::uint64_t> numbers_in(const std::string& text) {
  std::vector<std::uint64_t> numbers;
  bool inside = false;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (digit && !inside) numbers.push_back(0);
    if (digit) numbers.back() = numbers.back() * 10 + static_cast<std::uint64_t>(c - '0');
    inside = digit;
  }
  return numbers;
}

constexpr std::array k_first{"Alma", "Berna", "Corric", "Dante", "Elwin", "Franka", "Gislo", "Hanna"};
constexpr std::array k_last{"Stoner", "Bramann", "Kruski", "Weisen", "Lanton", "Stonhof", "Brasen"};

Texts names() {
  Stream random(3, StreamId::rows);
  std::set<std::string> found;
  while (found.size() < 300)
    found.insert(fmt::format("{} {}{}", k_first[below(random, 8)], k_last[below(random, 7)],
                             "abcdefghij"[below(random, 10)]));
  return {found.begin(), found.end()};
}

}  // namespace

TEST_CASE("names become names that nobody has, of their lengths") {
  const Texts old = names();
  std::set<std::size_t> lengths;
  for (const std::string& text : made(old, 2000)) {
    INFO(text);
    lengths.insert(text.size());
    const std::size_t blank = text.find(' ');
    REQUIRE(blank != std::string::npos);
    CHECK((text[0] >= 'A' && text[0] <= 'Z'));
    CHECK((text[blank + 1] >= 'A' && text[blank + 1] <= 'Z'));
    CHECK(text.size() < 24);
  }
  CHECK(lengths.size() > 1);
}

TEST_CASE("addresses of several mail providers become addresses at example.org") {
  Texts old;
  for (std::size_t i = 0; i < 300; ++i)
    old.push_back(
        fmt::format("{}.{}{}@{}", k_first[i % 8], k_last[i % 7], i, i % 3 == 0 ? "gmail.com" : "web.de"));
  for (const std::string& text : made(old, 1000)) {
    INFO(text);
    CHECK(text.ends_with("@example.org"));
  }
  Texts one;
  for (std::size_t i = 0; i < 300; ++i)
    one.push_back(fmt::format("{}.{}{}@firm.com", k_first[i % 8], k_last[i % 7], i));
  for (const std::string& text : made(one, 1000)) CHECK(text.ends_with("@firm.com"));
}

TEST_CASE("numbers of an address stay in the ranges that were seen") {
  Stream random(4, StreamId::rows);
  std::set<std::string> old;
  while (old.size() < 600)
    old.insert(fmt::format("10.{}.{}.{}", below(random, 4), below(random, 256), 1 + below(random, 254)));
  for (const std::string& text : made({old.begin(), old.end()}, 3000)) {
    INFO(text);
    const auto numbers = numbers_in(text);
    REQUIRE(numbers.size() == 4);
    CHECK(numbers[0] == 10);
    CHECK(numbers[1] < 4);
    CHECK(numbers[2] <= 255);
    CHECK(numbers[3] <= 255);
  }
}

TEST_CASE("moments in identifiers stay moments") {
  Stream random(5, StreamId::rows);
  Texts old;
  for (int i = 0; i < 500; ++i)
    old.push_back(fmt::format("LOG_2024{:02}{:02}_{:02}{:02}{:02}", 1 + below(random, 12),
                              1 + below(random, 28), below(random, 24), below(random, 60),
                              below(random, 60)));
  for (const std::string& text : made(old, 3000)) {
    INFO(text);
    REQUIRE(text.starts_with("LOG_2024"));
    const auto numbers = numbers_in(text);
    REQUIRE(numbers.size() == 2);
    const auto month = numbers[0] / 100 % 100;
    const auto day = numbers[0] % 100;
    CHECK((month >= 1 && month <= 12 && day >= 1 && day <= 28));
    CHECK((numbers[1] / 10'000 < 24 && numbers[1] / 100 % 100 < 60 && numbers[1] % 100 < 60));
  }
}

TEST_CASE("part numbers stay within what was seen in each of their parts") {
  Stream random(6, StreamId::rows);
  std::set<std::string> old;
  while (old.size() < 400)
    old.insert(fmt::format("{}-{}-{:03}-{:02}", 1 + below(random, 4), 1 + below(random, 30),
                           below(random, 360), below(random, 100)));
  for (const std::string& text : made({old.begin(), old.end()}, 2000)) {
    INFO(text);
    const auto numbers = numbers_in(text);
    REQUIRE(numbers.size() == 4);
    CHECK((numbers[0] >= 1 && numbers[0] <= 4 && numbers[1] <= 31 && numbers[2] < 367));
  }
}

TEST_CASE("remarks become words that enough of them share, between ones that nobody wrote") {
  constexpr std::array k_words{"patient", "reports", "pain", "since", "monday", "better", "worse", "again"};
  Stream random(7, StreamId::rows);
  Texts old;
  for (int i = 0; i < 200; ++i) {
    std::string text = fmt::format(
        "Secret{}", std::string(1 + static_cast<std::size_t>(i) % 7, static_cast<char>('a' + i % 26)));
    for (std::uint32_t word = 0, words = 3 + below(random, 9); word < words; ++word)
      text += fmt::format("{} {}", below(random, 4) == 0 ? "," : "", k_words[below(random, 8)]);
    old.push_back(text +
                  fmt::format(" near Oakville{}.", std::string(1 + static_cast<std::size_t>(i) % 9, 'x')));
  }
  std::sort(old.begin(), old.end());
  old.erase(std::unique(old.begin(), old.end()), old.end());
  bool shared = false;
  for (const std::string& text : made(old, 500)) {
    INFO(text);
    CHECK(text.ends_with("."));
    CHECK(text.find("Secret") == std::string::npos);
    shared = shared || text.find("patient") != std::string::npos;
  }
  CHECK(shared);
}

TEST_CASE("codes are left to the shapes of codes") {
  Texts counters;
  Texts plates;
  for (int i = 0; i < 300; ++i) {
    counters.push_back(fmt::format("C-{:05}", i * 7));
    plates.push_back(fmt::format("B-{}{} {:02}", static_cast<char>('A' + i % 26),
                                 static_cast<char>('A' + i / 26), i % 97));
  }
  CHECK(word_shapes(views(counters), k_wish).empty());
  CHECK(word_shapes(views(plates), k_wish).empty());
}

TEST_CASE("what a column holds makes its values plausible, and the others keep their shape") {
  const Texts old{"a@b.com", "c@d.com"};
  for (const std::string& text : made(content_shapes("email", views(old), k_wish), old, 50)) {
    INFO(text);
    CHECK(text.find("@example.") != std::string::npos);
  }
  for (const char* content :
       {"name", "first_name", "last_name", "city", "street_address", "company", "ipv4_address"})
    CHECK(made(content_shapes(content, views(old), k_wish), old, 50).size() == 50);
  CHECK(content_shapes("iban", views(old), k_wish).empty());
}

TEST_CASE("a list or a range that no shape has is refused") {
  const auto facts = IdentifierShape("\\<0-255\\>[0-9]{7}", {1, 1, 0, 1, 0}).facts();
  for (const char* pattern :
       {"\\(a", "\\(a\\|a\\)[0-9]", "\\(\\|a\\)", "\\<5-1\\>", "\\<-5\\>", "\\<1-99999999999\\>", "\\<1"})
    CHECK(ctgan::tests::raised([&] { IdentifierShape shape(pattern, facts); }).kind() ==
          ctgan::errors::Kind::bad_data);
}
