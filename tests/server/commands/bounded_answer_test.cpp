// What is worked out for a client that waits: bounded in time, memory and the client's life.
#include <fstream>
#include <thread>

#include "tests/command_line_of.h"
#include "tests/server/commands/server_program.h"

namespace ctgan::server::commands {

using tests::ServerProgram;
using Json = nlohmann::json;

namespace {

ServerProgram::Json plan_of(std::size_t columns, std::uint64_t batch) {
  return {{"method", "ctgan"},
          {"options", {{"batch_size", batch}}},
          {"rows", 1'000'000},
          {"categories", std::vector<std::uint64_t>(columns, 0)}};
}

// Processes of this program that answer something.
int answering() {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string line = tests::command_line_of(entry.path());
    count +=
        line.find("ctgan-server") != std::string::npos && line.find("answer") != std::string::npos ? 1 : 0;
  }
  return count;
}

void set_limits(const ServerProgram& server, const std::string& limits) {
  files::write_file(server.root() / "settings.json", "{\"limits\": " + limits + "}",
                    files::AtomicFile::IfExists::replace);
}

}  // namespace

TEST_CASE("a plan for thousands of columns or rows a batch comes soon, and asks for more than a small one",
          "[fault:35]") {
  const ServerProgram server;
  ServerProgram::Connection connection(
      {tests::bin("ctgan-server"), "--root", server.root().string(), "serve"});
  const Json small = connection.ask("fit.plan", plan_of(3, 500));
  REQUIRE(small.at("type") == "result");
  for (const Json& large : {plan_of(20'000, 500), plan_of(3, 1'000'000)}) {
    const Json answer = connection.ask("fit.plan", large);
    INFO(answer.dump());
    REQUIRE(answer.at("type") == "result");
    CHECK(answer.at("memory_bytes") > small.at("memory_bytes"));
    CHECK(answer.at("seconds").get<double>() > 0);
  }
}

TEST_CASE(
    "an answer that takes longer than the settings say, or more memory, is refused by that bound's name",
    "[fault:11]") {
  const ServerProgram server;
  REQUIRE(server.run({"init"}).code == 0);
  const auto refusal = [&](const std::string& limits) {
    set_limits(server, limits);
    ServerProgram::Connection connection(
        {tests::bin("ctgan-server"), "--root", server.root().string(), "serve"});
    return connection.ask("fit.plan", plan_of(20, 500));
  };
  const Json late = refusal(R"({"plan_seconds": 1})");
  CHECK(late.at("kind") == "unavailable");
  CHECK_THAT(late.at("hint").get<std::string>(), Catch::Contains("limits.plan_seconds"));
  const Json large = refusal(R"({"answer_bytes": 1000000})");
  CHECK(large.at("kind") == "unavailable");
  CHECK_THAT(large.at("hint").get<std::string>(), Catch::Contains("limits.answer_bytes"));
}

TEST_CASE("nobody works on for a client that has left", "[fault:6]") {
  const ServerProgram server;
  {
    process::ChildProcess child({tests::bin("ctgan-server"), "--root", server.root().string(), "serve"});
    Json request = plan_of(200, 500);
    request.update({{"type", "request"}, {"id", 1}, {"command", "fit.plan"}});
    files::DescriptorSink(child.input()).write(request.dump() + "\n");
    for (int i = 0; i < 500 && answering() == 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    CHECK(answering() == 1);
  }
  for (int i = 0; i < 200 && answering() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(answering() == 0);
}

}  // namespace ctgan::server::commands
