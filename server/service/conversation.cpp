#include "server/service/conversation.h"

#include <fmt/format.h>

#include "common/errors/error.h"
#include "common/secrets/secret.h"
#include "server/service/requests.h"
#include "server/store/transfer_mark.h"

namespace ctgan::server::service {
namespace {

using errors::Error;

Json greeting(Session& session) {
  Json commands = Json::array();
  for (const RequestRow& row : request_table()) commands.push_back(row.name);
  return {{"type", "hello"},
          {"version", CTGAN_VERSION},
          {"protocol", protocol::k_version},
          {"login", login_name(session.login())},
          {"user", session.logged_in() ? Json(session.user()) : Json()},
          {"method", session.settings().method},
          {"commands", std::move(commands)},
          {"features",
           {protocol::k_checkpoint_feature, protocol::k_private_report_feature,
            protocol::k_accounting_feature, protocol::k_job_limits_feature}}};
}

Json error_answer(const Error& error) {
  Json answer = errors::to_json(error);
  answer["type"] = "error";
  return answer;
}

// A field of the result, else of the request.
std::string subject_of(const RequestRow& row, const Json& request, const Json& answer) {
  std::string subject;
  for (const std::string_view key : row.subject) {
    for (const Json* message : {&answer, &request}) {
      const auto found = key.empty() ? message->end() : message->find(key);
      if (found == message->end() || !found->is_string()) continue;
      subject += (subject.empty() ? "" : " ") + found->get<std::string>();
      break;
    }
  }
  return subject;
}

Json handled(Session& session, const RequestRow& row, Json& request) {
  if (row.audit == RequestRow::Audit::no) return row.handle(session, request);
  const std::string what(row.name);
  try {
    Json answer = row.handle(session, request);
    session.trail().note({what, subject_of(row, request, answer), {}});
    return answer;
  } catch (...) {
    Error error = errors::describe(std::current_exception());
    if (row.audit == RequestRow::Audit::without_words) error = Error(error.kind(), "failed");
    session.trail().note_failed({what, subject_of(row, request, Json::object()), {}}, error);
    throw;
  }
}

void add_warnings(Session& session, Json& message) {
  const std::vector<std::string> warnings = session.take_warnings();
  if (!warnings.empty()) message["warnings"] = warnings;
}

Json answer_to(Session& session, Json& request, std::uint64_t id) {
  const RequestRow& row = find_request(protocol::text_field(request, "command"));
  if (row.needs_login) session.check_user();
  Json answer = handled(session, row, request);
  answer.update({{"type", "result"}, {"id", id}});
  add_warnings(session, answer);
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
  Json hello = greeting(session);
  add_warnings(session, hello);
  channel.write(hello);
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
