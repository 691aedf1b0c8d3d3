#include "common/protocol/text_pieces.h"

#include <vector>

#include "common/protocol/message.h"
#include "tests/catch.h"

using namespace ctgan;

namespace {

std::vector<std::string> pieces(std::string_view text) {
  std::vector<std::string> found;
  protocol::each_piece(text, [&](std::string_view piece) { found.emplace_back(piece); });
  return found;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += part;
  return text;
}

}  // namespace

TEST_CASE("a short text is one piece, and an empty one none") {
  CHECK(pieces("page") == std::vector<std::string>{"page"});
  CHECK(pieces("").empty());
}

TEST_CASE("every piece of a long text is UTF-8 and fits into a message, however it is escaped") {
  std::string text = "x";
  while (text.size() < 3 * protocol::k_sent_line_limit) text += "\xe2\x82\xac\x01\xf0\x9f\x98\x80";
  const auto found = pieces(text);
  CHECK(found.size() > 3);
  CHECK(joined(found) == text);
  for (const std::string& piece : found) {
    const std::string line = protocol::format_message({{"text", piece}});
    CHECK(line.size() <= protocol::k_sent_line_limit);
    CHECK(protocol::text_field(protocol::parse_message(line.substr(0, line.size() - 1)), "text") == piece);
  }
  const std::string worst(protocol::k_sent_line_limit, '\x01');
  CHECK(joined(pieces(worst)) == worst);
  for (const std::string& piece : pieces(worst))
    CHECK(protocol::format_message({{"text", piece}}).size() <= protocol::k_sent_line_limit);
}

TEST_CASE("bytes that are no UTF-8 still come to an end") {
  const std::string text(protocol::k_sent_line_limit, '\x80');
  CHECK(joined(pieces(text)) == text);
}
