#include "host/transport/tcp_connect.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <future>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "common/errors/error.h"
#include "host/transport/waiting.h"

namespace ctgan::host::transport {
namespace {

using errors::Error;
using errors::Kind;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds k_per_address{5};
constexpr std::chrono::seconds k_for_names{30};

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

struct Resolved {
  int status = 0;
  Addresses addresses{nullptr, freeaddrinfo};
};

Resolved resolve(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  Resolved resolved;
  resolved.status = getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  resolved.addresses.reset(found);
  return resolved;
}

// getaddrinfo cannot be interrupted, so it waits in a thread of its own, which is left behind if need be.
Addresses find_addresses(const std::string& host, std::uint16_t port, const Patience& patience) {
  std::packaged_task<Resolved()> task([host, port] { return resolve(host, std::to_string(port)); });
  std::future<Resolved> future = task.get_future();
  std::thread(std::move(task)).detach();
  const auto deadline = Clock::now() + k_for_names;
  while (future.wait_for(std::chrono::milliseconds(k_tick_ms)) != std::future_status::ready) {
    if (patience.tick) patience.tick();
    if (Clock::now() > deadline) {
      throw Error(Kind::try_again,
                  fmt::format("the name {} cannot be resolved in time", errors::quoted(host)),
                  "run the same command again when the network is well");
    }
  }
  Resolved resolved = future.get();
  if (resolved.status == 0) return std::move(resolved.addresses);
  const Kind kind = resolved.status == EAI_AGAIN ? Kind::try_again : Kind::unavailable;
  throw Error(
      kind,
      fmt::format("the host {} cannot be found: {}", errors::quoted(host), gai_strerror(resolved.status)),
      "check the name in '--server' or the credentials file");
}

void set(int descriptor, int level, int name, int value) {
  setsockopt(descriptor, level, name, &value, sizeof value);
}

void make_watchful(int descriptor) {
  set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, 15);
  set(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set(descriptor, IPPROTO_TCP, TCP_KEEPCNT, 3);
  set(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, 30'000);
  set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
}

int pending_error(int descriptor) {
  int number = 0;
  socklen_t size = sizeof number;
  return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) == 0 ? number : errno;
}

// 0, or the errno of the failure.
int connect_one(int descriptor, const addrinfo& address, const Patience& patience) {
  if (connect(descriptor, address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  const auto deadline = Clock::now() + k_per_address;
  while (Clock::now() < deadline) {
    pollfd wanted{descriptor, POLLOUT, 0};
    if (poll(&wanted, 1, k_tick_ms) > 0) return pending_error(descriptor);
    if (patience.tick) patience.tick();
  }
  return ETIMEDOUT;
}

}  // namespace

files::FileHandle connect_tcp(const std::string& host, std::uint16_t port, const Patience& patience) {
  const Addresses addresses = find_addresses(host, port, patience);
  int reason = EADDRNOTAVAIL;
  for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
    files::FileHandle descriptor(socket(
        address->ai_family, address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address->ai_protocol));
    if (!descriptor) continue;
    reason = connect_one(descriptor.get(), *address, patience);
    if (reason != 0) continue;
    make_watchful(descriptor.get());
    return descriptor;
  }
  throw Error(Kind::try_again,
              fmt::format("cannot connect to {} port {}: {}", errors::quoted(host), port,
                          std::generic_category().message(reason)),
              "run the same command again when the server is up; if it is, check the address and the port");
}

}  // namespace ctgan::host::transport
