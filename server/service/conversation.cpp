#include "server/service/conversation.h"

#include <fmt/format.h>

#include "common/errors/error.h"
#include "common/secrets/secret.h"
#include "server/service/requests.h"
#include "server/store/transfer_mark.h"

namespace ctgan::server::service {
namespace {

using errors::Error;

Json greeting(const Session& session) {
  Json commands = Json::array();
  for (const RequestRow& row : request_table()) commands.push_back(row.name);
  return {{"type", "hello"},
          {"version", CTGAN_VERSION},
          {"protocol", protocol::k_version},
          {"login", login_name(session.login())},
          {"user", session.logged_in() ? Json(session.user()) : Json()},
          {"method", session.settings().method},
          {"commands", std::move(commands)},
          {"features", {protocol::k_checkpoint_feature}}};
}

Json error_answer(const Error& error) {
  Json answer = errors::to_json(error);
  answer["type"] = "error";
  return answer;
}

Json answer_to(Session& session, Json& request, std::uint64_t id) {
  const RequestRow& row = find_request(protocol::text_field(request, "command"));
  if (row.needs_login) session.check_user();
  Json answer = row.handle(session, request);
  answer.update({{"type", "result"}, {"id", id}});
  return answer;
}

// The id, or an Error(protocol) when the line is not a request at all.
std::uint64_t id_of(const Json& request) {
  if (protocol::text_field(request, "type") != "request") {
    throw Error(errors::Kind::protocol, "the other end sent a message that is not a request");
  }
  return protocol::count_field(request, "id");
}

// A host that sends or fetches a file is silent here meanwhile.
std::optional<std::string> next_line(Session& session) {
  try {
    return session.channel().read_line([&session] {
      return session.logged_in() && store::is_transferring(session.store().layout(), session.user());
    });
  } catch (const Error& error) {
    if (error.kind() == errors::Kind::try_again) session.channel().write(error_answer(error));
    throw;
  }
}

void answer(Session& session, std::string line) {
  Json request = protocol::parse_message(line);
  secrets::wipe(line);
  const std::uint64_t id = id_of(request);
  try {
    session.channel().write(answer_to(session, request, id));
  } catch (...) {
    Json refusal = error_answer(errors::describe(std::current_exception()));
    refusal["id"] = id;
    session.channel().write(refusal);
  }
}

}  // namespace

void converse(Session& session, std::chrono::milliseconds alive) {
  ControlChannel& channel = session.channel();
  channel.write_text(fmt::format("{}\n", protocol::k_magic));
  channel.write(greeting(session));
  try {
    while (auto line = next_line(session)) {
      const Alive beating(channel, alive);
      answer(session, *std::move(line));
    }
  } catch (const Error& error) {
    if (error.kind() == errors::Kind::protocol) channel.write(error_answer(error));
    throw;
  }
}

}  // namespace ctgan::server::service
