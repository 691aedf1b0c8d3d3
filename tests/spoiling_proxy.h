// A loopback TCP proxy that does to a connection what a bad network does.
//
//     SpoilingProxy proxy(sshd.port());
//     proxy.spoil({SpoilingProxy::Fault::reset, SpoilingProxy::Way::to_server, 4000});
//     connect to 127.0.0.1:proxy.port()
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace ctgan::tests {

// Safe to use from several threads.
class SpoilingProxy {
 public:
  enum class Way { to_server, to_client };
  enum class Fault {
    none,
    end,      // both sides see an orderly end
    reset,    // both sides see a reset
    silence,  // nothing passes any more, and nobody is told
    deaf,     // nothing passes that way any more, and nobody is told; the other way goes on
    flip,     // one bit of the byte is inverted, then all passes
    delay     // 200 ms, once, then all passes
  };
  // The fault happens at the byte behind the first `after` that go that way, over all connections, once.
  struct Plan {
    Fault fault = Fault::none;
    Way way = Way::to_server;
    std::uint64_t after = 0;
  };

  // Throws std::runtime_error when no port can be had. `server` is a port of this machine.
  explicit SpoilingProxy(int server);
  ~SpoilingProxy();
  SpoilingProxy(const SpoilingProxy&) = delete;
  SpoilingProxy& operator=(const SpoilingProxy&) = delete;

  int port() const { return port_; }
  // Of connections that begin from now on; what they carry is counted anew.
  void spoil(const Plan& plan);
  // Bytes since then.
  std::uint64_t carried(Way way) const;
  bool has_spoiled() const;
  // Ends every connection that is open.
  void cut_all();

 private:
  class Connection;
  void accept_all();
  // How much of `bytes` may pass and what happens then; `era` is that of the connection.
  Fault pass(int era, Way way, char* bytes, std::size_t count, std::size_t& passed);

  int server_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> generation_{0};  // grows when all connections are to end
  std::atomic<int> era_{0};         // grows with each plan
  mutable std::mutex mutex_;
  Plan plan_;
  std::uint64_t carried_[2] = {0, 0};
  bool spoiled_ = false;
  std::thread acceptor_;
  std::vector<std::thread> carriers_;  // of the acceptor alone, until it has ended
};

}  // namespace ctgan::tests
