// A laptop whose server is a few lines of shell: it greets, keeps every request that it is asked, and gives the
// answers that a test wrote down, so that a test decides what a server says, whatever it is.
#pragma once

#include <fmt/format.h>
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/system/laptop.h"

namespace ctgan::tests {

using Json = nlohmann::json;

// What comes for one request: its events, then the answer. An answer with a "kind" is an error.
struct Reply {
  std::vector<Json> events = {};
  Json answer = Json::object();
};

inline Reply answered(Json answer) {
  return {{}, std::move(answer)};
}

inline Reply items(Json list) {
  return answered({{"items", std::move(list)}});
}

class ScriptedServer : public Laptop {
 public:
  // `greeting` is put over the usual one. Behind the last reply the server waits until nobody listens any more.
  explicit ScriptedServer(const std::vector<Reply>& replies = {}, const Json& greeting = Json::object()) {
    Json hello{{"type", "hello"},    {"version", "0.1.9"}, {"protocol", 1},
               {"login", "account"}, {"user", "me"},       {"commands", commands()}};
    hello.update(greeting);
    std::string script =
        "#!/bin/sh\n[ \"$1\" = serve ] || exit 1\n" + printed("CTGAN-SERVER 1\n" + hello.dump());
    int id = 0;
    for (const Reply& reply : replies) {
      ++id;
      std::string lines;
      int seq = 0;
      for (Json event : reply.events) {
        event.update({{"type", "event"}, {"id", id}, {"seq", ++seq}});
        lines += event.dump() + "\n";
      }
      Json answer = reply.answer;
      answer.update({{"type", answer.contains("sentence") ? "error" : "result"}, {"id", id}});
      script += k_keep + printed(lines + answer.dump());
    }
    script += k_keep;
    const auto program = home() / "ctgan-server";
    std::ofstream(program) << script;
    chmod(program.c_str(), 0755);
    std::ofstream(home() / ".config/ctgan/settings.json")
        << Json{{"server_program", program.string()}}.dump();
  }

  // What it was asked, without what every request has.
  std::vector<Json> asked() const {
    std::vector<Json> requests;
    std::ifstream file(home() / "asked");
    for (std::string line; std::getline(file, line);) {
      Json request = Json::parse(line);
      request.erase("type");
      request.erase("id");
      requests.push_back(std::move(request));
    }
    return requests;
  }

 private:
  static Json commands() {
    return {"whoami",        "password.change", "models.list",    "models.delete",   "data.list",
            "data.delete",   "inbox.list",      "inbox.delete",   "job.list",        "job.show",
            "job.find",      "job.follow",      "job.cancel",     "job.retry",       "fit.submit",
            "fit.plan",      "sample.submit",   "evaluate",       "users.list",      "users.show",
            "users.add",     "users.remove",    "users.password", "users.limit",     "users.lock",
            "users.unlock",  "users.role",      "users.revoke",   "users.authorize", "upload.open",
            "upload.ticket", "upload.close",    "budget.list",    "budget.show",     "budget.set"};
  }
  static std::string printed(const std::string& text) { return "cat <<'END'\n" + text + "\nEND\n"; }

  // A host that leaves ends it.
  static constexpr const char* k_keep =
      "read -r line || exit 0\nprintf '%s\\n' \"$line\" >> \"$HOME/asked\"\n";
};

// That it ended so, said so and gave nothing out.
inline void check_refused(const Outcome& outcome, int code, const std::string& words) {
  INFO(outcome);
  CHECK(outcome.code == code);
  CHECK_THAT(outcome.err, Catch::Contains(words));
  CHECK(outcome.out.empty());
}

}  // namespace ctgan::tests
