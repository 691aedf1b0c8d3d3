#include "host/session/data_channel.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "common/errors/error.h"
#include "common/protocol/message.h"
#include "common/protocol/scp_records.h"
#include "host/session/first_words.h"

namespace ctgan::host::session {
namespace {

using errors::Error;
using errors::Kind;
using transport::Channel;

// The remote shell may print something before the records begin. They begin with a byte 0, 1 or 2, or with
// `expected`; what stands before is dropped.
class AfterNoise : public files::ByteSource {
 public:
  AfterNoise(Channel& channel, std::string expected) : channel_(channel), expected_(std::move(expected)) {}

  std::size_t read(std::span<char> buffer) override {
    while (!begun_) search();
    if (used_ == pending_.size()) return channel_.read(buffer);
    const std::size_t count = std::min(buffer.size(), pending_.size() - used_);
    std::copy_n(pending_.data() + used_, count, buffer.data());
    used_ += count;
    return count;
  }

 private:
  void search() {
    std::vector<char> piece(4096);
    const std::size_t got = channel_.read(piece);
    pending_.append(piece.data(), got);
    std::size_t start = pending_.find_first_of(std::string_view("\0\1\2", 3));
    if (!expected_.empty()) start = std::min(start, pending_.find(expected_));
    if (got > 0 && start == std::string::npos && pending_.size() < protocol::k_noise_limit) return;
    begun_ = true;
    used_ = std::min(start, pending_.size());
  }

  Channel& channel_;
  std::string expected_;
  std::string pending_;
  std::size_t used_ = 0;
  bool begun_ = false;
};

// The records know no kinds: a refusal arrives as bad data, or the program over there just ends. What it says
// on its standard error is more.
[[noreturn]] void raise(const Error& error, Channel& channel, const std::string& place) {
  const bool refused = error.kind() == Kind::bad_data;
  if (!refused && error.kind() != Kind::try_again) throw error;
  const std::optional<int> code = channel.exit_code();
  if (const auto own = last_words(code, channel.error_text())) {
    throw Error(own->kind(), fmt::format("{} broke off the transfer: {}", place, own->sentence()),
                own->hint());
  }
  if (refused) {
    throw Error(Kind::io,
                fmt::format("{} refused the transfer: {}", place, errors::visible(error.sentence())));
  }
  const std::string said = channel.error_text().substr(0, channel.error_text().find('\n'));
  if (said.empty()) throw error;
  throw Error(error.kind(), fmt::format("{} ({})", error.sentence(), errors::visible(said)), error.hint());
}

}  // namespace

void send_content(transport::Transport& transport, const std::string& ticket, std::uint64_t bytes,
                  files::ByteSource& content, const CountBytes& count) {
  const auto channel = transport.open(transport::Program::transfer);
  AfterNoise in(*channel, "");
  try {
    channel->write(ticket + "\n");
    protocol::send_file(in, *channel, {"table", bytes}, content, count);
    channel->close_write();
  } catch (const Error& error) {
    raise(error, *channel, transport.place());
  }
}

void receive_content(transport::Transport& transport, const std::string& ticket, std::uint64_t bytes,
                     files::ByteSink& sink, const std::function<void()>& settle, const CountBytes& count) {
  const auto channel = transport.open(transport::Program::transfer);
  AfterNoise in(*channel, "C0600 ");
  std::optional<protocol::FileRecord> record;
  try {
    channel->write(ticket + "\n");
    record = protocol::receive_record(in, *channel);
    if (!record) throw Error(Kind::try_again, "the transfer broke off", "run the same command again");
  } catch (const Error& error) {
    raise(error, *channel, transport.place());
  }
  if (record->size != bytes) {
    throw Error(Kind::protocol, fmt::format("the server sends {} bytes instead of {}", record->size, bytes));
  }
  try {
    protocol::receive_content(in, *channel, *record, sink, count);
  } catch (const Error& error) {
    if (error.kind() != Kind::try_again) throw;
    raise(error, *channel, transport.place());
  }
  settle();
  protocol::acknowledge(*channel);
  channel->close_write();
}

}  // namespace ctgan::host::session
