// A data channel over pipes: the service runs in a thread with its own connection to the store, the test is
// the other end.
#pragma once

#include <functional>
#include <optional>
#include <thread>

#include "common/errors/error.h"
#include "common/files/descriptor.h"
#include "server/service/transfer.h"
#include "tests/server/fresh_store.h"
#include "tests/server/service/talk.h"

namespace ctgan::tests {

class Wire {
 public:
  using Service = std::function<void(server::store::Store&, server::service::PatientSource&, files::ByteSink&,
                                     server::audit::Trail&)>;

  Wire(FreshStore& fresh, Service service) : in(from_.read_end.get()), out(to_.write_end.get()) {
    thread_ = std::thread([this, &fresh, service = std::move(service)] { run(fresh, service); });
  }
  ~Wire() { end(); }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // Closes our side and waits for the service; what it threw, if it did.
  std::optional<errors::Error> end() {
    to_.write_end.close();
    if (thread_.joinable()) thread_.join();
    return thrown_;
  }
  // Everything that the service still has to say.
  std::string rest() {
    std::string text;
    char buffer[4096];
    while (const std::size_t got = in.read(buffer)) text.append(buffer, got);
    return text;
  }

 private:
  void run(FreshStore& fresh, const Service& service) {
    try {
      const auto store = fresh.open();
      server::service::PatientSource source(to_.read_end.get());
      files::DescriptorSink sink(from_.write_end.get());
      server::audit::Trail trail(server::audit::AuditLog(store->layout().audit()), store->clock(),
                                 {"", "10.0.0.7", ""});
      service(*store, source, sink, trail);
    } catch (const errors::Error& error) {
      thrown_ = error;
    }
    to_.read_end.close();
    from_.write_end.close();
  }

  Pipe to_, from_;

 public:
  files::DescriptorSource in;  // what the service says
  files::DescriptorSink out;   // what we say

 private:
  std::optional<errors::Error> thrown_;
  std::thread thread_;
};

}  // namespace ctgan::tests
