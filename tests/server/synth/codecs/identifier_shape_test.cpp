#include "server/synth/codecs/identifier_shape.h"

#include <fmt/format.h>

#include <set>

#include "server/synth/random/random.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace {

using ctgan::synth::codecs::IdentifierShape;
using ctgan::tests::raised;

std::vector<IdentifierShape> shapes_of(const std::vector<std::string>& texts, bool whole_numbers = false) {
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  return IdentifierShape::find(views, {.whole_numbers = whole_numbers, .seed = 5});
}

std::vector<std::string> numbered(std::string_view format, int count, int step = 1) {
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) texts.push_back(fmt::format(fmt::runtime(format), i * step));
  return texts;
}

std::vector<std::string> random_hex(int count) {
  ctgan::synth::random::Stream random(1, ctgan::synth::random::StreamId::rows);
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) {
    texts.push_back(fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}", random.next_u32(), random.next_below(65536),
                                random.next_below(4096), random.next_below(65536)));
  }
  return texts;
}

// None of the first `count` texts of a shape is an old one, and none comes twice.
void check_new(const IdentifierShape& shape, const std::vector<std::string>& old, std::uint64_t count) {
  std::set<std::string> seen(old.begin(), old.end());
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string text = shape.make(i, 7);
    INFO(text << " at " << i);
    REQUIRE(seen.insert(text).second);
  }
}

}  // namespace

TEST_CASE("a shape keeps punctuation, what all rows share, and the kinds of characters") {
  CHECK(shapes_of(numbered("C-{:05}", 3000, 17))[0].pattern() == "C-[0-9]{5}");
  CHECK(shapes_of({"ab1", "xY2", "pQ7"})[0].pattern() == "[a-z][a-zA-Z][0-9]");
  CHECK(shapes_of(random_hex(50))[0].pattern() == "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}");
  CHECK(shapes_of({"[a]", "[b]", "[c]"})[0].pattern().find("\\[") == 0);
}

TEST_CASE("in a table of two rows nothing but punctuation is kept") {
  CHECK(shapes_of({"Smith-1", "Smits-2"})[0].pattern() == "[A-Z][a-z]{4}-[0-9]");
}

TEST_CASE("texts of different lengths are different shapes, the commonest first") {
  std::vector<std::string> texts = numbered("{:07}", 500, 3);
  for (const std::string& text : numbered("K{:05}", 100, 971)) texts.push_back(text);
  const auto shapes = shapes_of(texts);
  REQUIRE(shapes.size() == 2);
  CHECK(shapes[0].rows() == 500);
  CHECK(shapes[1].pattern() == "K[0-9]{5}");
}

TEST_CASE("codes that have nothing in common become small letters of a middle length") {
  const auto shapes = shapes_of({"x#1", "qq-77:z", "b_(c)_xkt_93_w_0"});
  REQUIRE(shapes.size() == 1);
  CHECK(shapes[0].pattern() == "[a-z]{7}");
}

TEST_CASE("no identifier is an old one and none comes twice, however tight the shape") {
  for (const auto& old : {numbered("C-{:05}", 1000, 7), numbered("{:08}", 20'000, 311), random_hex(3000),
                          numbered("{:03}", 900), numbered("{:02}", 100), numbered("a{}", 10)}) {
    const IdentifierShape shape = shapes_of(old)[0];
    INFO(shape.pattern() << ", room for " << shape.capacity());
    REQUIRE(shape.capacity() >= 2 * old.size());
    check_new(shape, old, std::min<std::uint64_t>(shape.capacity(), 30'000));
  }
}

TEST_CASE("whole numbers never begin with a zero") {
  const IdentifierShape shape = shapes_of(numbered("{}", 3000, 33'331), true)[0];
  for (std::uint64_t i = 0; i < 2000; ++i) REQUIRE(shape.make(i, 3)[0] != '0');
}

TEST_CASE("the series depends on its number, and is the same every time") {
  const IdentifierShape shape = shapes_of(random_hex(50))[0];
  CHECK(shape.make(5, 1) == shape.make(5, 1));
  CHECK(shape.make(5, 1) != shape.make(5, 2));
}

TEST_CASE("a shape comes back from what an archive keeps, which tells of no identifier") {
  for (const auto& old : {numbered("C-{:07}", 1000, 7), random_hex(100), numbered("{:03}", 900)}) {
    const IdentifierShape shape = shapes_of(old)[0];
    const IdentifierShape back(shape.pattern(), shape.facts());
    CHECK(back.pattern() == shape.pattern());
    for (std::uint64_t i = 0; i < 100; ++i) REQUIRE(back.make(i, 9) == shape.make(i, 9));
  }
  // At most an eighth of all remainders is told.
  const auto facts = shapes_of(numbered("C-{:07}", 1000, 6211))[0].facts();
  CHECK((facts.size() - 4) * 8 <= static_cast<std::size_t>(facts[3]));
}

TEST_CASE("damaged shapes are refused") {
  const auto facts = shapes_of(numbered("C-{:07}", 1000, 7))[0].facts();
  for (const char* pattern : {"C-[0-9", "[]", "[0-]", "{3}", "[0-9]{0}", "[0-9]{999999999}", "\\", ""})
    CHECK(raised([&] { IdentifierShape shape(pattern, facts); }).kind() == ctgan::errors::Kind::bad_data);
  for (const std::vector<std::int64_t>& bad : {std::vector<std::int64_t>{},
                                               {1, 1, 0, 1},
                                               {1, 1, 0, 0, 0},
                                               {1, -1, 0, 1, 0},
                                               {1, 1, 0, 5, 5},
                                               {1, 2, 0, 1, 0}})
    CHECK(raised([&] { IdentifierShape shape("[0-9]{7}", bad); }).kind() == ctgan::errors::Kind::bad_data);
}
