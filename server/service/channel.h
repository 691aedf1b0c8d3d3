// The control channel seen from the server (common/protocol/protocol.md): lines in, messages out, and an
// `alive` line every now and then while a request is under way.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "common/files/descriptor.h"
#include "common/protocol/message.h"
#include "server/service/patient_streams.h"

namespace ctgan::server::service {

using Json = protocol::Json;

class ControlChannel {
 public:
  // Whether the other end, silent here, is at work elsewhere.
  using IsBusy = std::function<bool()>;

  // Owns neither descriptor. What the other end does not take within `patience` breaks the channel.
  ControlChannel(int in, int out, std::chrono::milliseconds patience = std::chrono::minutes(15))
      : in_(in), patience_(patience), source_(in), sink_(out, patience) {}

  // The next line; empty at the end of the stream. Throws Error(protocol) for a line that is too long, and
  // Error(try_again) when none comes within the patience, unless the other end is busy.
  std::optional<std::string> read_line(const IsBusy& is_busy = {});
  // Waits; true as soon as the other end is known to have closed.
  bool left_within(std::chrono::milliseconds time);

  // Any thread may write. Throws Error(try_again) when the other end is gone.
  void write(const Json& message);
  void write_text(std::string_view text);

 private:
  // False at the end of the stream.
  bool read_more();

  int in_;
  std::chrono::milliseconds patience_;
  files::DescriptorSource source_;
  PatientSink sink_;
  protocol::LineBuffer lines_;
  bool ended_ = false;
  std::mutex writing_;
};

// Writes `alive` lines as long as it lives.
class Alive {
 public:
  Alive(ControlChannel& channel, std::chrono::milliseconds interval);
  ~Alive();
  Alive(const Alive&) = delete;
  Alive& operator=(const Alive&) = delete;

 private:
  void beat(std::chrono::milliseconds interval);

  ControlChannel& channel_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace ctgan::server::service
