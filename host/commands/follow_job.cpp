#include "host/commands/follow_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "common/errors/error.h"
#include "common/errors/withheld.h"
#include "common/table/metadata.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using protocol::count_field;
using protocol::text_field;
using session::Json;

// The recent past weighs more: an epoch's time changes with what else the machine does.
constexpr double k_newest_weight = 0.3;

// In the order in which they are told. A loss that is not here is told by its own name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> k_losses = {{
    {"generator_loss", "Loss G"},
    {"discriminator_loss", "Loss D"},
    {"reconstruction_loss", "Loss R"},
    {"divergence_loss", "Loss KL"},
}};
constexpr std::string_view k_loss_suffix = "_loss";

struct NamedLoss {
  std::string key, label;
  double value;
};

// Every method has losses of its own: the fields of an epoch's event that end with "_loss".
std::vector<NamedLoss> losses_of(const Json& event) {
  std::vector<NamedLoss> losses;
  for (const auto& [key, label] : k_losses) {
    const auto found = event.find(key);
    if (found != event.end() && found->is_number())
      losses.push_back({std::string(key), std::string(label), found->get<double>()});
  }
  for (const auto& [key, value] : event.items()) {
    const bool known = std::any_of(losses.begin(), losses.end(),
                                   [&name = key](const NamedLoss& loss) { return loss.key == name; });
    if (known || !key.ends_with(k_loss_suffix) || !value.is_number()) continue;
    const std::string name = key.substr(0, key.size() - k_loss_suffix.size());
    losses.push_back({key, "Loss " + errors::visible(name), value.get<double>()});
  }
  return losses;
}

const Json& object_field(const Json& event, const char* key) {
  const auto found = event.find(key);
  if (found != event.end() && found->is_object()) return *found;
  throw Error(Kind::protocol, fmt::format("the field '{}' of an event must be an object", key));
}

double number_field(const Json& event, const char* key) {
  const auto found = event.find(key);
  if (found != event.end() && found->is_number()) return found->get<double>();
  throw Error(Kind::protocol, fmt::format("the field '{}' of an event must be a number", key));
}

class EventPrinter {
 public:
  EventPrinter(progress::Progress& progress, bool table_shown)
      : progress_(progress), table_shown_(table_shown) {}

  void tell(const Json& event) {
    const std::string name = text_field(event, "event");
    if (name == "state") tell_state(event);
    if (name == "queued") tell_queued(progress_, event);
    if (name == "waiting") tell_waiting(progress_, text_field(event, "text"));
    if (name == "delimiter") tell_delimiter(progress_, text_field(event, "delimiter"));
    if (name == "remark" && !table_shown_) tell_remark(progress_, text_field(event, "text"));
    if (name == "choice") tell_remark(progress_, text_field(event, "text"));
    if (name == "checkpoint" || name == "resumed") tell_checkpoint(name, event);
    if (name == "table" && !table_shown_) {
      tell_table(progress_, count_field(event, "rows"), object_field(event, "columns"),
                 event.value("more", Json::object()));
    }
    if (name == "rule" && !table_shown_) tell_rule(progress_, text_field(event, "text"));
    if (name == "protected" && !table_shown_)
      host::commands::tell_protected(progress_, table::protected_columns_from_json(event));
    if (name == "odd_cells" && !table_shown_) tell_odd_cells(progress_, text_field(event, "text"));
    if (name == "epoch") tell_epoch(event);
    if (name == "progress") tell_progress(event);
    if (name == "rows") tell_rows(event);
    if (name == "section") tell_section(progress_, event);
    if (name == "warning") {
      const std::string text = text_field(event, "text");
      progress_.note("warning", {{"text", text}}, "Warning: " + errors::visible(text));
    }
  }

 private:
  void tell_state(const Json& event) {
    const std::string state = text_field(event, "state");
    if (state == "done" && task_) task_->finish();
    if (state == "running") progress_.note("state", {{"state", state}}, "The job is running");
  }

  void tell_checkpoint(const std::string& name, const Json& event) {
    if (name == "resumed") seconds_.reset();
    Json fields = event;
    for (const char* key : {"type", "id", "seq", "event"}) fields.erase(key);
    progress_.note(name, fields, errors::visible(text_field(event, "text")));
  }

  void tell_epoch(const Json& event) {
    const std::uint64_t epoch = count_field(event, "epoch");
    const std::uint64_t epochs = count_field(event, "epochs");
    const double seconds = number_field(event, "seconds");
    // The first epoch's time holds the start-up.
    seconds_ =
        seconds_ && epoch > 2 ? (1 - k_newest_weight) * *seconds_ + k_newest_weight * seconds : seconds;
    const double left = *seconds_ * static_cast<double>(epochs > epoch ? epochs - epoch : 0);
    Json fields{{"epoch", epoch}, {"epochs", epochs}, {"seconds", seconds}, {"seconds_left", left}};
    std::string text = fmt::format("Epoch {}/{}", epoch, epochs);
    if (epoch < epochs) text += fmt::format(", {} left", progress::duration_text(left));
    for (const NamedLoss& loss : losses_of(event)) {
      fields[loss.key] = loss.value;
      text += fmt::format(", {}: {:.4f}", loss.label, loss.value);
    }
    progress_.status({"epoch", "epoch", std::move(fields), std::move(text), true});
  }

  void tell_progress(const Json& event) {
    const std::string stage = text_field(event, "stage");
    if (stage.empty()) return;
    const std::string unit = text_field(event, "unit");
    const std::uint64_t done = count_field(event, "done"), total = count_field(event, "total");
    std::string text = stage;
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    if (done > 0) text += fmt::format(", {} {}/{}", unit, done, total);
    progress_.status({"progress",
                      stage,
                      {{"stage", stage}, {"unit", unit}, {"done", done}, {"total", total}},
                      std::move(text),
                      false});
  }

