#include "common/protocol/message.h"

#include <cstdlib>
#include <sstream>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::protocol {

using errors::Kind;
using tests::raised;

TEST_CASE("lines come out as they went in, however the bytes arrive") {
  const std::string stream = "one\ntwo\r\n\nthree";
  for (std::size_t piece = 1; piece < stream.size(); ++piece) {
    LineBuffer buffer;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      buffer.feed(std::string_view(stream).substr(at, piece));
      while (auto line = buffer.next()) lines.push_back(*line);
    }
    CHECK(lines == std::vector<std::string>{"one", "two", ""});
    CHECK(buffer.rest() == "three");
  }
}

TEST_CASE("a line without end is refused at the limit, not at the end of memory") {
  LineBuffer buffer;
  buffer.feed(std::string(k_line_limit, 'a'));
  CHECK_FALSE(buffer.next().has_value());
  buffer.feed("ab");
  CHECK(raised([&] { buffer.next(); }).kind() == Kind::protocol);
}

TEST_CASE("what is not a message is refused with the reason", "[fault:23]") {
  const auto reason = [](const std::string& line) {
    const auto error = raised([&] { parse_message(line); });
    CHECK(error.kind() == Kind::protocol);
    return error.sentence();
  };
  CHECK_THAT(reason("{"), Catch::Contains("no valid JSON"));
  CHECK_THAT(reason("[1]"), Catch::Contains("not an object"));
  CHECK_THAT(reason(R"({"a":1,"a":2})"), Catch::Contains("stands twice"));
  CHECK_THAT(reason("{\"a\":\"\xff\"}"), Catch::Contains("no valid JSON"));
  CHECK_THAT(reason(R"({"a":NaN})"), Catch::Contains("no valid JSON"));
  CHECK_THAT(reason("{\"a\":" + std::string(500000, '[')), Catch::Contains("deeper"));
  CHECK_THAT(reason(R"({"a":1} x)"), Catch::Contains("no valid JSON"));
}

TEST_CASE("fields are read by type and a wrong one is named") {
  const Json message = parse_message(R"({"name":"x","rows":7,"negative":-1,"null":null})");
  CHECK(text_field(message, "name") == "x");
  CHECK(count_field(message, "rows") == 7);
  CHECK_FALSE(optional_text(message, "none").has_value());
  CHECK_FALSE(optional_count(message, "null").has_value());
  CHECK_THAT(raised([&] { text_field(message, "rows"); }).sentence(),
             Catch::Contains("'rows' must be a text"));
  CHECK_THAT(raised([&] { count_field(message, "negative"); }).sentence(), Catch::Contains("'negative'"));
  CHECK_THAT(raised([&] { count_field(message, "none"); }).sentence(), Catch::Contains("'none' is missing"));
}

TEST_CASE("a message is one line, whatever its text holds") {
  const std::string line = format_message({{"text", "a\nb\xff"}});
  CHECK(line.find('\n') == line.size() - 1);
  CHECK(parse_message(line.substr(0, line.size() - 1)).at("text").get<std::string>().starts_with("a\nb"));
}

TEST_CASE("every example in protocol.md is a valid message") {
  const char* source = std::getenv("CTGAN_SOURCE_DIR");
  REQUIRE(source != nullptr);
  std::istringstream text(files::read_file(std::string(source) + "/common/protocol/protocol.md"));
  int examples = 0;
  for (std::string line; std::getline(text, line);) {
    const std::size_t start = line.find('{');
    if (!line.starts_with("    ") || start > 8 || line.find("...,") != std::string::npos) continue;
    if (line.find('|') != std::string::npos || line.find("NAME") != std::string::npos) continue;
    if (line.find("{...}") != std::string::npos || line.find('}') == std::string::npos) continue;
    INFO(line);
    CHECK_NOTHROW(parse_message(line.substr(start)));
    ++examples;
  }
  CHECK(examples >= 12);
}

}  // namespace ctgan::protocol
