#include <string>

#include "common/protocol/message.h"
#include "common/protocol/scp_records.h"
#include "tests/fuzz/promises.h"
#include "tests/memory_streams.h"

namespace ctgan::fuzz {
namespace {

using errors::Kind;
using protocol::Json;

int depth(const Json& value) {
  int deepest = 0;
  if (!value.is_structured()) return 0;
  for (const Json& inner : value) deepest = std::max(deepest, depth(inner));
  return deepest + 1;
}

void check_message(std::string_view line) {
  const auto message = read_or_refused({Kind::protocol}, [&] { return protocol::parse_message(line); });
  if (!message) return;
  promise(message->is_object() && depth(*message) <= protocol::k_depth_limit, "a message of another shape");
  const std::string text = protocol::format_message(*message);
  promise(text.find('\n') == text.size() - 1, "a message of more than one line");
  promise(protocol::parse_message(text.substr(0, text.size() - 1)) == *message,
          "a message changed on its way");
  for (const auto& [key, value] : message->items()) {
    const std::string_view name = key;
    read_or_refused({Kind::protocol}, [&] { return protocol::text_field(*message, name); });
    read_or_refused({Kind::protocol}, [&] { return protocol::count_field(*message, name); });
    read_or_refused({Kind::protocol}, [&] { return protocol::optional_texts(*message, name); });
  }
}

std::string lines_of(std::string_view bytes, std::size_t piece, bool check) {
  protocol::LineBuffer buffer;
  std::string all;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    buffer.feed(bytes.substr(at, piece));
    while (const auto line = buffer.next()) {
      if (check) check_message(*line);
      all += *line + "\n";
    }
  }
  return all + buffer.rest();
}

struct Received {
  protocol::FileRecord record;
  std::string content;
};

std::optional<Received> receive(std::string_view bytes, std::size_t piece) {
  tests::MemorySource in(std::string(bytes), piece);
  tests::MemorySink out, content;
  const auto record = protocol::receive_record(in, out);
  if (!record) return std::nullopt;
  promise(!record->name.empty() && record->name.find('\n') == std::string::npos, "a record without a name");
  protocol::receive_content(in, out, *record, content, {});
  promise(content.content.size() == record->size, "a file of another length");
  return Received{*record, content.content};
}

}  // namespace

void message(std::string_view bytes) {
  check_message(bytes);
  promise(lines_of(bytes, 1, true) == lines_of(bytes, bytes.size() + 1, false),
          "the pieces decide the lines");
}

void scp_records(std::string_view bytes) {
  // What a sender says, in large and small pieces.
  const auto refusals = {Kind::bad_data, Kind::protocol, Kind::try_again};
  const auto whole = read_or_refused(refusals, [&] { return receive(bytes, bytes.size() + 1); });
  const auto cut = read_or_refused(refusals, [&] { return receive(bytes, 1); });
  promise(whole.has_value() == cut.has_value(), "the pieces decide what is refused");
  if (whole && *whole) {
    const std::string acknowledgements(4, '\0');
    tests::MemorySource in(acknowledgements), content((*whole)->content);
    tests::MemorySink out;
    protocol::send_file(in, out, (*whole)->record, content, {});
    const auto again = receive(out.content, 7);
    promise(again && again->content == (*whole)->content && again->record.name == (*whole)->record.name,
            "a file changed on its way");
  }
  // What a receiver answers.
  tests::MemorySource in{std::string(bytes)}, content("abcdef");
  tests::MemorySink out;
  read_or_refused(refusals, [&] {
    protocol::send_file(in, out, {"a.csv", 6}, content, {});
    return true;
  });
}

}  // namespace ctgan::fuzz
