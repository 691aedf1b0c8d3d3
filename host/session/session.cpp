#include "host/session/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/session/first_words.h"
#include "host/session/versions.h"

namespace ctgan::host::session {
namespace {

using errors::Error;
using errors::Kind;
using protocol::optional_text;
using protocol::text_field;

constexpr std::size_t k_read_bytes = 65536;

Error other_end(std::string sentence) {
  return {Kind::protocol, std::move(sentence), "make sure that both ends run the same version"};
}

Error from_server(const Json& message) {
  const Error error = errors::from_json(message);
  return {error.kind(), errors::visible(error.sentence()), errors::visible(error.hint())};
}

Login parse_login(const std::string& text) {
  if (text == "account") return Login::account;
  if (text == "key") return Login::key;
  if (text == "password") return Login::password;
  throw other_end(fmt::format("the server offers the unknown login {}", errors::quoted(text)));
}

std::vector<std::string> parse_commands(const Json& hello) {
  std::vector<std::string> commands;
  const auto found = hello.find("commands");
  if (found == hello.end() || !found->is_array()) throw other_end("the server's greeting lists no commands");
  for (const Json& command : *found) {
    if (command.is_string()) commands.push_back(command.get<std::string>());
  }
  return commands;
}

std::vector<std::string> warnings_of(const Json& message) {
  std::vector<std::string> warnings = protocol::optional_texts(message, "warnings");
  for (std::string& text : warnings) text = errors::visible(text);
  return warnings;
}

Greeting parse_greeting(const Json& hello) {
  if (text_field(hello, "type") != "hello") throw other_end("the server does not begin with its greeting");
  Greeting greeting;
  greeting.version = errors::visible(text_field(hello, "version"));
  check_versions(CTGAN_VERSION, greeting.version, protocol::count_field(hello, "protocol"));
  greeting.login = parse_login(text_field(hello, "login"));
  greeting.user = optional_text(hello, "user");
  if (greeting.user) greeting.user = errors::visible(*greeting.user);
  greeting.commands = parse_commands(hello);
  greeting.method = optional_text(hello, "method");
  greeting.warnings = warnings_of(hello);
  greeting.features = protocol::optional_texts(hello, "features");
  return greeting;
}

Job parse_job(const Json& answer) {
  Job job;
  job.id = errors::visible(text_field(answer, "job"));
  job.state = text_field(answer, "state");
  const auto result = answer.find("result");
  job.result = result != answer.end() && result->is_object() ? *result : Json::object();
  const auto error = answer.find("error");
  if (error != answer.end() && error->is_object()) job.error = from_server(*error);
  return job;
}

}  // namespace

Session::Session(transport::Transport& transport)
    : transport_(transport), channel_(transport.open(transport::Program::serve)), buffer_(k_read_bytes) {
  greet();
}

void Session::greet() {
  std::string noise;
  for (;;) {
    std::optional<std::string> line;
    try {
      line = read_line();
    } catch (const Error& error) {
      if (error.kind() != Kind::protocol) throw;
      refuse_silence(noise + lines_.rest().substr(0, protocol::k_noise_limit));
    }
    if (!line) refuse_silence(noise + lines_.rest());
    // Noise without a line end stands right before the magic.
    if (line->ends_with(protocol::k_magic)) break;
    noise += *line + "\n";
    if (noise.size() > protocol::k_noise_limit) refuse_silence(noise);
  }
  greeting_ = parse_greeting(read_message());
}

void Session::refuse_silence(const std::string& noise) {
  const std::optional<int> code = channel_->exit_code();
  throw explain_silence(transport_.place(), code, noise, channel_->error_text());
}

std::optional<std::string> Session::read_line() {
  for (;;) {
    if (auto line = lines_.next()) return line;
    const std::size_t got = channel_->read(buffer_);
    if (got == 0) return std::nullopt;
    lines_.feed({buffer_.data(), got});
  }
}

Json Session::read_message() {
  const auto line = read_line();
  if (line) return protocol::parse_message(*line);
  raise_end({Kind::try_again, fmt::format("{} ended the conversation", transport_.place()),
             "run the same command again"});
}

void Session::raise_end(const Error& error) {
  if (const auto own = last_words(channel_->exit_code(), channel_->error_text())) throw Error(*own);
  throw Error(error);
}

void Session::write(const std::string& line) {
  try {
    channel_->write(line);
  } catch (const Error& error) {
    if (error.kind() != Kind::try_again) throw;
    raise_end(error);
  }
}

std::uint64_t Session::send(std::string_view command, Json fields) {
  if (std::find(greeting_.commands.begin(), greeting_.commands.end(), command) == greeting_.commands.end()) {
    throw other_end(fmt::format("the server does not know the command {}", errors::quoted(command)));
  }
  fields["type"] = "request";
  fields["id"] = ++last_id_;
  fields["command"] = command;
  std::string line = protocol::format_message(fields);
  if (line.size() > protocol::k_line_limit) {
    throw Error(Kind::bad_data,
                fmt::format("the request {} is longer than a server reads", errors::quoted(command)),
                "say less of single columns: the server finds out most of it by itself");
  }
  write(line);
  secrets::wipe(line);
  return last_id_;
}

Json Session::await_answer(std::uint64_t id, const TakeEvent& take) {
  for (;;) {
    Json message = read_message();
    const std::string type = text_field(message, "type");
    if (type == "alive") continue;
    if (type == "error" && !message.contains("id")) throw from_server(message);
    if (protocol::count_field(message, "id") != id) throw other_end("the server answers another request");
    if (type == "error") throw from_server(message);
    if (type == "result") {
      for (const std::string& text : warnings_of(message))
        if (take_warning_) take_warning_(text);
      return message;
    }
    if (type == "event" && take) take(message);
  }
}

void Session::login(const std::string& user, const secrets::Secret& password) {
  Json fields{{"user", user}, {"password", std::string(password.view())}};
  greeting_.user = errors::visible(text_field(request_secret("login", fields), "user"));
}

Json Session::request_secret(std::string_view command, Json& fields) {
  const std::uint64_t id = send(command, fields);
  for (auto& value : fields)
    if (value.is_string()) secrets::wipe(value.get_ref<std::string&>());
  return await_answer(id, {});
}

Json Session::request(std::string_view command, const Json& fields, const TakeEvent& take) {
  return await_answer(send(command, fields), take);
}

void Session::read_list(std::string_view command, Json fields,
                        const std::function<bool(const Json& item)>& take) {
  for (;;) {
    const Json page = request(command, fields);
    const auto found = page.find("items");
    if (found == page.end() || !found->is_array()) throw other_end("the server's list has no items");
    for (const Json& item : *found) {
      if (!take(item)) return;
    }
    const auto next = page.find("next");
    if (next == page.end() || next->is_null() || found->empty()) return;
    fields["before"] = *next;
  }
}

std::vector<Json> Session::list(std::string_view command, const Json& fields) {
  std::vector<Json> items;
  read_list(command, fields, [&](const Json& item) {
    items.push_back(item);
    return true;
  });
  return items;
}

Json Session::find(std::string_view command, const Json& fields,
                   const std::function<bool(const Json& item)>& wanted) {
  Json found;
  read_list(command, fields, [&](const Json& item) {
    if (wanted(item)) found = item;
    return found.is_null();
  });
  return found;
}

Job Session::follow(const std::string& job, std::uint64_t after, const TakeEvent& take, bool all_users) {
  Json fields{{"job", job}, {"after", after}};
  if (all_users) fields["all_users"] = true;
  return parse_job(await_answer(send("job.follow", fields), take));
}

}  // namespace ctgan::host::session
