// The other side of bounded_answer.h: one task from standard input, events and the result to standard output.
//
//   {"do":"fit.plan","request":{...}}
//   {"do":"party.check","request":{"path":P,"name":N,"party":N,"join":C,"table":{...}}}
//   {"do":"report.compare","request":{"root":R,"key_file":F,"user":U,"models":[...]}}
//   {"do":"sample.check","request":{"root":R,"key_file":F,"user":U,"model":M,"rows":N,"where":[...],...}}
//   {"do":"evaluate","request":{...},"original":{"path":P,"name":N,"dialect":D},"synthetic":...,"held_out":...,
//    "threads":4}
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <new>
#include <system_error>

#include "common/errors/error.h"
#include "common/files/descriptor.h"
#include "common/protocol/message.h"
#include "server/commands/commands.h"
#include "server/worker/compare_files.h"
#include "server/worker/compare_reports.h"
#include "server/worker/party_tables.h"
#include "server/worker/plan.h"
#include "server/worker/stored_model.h"

namespace ctgan::server::commands {
namespace {

using errors::Error;
using errors::Kind;
using nlohmann::json;
using service::TableFile;

void limit_memory(std::uint64_t bytes) {
  const rlimit limit{bytes, bytes};
  setrlimit(RLIMIT_AS, &limit);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

json read_task() {
  files::DescriptorSource in(STDIN_FILENO);
  protocol::LineBuffer lines;
  std::array<char, 65536> buffer{};
  for (;;) {
    if (const auto line = lines.next()) return protocol::parse_message(*line);
    const std::size_t got = in.read(buffer);
    if (got == 0) throw Error(Kind::protocol, "no task came");
    lines.feed({buffer.data(), got});
  }
}

TableFile file_of(const json& part) {
  return {protocol::text_field(part, "path"), protocol::text_field(part, "name"),
          table_formats::dialect_from_json(part.at("dialect"))};
}

json done(const json& task, const service::TellEvent& tell) {
  const json& request = task.at("request");
  const std::string what = protocol::text_field(task, "do");
  if (what == "fit.plan") return worker::plan_fit(request);
  if (what == "party.check") return worker::check_party(request);
  if (what == "sample.check") return worker::check_sample_terms(request);
  if (what == "report.compare") return worker::compare_reports(request);
  service::FilesToCompare files{file_of(task.at("original")), file_of(task.at("synthetic")), std::nullopt};
  if (task.contains("held_out")) files.held_out = file_of(task.at("held_out"));
  return worker::compare_uploads(request, files, tell, task.value("threads", 0));
}

json refusal(const Error& error) {
  json answer = errors::to_json(error);
  answer["type"] = "error";
  return answer;
}

Error too_large(std::uint64_t bytes) {
  return {Kind::unavailable,
          fmt::format("this needs more than the {:.1f} GB of memory that the server gives it",
                      static_cast<double>(bytes) / 1e9),
          "ask less of it; the administrator can raise 'limits.answer_bytes' in settings.json"};
}

json answer_to(const json& task, std::uint64_t bytes, const service::TellEvent& tell) {
  try {
    json answer = done(task, tell);
    answer["type"] = "result";
    return answer;
  } catch (const std::bad_alloc&) {
    return refusal(too_large(bytes));
  } catch (const std::system_error& error) {
    // A thread that finds no room for its stack.
    const bool room = error.code() != std::errc::resource_unavailable_try_again &&
                      error.code() != std::errc::not_enough_memory;
    return refusal(room ? errors::describe(std::current_exception()) : too_large(bytes));
  } catch (...) {
    return refusal(errors::describe(std::current_exception()));
  }
}

}  // namespace

Outcome answer(std::uint64_t bytes) {
  // Nobody waits for an answer whose server is gone.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  limit_memory(bytes);
  files::DescriptorSink out(STDOUT_FILENO);
  const json task = read_task();
  const json last = answer_to(task, bytes, [&out](json event) {
    event["type"] = "event";
    out.write(protocol::format_message(event));
  });
  out.write(protocol::format_message(last));
  return {};
}

}  // namespace ctgan::server::commands
