#include "tests/spoiling_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace ctgan::tests {
namespace {

constexpr int k_tick_ms = 50;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void close_with_reset(int socket) {
  const linger at_once{1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

bool send_all(int socket, const char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    count -= static_cast<std::size_t>(sent);
  }
  return true;
}

}  // namespace

// Two sockets and what goes between them; lives in one thread.
class SpoilingProxy::Connection {
 public:
  Connection(SpoilingProxy& proxy, int client) : proxy_(proxy), era_(proxy.era_), sockets_{client, -1} {
    sockets_[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    for (const int socket : sockets_) setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const sockaddr_in address = loopback(proxy.server_);
    open_ = connect(sockets_[1], reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Connection() {
    for (const int socket : sockets_) close(socket);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void carry() {
    const int generation = proxy_.generation_;
    std::array<pollfd, 2> wanted{{{sockets_[0], POLLIN, 0}, {sockets_[1], POLLIN, 0}}};
    while (open_ && !proxy_.stopping_ && generation == proxy_.generation_) {
      if (poll(wanted.data(), wanted.size(), k_tick_ms) <= 0) continue;
      for (std::size_t from = 0; from < 2 && open_; ++from) {
        if (wanted[from].revents != 0) open_ = move(from);
      }
    }
  }

 private:
  // False when the connection is over.
  bool move(std::size_t from) {
    std::array<char, 16384> buffer{};
    const ssize_t got = recv(sockets_[from], buffer.data(), buffer.size(), 0);
    if (got <= 0) return false;
    if (silent_[from]) return true;
    std::size_t passed = 0;
    const auto count = static_cast<std::size_t>(got);
    const Fault fault =
        proxy_.pass(era_, from == 0 ? Way::to_server : Way::to_client, buffer.data(), count, passed);
    const int to = sockets_[1 - from];
    switch (fault) {
      case Fault::reset:
        for (const int socket : sockets_) close_with_reset(socket);
        return false;
      case Fault::end:
        send_all(to, buffer.data(), passed);
        return false;
      case Fault::silence:
        silent_ = {true, true};
        return true;
      case Fault::deaf:
        silent_[from] = true;
        return true;
      case Fault::delay:
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        break;
      default:
        break;
    }
    return send_all(to, buffer.data(), count);
  }

  SpoilingProxy& proxy_;
  int era_;
  std::array<int, 2> sockets_;
  bool open_ = false;
  std::array<bool, 2> silent_{};
};

SpoilingProxy::SpoilingProxy(int server)
    : server_(server), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), length) != 0 ||
      listen(listener_, 128) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    throw std::runtime_error("no port for a proxy");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

SpoilingProxy::~SpoilingProxy() {
  stopping_ = true;
  acceptor_.join();
  for (std::thread& carrier : carriers_) carrier.join();
  close(listener_);
}

void SpoilingProxy::accept_all() {
  pollfd wanted{listener_, POLLIN, 0};
  while (!stopping_) {
    if (poll(&wanted, 1, k_tick_ms) <= 0) continue;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) carriers_.emplace_back([this, client] { Connection(*this, client).carry(); });
  }
}

void SpoilingProxy::spoil(const Plan& plan) {
  const std::lock_guard lock(mutex_);
  ++era_;
  plan_ = plan;
  carried_[0] = carried_[1] = 0;
  spoiled_ = false;
}

std::uint64_t SpoilingProxy::carried(Way way) const {
  const std::lock_guard lock(mutex_);
  return carried_[way == Way::to_server ? 0 : 1];
}

bool SpoilingProxy::has_spoiled() const {
  const std::lock_guard lock(mutex_);
  return spoiled_;
}

void SpoilingProxy::cut_all() {
  ++generation_;
}

SpoilingProxy::Fault SpoilingProxy::pass(int era, Way way, char* bytes, std::size_t count,
                                         std::size_t& passed) {
  const std::lock_guard lock(mutex_);
  passed = count;
  if (era != era_) return Fault::none;
  std::uint64_t& carried = carried_[way == Way::to_server ? 0 : 1];
  const std::uint64_t before = std::exchange(carried, carried + count);
  if (spoiled_ || plan_.fault == Fault::none || way != plan_.way || carried <= plan_.after)
    return Fault::none;
  spoiled_ = true;
  passed = static_cast<std::size_t>(plan_.after - std::min(plan_.after, before));
  if (plan_.fault == Fault::flip) bytes[passed] = static_cast<char>(bytes[passed] ^ 1);
  return plan_.fault;
}

}  // namespace ctgan::tests