  void tell_rows(const Json& event) {
    const std::uint64_t rows = count_field(event, "rows");
    const std::uint64_t of = count_field(event, "of");
    if (!task_)
      task_.emplace(progress_, progress::Task{"sample", "Drawing rows", progress::Unit::rows, of, 0});
    task_->update(rows);
  }

  progress::Progress& progress_;
  bool table_shown_;
  std::optional<double> seconds_;
  std::optional<progress::RunningTask> task_;
};

[[noreturn]] void raise_end(const session::Job& job) {
  if (job.state == "cancelled") {
    if (job.error) throw Error(Kind::job_cancelled, job.error->sentence(), job.error->hint());
    throw Error(Kind::job_cancelled, fmt::format("the job {} was cancelled", errors::quoted(job.id)));
  }
  if (job.state == "lost") {
    const std::string reason = job.error ? job.error->sentence() : "its worker died without a word";
    const std::string way_back = job.error ? job.error->hint() : std::string();
    throw Error(Kind::job_lost, fmt::format("the job {} was lost: {}", errors::quoted(job.id), reason),
                way_back.empty() ? fmt::format("'manage jobs retry {}' submits it again with the same table",
                                               errors::visible(job.id))
                                 : way_back);
  }
  if (job.error && job.error->kind() == errors::k_withheld) throw *job.error;
  const std::string reason = job.error ? job.error->sentence() : "the server does not say why";
  throw Error(Kind::job_failed, fmt::format("the job {} failed: {}", errors::quoted(job.id), reason),
              job.error ? job.error->hint() : "");
}

}  // namespace

session::Json follow_job(Connection& connection, progress::Progress& progress, const std::string& job,
                         const ComeBack& come_back, bool table_shown, bool all_users) {
  session::Job ended;
  try {
    EventPrinter printer(progress, table_shown);
    ended = connection.session().follow(
        job, 0, [&](const Json& event) { printer.tell(event); }, all_users);
  } catch (const Error& error) {
    if (error.kind() != Kind::try_again && error.kind() != Kind::interrupted) throw;
    throw Error(error.kind(), fmt::format("{}; the job {} goes on", error.sentence(), errors::quoted(job)),
                fmt::format("{}; 'manage jobs cancel {}' stops it", come_back, errors::visible(job)));
  }
  if (ended.state != "done") raise_end(ended);
  return ended.result;
}

void tell_queued(progress::Progress& progress, const nlohmann::json& event) {
  const std::uint64_t ahead = protocol::count_field(event, "ahead");
  const std::string limit = errors::visible(event.value("text", ""));
  std::string words = ahead == 0
                          ? "The job waits for another to end"
                          : fmt::format("The job waits; {} {} before it", ahead, ahead == 1 ? "is" : "are");
  if (!limit.empty()) words += ahead == 0 ? ": " + limit : "; " + limit;
  progress.note("queued", {{"ahead", ahead}, {"limit", limit}}, words);
}

void tell_waiting(progress::Progress& progress, const std::string& text) {
  progress.note("waiting", {{"text", text}}, "The job waits: " + errors::visible(text));
}

void tell_rule(progress::Progress& progress, const std::string& sentence) {
  progress.note("rule", {{"text", sentence}}, "Rule " + errors::visible(sentence));
}

void tell_delimiter(progress::Progress& progress, const std::string& delimiter) {
  progress.note("delimiter", {{"delimiter", delimiter}},
                fmt::format("Cells are separated by {}, as every line at the beginning shows",
                            delimiter == "\t" ? "tabs" : errors::quoted(delimiter)));
}

void tell_odd_cells(progress::Progress& progress, const std::string& sentence) {
  progress.note("odd_cells", {{"text", sentence}}, "Note: " + errors::visible(sentence));
}

void tell_remark(progress::Progress& progress, const std::string& text) {
  progress.note("remark", {{"text", text}}, errors::visible(text));
}

void tell_section(progress::Progress& progress, const Json& event) {
  const std::string section = text_field(event, "section");
  progress.status({"section", section, {{"section", section}}, "Judging " + section, false});
}

void tell_protected(progress::Progress& progress, const table::ProtectedColumns& hidden) {
  for (const std::string& line : table::protection_lines(hidden))
    progress.note("protected", table::to_json(hidden), line);
}

void tell_table(progress::Progress& progress, std::uint64_t rows, const Json& kinds, const Json& more) {
  std::size_t columns = 0;
  std::string text;
  for (const table::ColumnKind kind : table::k_all_kinds) {
    const auto found = kinds.find(table::kind_name(kind));
    if (found == kinds.end() || !found->is_array()) continue;
    std::string names;
    for (const Json& name : *found) {
      if (!names.empty()) names += ", ";
      names += name.is_string() ? errors::visible(name.get<std::string>()) : std::string("?");
    }
    columns += found->size();
    if (const auto count = more.find(table::kind_name(kind));
        count != more.end() && count->is_number_unsigned()) {
      columns += count->get<std::size_t>();
      names += fmt::format(" and {} more", count->get<std::size_t>());
    }
    text += fmt::format("; {}: {}", table::kind_name(kind), names);
  }
  progress.note("table", {{"rows", rows}, {"columns", kinds}},
                fmt::format("Table of {} rows, {} columns{}", rows, columns, text));
}

}  // namespace ctgan::host::commands
