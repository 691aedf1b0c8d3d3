// The built ctgan-server with a data root of its own, run as a user, as sshd and as a host would run it.
#pragma once

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/files/checksum.h"
#include "common/files/descriptor.h"
#include "common/files/file.h"
#include "common/process/child_process.h"
#include "common/protocol/scp_records.h"
#include "tests/catch.h"
#include "tests/files_under.h"
#include "tests/memory_streams.h"
#include "tests/run_program.h"
#include "tests/temporary_folder.h"

namespace ctgan::tests {

class ServerProgram {
 public:
  using Json = nlohmann::json;

  // A request to one connection after another.
  class Connection {
   public:
    explicit Connection(const std::vector<std::string>& argv) : child_(argv), in_(child_.output()) {
      magic = read_line();
      hello = Json::parse(read_line(), nullptr, false);
    }
    Json ask(const std::string& command, Json fields = Json::object()) {
      fields.update({{"type", "request"}, {"id", ++last_id_}, {"command", command}});
      files::DescriptorSink(child_.input()).write(fields.dump() + "\n");
      for (;;) {
        Json answer = Json::parse(read_line());
        if (answer.at("type") == "event") events.push_back(answer);
        if (answer.at("type") == "result" || answer.at("type") == "error") return answer;
      }
    }
    process::ChildProcess& child() { return child_; }
    process::ExitState end() {
      child_.close_input();
      return child_.wait();
    }

    std::string magic;
    Json hello;
    std::vector<Json> events;

   private:
    std::string read_line() {
      std::string line;
      char byte = 0;
      while (in_.read({&byte, 1}) == 1 && byte != '\n') line += byte;
      return line;
    }

    process::ChildProcess child_;
    files::DescriptorSource in_;
    int last_id_ = 0;
  };

  ServerProgram() {
    // A test that is run over ssh is no forced command.
    unsetenv("SSH_CONNECTION");
    unsetenv("SSH_ORIGINAL_COMMAND");
  }

  std::filesystem::path root() const { return folder_ / "root"; }
  std::filesystem::path folder() const { return folder_.path(); }
  std::vector<std::string> argv(const std::vector<std::string>& arguments) const {
    std::vector<std::string> all{bin("ctgan-server"), "--root", root().string()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
  }
  Outcome run(const std::vector<std::string>& arguments, const std::string& input = {},
              const std::vector<std::string>& environment = {}) const {
    Surroundings around;
    around.folder = folder();
    around.environment = environment;
    around.environment.push_back("HOME=" + folder().string());
    around.input = input;
    return run_program(argv(arguments), around);
  }
  // As sshd runs a forced command.
  Outcome forced(const std::string& user, const std::string& original, const std::string& input = {}) const {
    return run({"serve", "--user", user}, input,
               {"SSH_CONNECTION=1 2 3 4", "SSH_ORIGINAL_COMMAND=" + original});
  }
  Connection connect(const std::string& user) const { return Connection(argv({"serve", "--user", user})); }

  // A shared store with these users, each known by a key.
  void make_shared(const std::vector<std::string>& users) const {
    REQUIRE(run({"init", "--shared"}).code == 0);
    for (const std::string& user : users) REQUIRE(run({"user", "add", user}).code == 0);
  }

  // Sends a table as a host does and returns the upload's id.
  std::string upload(Connection& connection, const std::string& name, const std::string& content) const {
    const Json opened = connection.ask(
        "upload.open", {{"name", name}, {"bytes", content.size()}, {"sha256", files::sha256_of(content)}});
    const std::string id = opened.at("upload");
    process::ChildProcess transfer(argv({"transfer"}));
    files::DescriptorSource in(transfer.output());
    files::DescriptorSink out(transfer.input());
    out.write(
        connection.ask("upload.ticket", {{"upload", id}, {"offset", 0}}).at("ticket").get<std::string>() +
        "\n");
    MemorySource source(content, 65536);
    protocol::send_file(in, out, {name, content.size()}, source, {});
    transfer.close_input();
    REQUIRE(transfer.wait().code == 0);
    REQUIRE(connection.ask("upload.close", {{"upload", id}}).at("sha256") == files::sha256_of(content));
    return id;
  }
  std::string download(Connection& connection, const std::string& shelf, const std::string& name) const {
    process::ChildProcess transfer(argv({"transfer"}));
    files::DescriptorSource in(transfer.output());
    files::DescriptorSink out(transfer.input());
    const Json granted = connection.ask("download.ticket", {{"store", shelf}, {"name", name}, {"offset", 0}});
    out.write(granted.at("ticket").get<std::string>() + "\n");
    MemorySink sink;
    const auto record = protocol::receive_record(in, out);
    REQUIRE(record.has_value());
    protocol::receive_content(in, out, *record, sink, {});
    protocol::acknowledge(out);
    transfer.close_input();
    REQUIRE(transfer.wait().code == 0);
    return sink.content;
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace ctgan::tests
