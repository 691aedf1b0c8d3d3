#include "common/protocol/scp_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "common/errors/error.h"

namespace ctgan::protocol {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_piece = std::size_t{256} << 10;
constexpr std::size_t k_record_limit = 4096;

Error broke_off() {
  return {Kind::try_again, "the transfer broke off",
          "run the same command again: it goes on where it stopped"};
}

std::optional<char> read_byte(files::ByteSource& in) {
  char byte = 0;
  if (in.read({&byte, 1}) == 0) return std::nullopt;
  return byte;
}

std::string read_line(files::ByteSource& in) {
  std::string line;
  for (;;) {
    const auto byte = read_byte(in);
    if (!byte) throw broke_off();
    if (*byte == '\n') return line;
    if (line.size() == k_record_limit) throw Error(Kind::bad_data, "the transfer's record is too long");
    line += *byte;
  }
}

// The other end's words, which end on a terminal.
[[noreturn]] void raise_complaint(files::ByteSource& in) {
  std::string text = errors::visible(read_line(in));
  if (text.starts_with("scp: ")) text.erase(0, 5);
  if (text.empty()) text = "the other end refused the file and does not say why";
  throw Error(Kind::bad_data, text);
}

void await_acknowledgement(files::ByteSource& in) {
  const auto byte = read_byte(in);
  if (!byte) throw broke_off();
  if (*byte == '\1' || *byte == '\2') raise_complaint(in);
  if (*byte != '\0') throw Error(Kind::protocol, "the transfer was answered with something else");
}

// A receiver that complains closes while we still send: its words say more than the broken pipe.
void write_unless_refused(files::ByteSource& in, files::ByteSink& out, std::string_view bytes) {
  try {
    out.write(bytes);
  } catch (const Error& broken) {
    if (broken.kind() == Kind::try_again) await_acknowledgement(in);
    throw;
  }
}

FileRecord parse_record(std::string_view line) {
  const Error malformed{Kind::bad_data,
                        fmt::format("the transfer's record {} is malformed", errors::quoted(line))};
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos) throw malformed;
  const std::string_view size = line.substr(first + 1, second - first - 1);
  FileRecord record{std::string(line.substr(second + 1)), 0};
  const auto [end, status] = std::from_chars(size.data(), size.data() + size.size(), record.size);
  if (status != std::errc{} || end != size.data() + size.size() || record.name.empty()) throw malformed;
  return record;
}

}  // namespace

void acknowledge(files::ByteSink& out) {
  out.write(std::string_view("\0", 1));
}

void complain(files::ByteSink& out, std::string_view sentence) {
  std::string text(sentence);
  std::replace(text.begin(), text.end(), '\n', ' ');
  out.write(fmt::format("\1{}\n", text));
}

void send_file(files::ByteSource& in, files::ByteSink& out, const FileRecord& record,
               files::ByteSource& content, const ByteCounter& on_bytes) {
  await_acknowledgement(in);
  out.write(fmt::format("C0600 {} {}\n", record.size, record.name));
  await_acknowledgement(in);
  std::vector<char> buffer(k_piece);
  std::uint64_t sent = 0;
  while (sent < record.size) {
    const std::size_t got =
        content.read({buffer.data(), std::min<std::uint64_t>(k_piece, record.size - sent)});
    if (got == 0)
      throw Error(Kind::io, fmt::format("{} became shorter while it was sent", errors::quoted(record.name)));
    write_unless_refused(in, out, {buffer.data(), got});
    sent += got;
    if (on_bytes) on_bytes(sent);
  }
  acknowledge(out);
  await_acknowledgement(in);
}

std::optional<FileRecord> receive_record(files::ByteSource& in, files::ByteSink& out, bool first) {
  if (first) acknowledge(out);
  for (;;) {
    const auto kind = read_byte(in);
    if (!kind) return std::nullopt;
    if (*kind == '\1' || *kind == '\2') raise_complaint(in);
    const std::string line = read_line(in);
    if (*kind == 'C') return parse_record(line);
    if (*kind != 'T') throw Error(Kind::bad_data, "only single files can be sent, no folders");
    acknowledge(out);
  }
}

void receive_content(files::ByteSource& in, files::ByteSink& out, const FileRecord& record,
                     files::ByteSink& sink, const ByteCounter& on_bytes) {
  acknowledge(out);
  std::vector<char> buffer(k_piece);
  std::uint64_t received = 0;
  while (received < record.size) {
    const std::size_t got =
        in.read({buffer.data(), std::min<std::uint64_t>(k_piece, record.size - received)});
    if (got == 0) throw broke_off();
    sink.write({buffer.data(), got});
    received += got;
    if (on_bytes) on_bytes(received);
  }
  await_acknowledgement(in);
}

}  // namespace ctgan::protocol
