// ctgan-server as a child process of this one: the default when no server is configured.
#pragma once

#include <filesystem>

#include "host/transport/transport.h"

namespace ctgan::host::transport {

class LocalTransport : public Transport {
 public:
  // `program` is an absolute path; open() throws Error(unavailable) when it cannot be run.
  LocalTransport(std::filesystem::path program, Patience patience);

  std::unique_ptr<Channel> open(Program program) override;
  void tend() override;
  const std::string& place() const override { return place_; }
  std::string address() const override { return {}; }

 private:
  std::filesystem::path program_;
  Patience patience_;
  std::string place_ = "ctgan-server on this machine";
};

// ctgan-server in the folder of the running binary.
std::filesystem::path sibling_server();

}  // namespace ctgan::host::transport
