// How bytes reach ctgan-server: over SSH, or through the pipes of a child process. An implementation must
// pass tests/host/transport/transport_suite.h; open_transport.h has the list of them.
//
//     std::unique_ptr<Transport> transport = open_transport(settings, console, patience);
//     std::unique_ptr<Channel> channel = transport->open(Program::serve);
//
// A transport, its channels and everything that waits on them belong to one thread. No wait lasts for ever:
// each calls the tick several times a second, and ends with Error(try_again) when the other end is silent for
// too long.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"

namespace ctgan::host::transport {

// What is started on the other side; each is one word of ctgan-server's command line.
enum class Program { serve, transfer };

struct Patience {
  // Without a byte for so long the connection counts as lost.
  std::chrono::milliseconds silence = std::chrono::seconds(60);
  // Called while waiting; what it throws (Ctrl-C) ends the wait.
  std::function<void()> tick;
};

// The standard streams of a running program, 8-bit clean. Must not outlive its transport.
class Channel : public files::ByteSource, public files::ByteSink {
 public:
  // read() gives 0 once the program has closed its output. read() and write() throw Error(try_again) when the
  // connection is lost, the program has gone, or the other end is silent for too long.

  // The program reads the end of its input.
  virtual void close_write() = 0;
  // The first 8 KiB of what the program has written to its standard error; the rest is read and dropped.
  virtual const std::string& error_text() const = 0;
  // To be called after read() gave 0: the exit status, or empty for a signal or when it does not come in
  // time.
  virtual std::optional<int> exit_code() = 0;
};

// An account over there whose shell runs what we say: where ctgan-server can be put.
class RemoteAccount {
 public:
  RemoteAccount() = default;
  RemoteAccount(const RemoteAccount&) = delete;
  RemoteAccount& operator=(const RemoteAccount&) = delete;
  virtual ~RemoteAccount() = default;

  // Runs the words in the account's home folder. Whatever its shell is, it takes them as they are: Error(internal) for
  // words of more than letters, digits and '._/=-'. Status 127 means that there is no such program.
  virtual std::unique_ptr<Channel> run(const std::vector<std::string>& words) = 0;
  // "ctgan@big.example.org:22".
  virtual const std::string& name() const = 0;
  // What open() starts from now on instead of the ctgan-server in the PATH over there.
  virtual void use_program(const std::string& program) = 0;
};

class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  // Several channels may be open at once.
  virtual std::unique_ptr<Channel> open(Program program) = 0;
  // Ticks, and answers the other end's signs of life; to be called now and then while something else takes
  // its time.
  virtual void tend() = 0;
  // For messages: "this machine" or "'big.example.org'".
  virtual const std::string& place() const = 0;
  // Null on this machine.
  virtual RemoteAccount* account() { return nullptr; }
  // The account over there, "ctgan@big.example.org"; empty for this machine.
  virtual std::string address() const = 0;
};

}  // namespace ctgan::host::transport
