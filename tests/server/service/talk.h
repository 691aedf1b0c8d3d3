// A conversation with the service over pipes: the service runs in a thread with its own connection to the
// store, the test speaks as a host would.
#pragma once

#include <unistd.h>

#include <array>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "common/errors/error.h"
#include "server/accounts/allowance.h"
#include "server/service/conversation.h"
#include "tests/server/fresh_store.h"
#include "tests/server/jobs/told_runner.h"

namespace ctgan::tests {

// Both ends of a pipe.
struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
    read_end = files::FileHandle(ends[0]);
    write_end = files::FileHandle(ends[1]);
  }
  files::FileHandle read_end, write_end;
};

class Talk {
 public:
  using Json = server::service::Json;
  using LoginKind = server::service::LoginKind;

  Talk(FreshStore& fresh, LoginKind login, std::optional<std::string> user,
       std::chrono::milliseconds alive = std::chrono::hours(1), const server::service::Engine& engine = {})
      : service_([this, &fresh, login, user = std::move(user), alive, engine] {
          run(fresh, login, user, alive, engine);
        }) {
    magic = read_line();
    hello = Json::parse(read_line());
  }
  Talk(FreshStore& fresh, const std::string& user, const server::service::Engine& engine = {})
      : Talk(fresh, LoginKind::key, user, std::chrono::hours(1), engine) {}
  ~Talk() { end(); }
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;

  void send(std::string_view bytes) { files::DescriptorSink(to_.write_end.get()).write(bytes); }
  // Empty at the end of the stream.
  std::string read_line() {
    std::string line;
    char byte = 0;
    while (::read(from_.read_end.get(), &byte, 1) == 1 && byte != '\n') line += byte;
    return line;
  }
  Json read() { return Json::parse(read_line()); }
  // The answer to a request with the next id; events and alive lines before it are left out.
  Json ask(const std::string& command, Json fields = Json::object()) {
    fields.update({{"type", "request"}, {"id", ++last_id_}, {"command", command}});
    send(fields.dump() + "\n");
    for (;;) {
      Json answer = read();
      if (answer.at("type") != "event" && answer.at("type") != "alive") return answer;
    }
  }
  // Closes our side and waits for the service; what it threw, if it did.
  std::optional<errors::Error> end() {
    to_.write_end.close();
    if (service_.joinable()) service_.join();
    return thrown_;
  }

  std::string magic;
  Json hello;

 private:
  void run(FreshStore& fresh, LoginKind login, const std::optional<std::string>& user,
           std::chrono::milliseconds alive, const server::service::Engine& engine) {
    try {
      const auto store = fresh.open();
      const auto settings = server::settings::read_settings(store->layout().settings());
      // Starts nothing: who submits and who works are tested apart.
      Told told;
      told.sight.whereabouts = server::jobs::Whereabouts::waiting;
      server::jobs::JobBook jobs(*store, std::make_unique<ToldRunner>(told),
                                 {.kept_for_samples = settings.limits.kept_for_samples});
      server::accounts::bound_uploads(*store, settings);
      server::accounts::bound_jobs(jobs, *store, settings);
      server::audit::Trail trail(server::audit::AuditLog(store->layout().audit()), store->clock(),
                                 {"", "10.0.0.7", "SHA256:talk"});
      server::service::ControlChannel channel(to_.read_end.get(), from_.write_end.get(),
                                              std::chrono::seconds(settings.limits.idle_seconds));
      server::service::Session session(*store, jobs, settings, channel, trail, login, user);
      session.set_engine(engine);
      server::service::converse(session, alive);
    } catch (const errors::Error& error) {
      thrown_ = error;
    }
    to_.read_end.close();
    from_.write_end.close();
  }

  Pipe to_, from_;
  std::optional<errors::Error> thrown_;
  int last_id_ = 0;
  std::thread service_;
};

}  // namespace ctgan::tests
