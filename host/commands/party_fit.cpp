#include "host/commands/party_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "common/errors/error.h"
#include "common/files/names.h"
#include "common/joins/party_name.h"
#include "host/commands/asked_limits.h"
#include "host/commands/connection.h"
#include "host/commands/party_command.h"
#include "host/commands/party_source.h"
#include "host/commands/pending_submission.h"
#include "host/session/upload.h"
#include "host/table_files/typed_table.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using session::Json;

class PartyFit {
 public:
  explicit PartyFit(const FitFlags& flags)
      : flags_(flags),
        context_(flags.shared),
        parties_(parties_of(flags.parties, flags.job_file_parties)),
        method_(private_method(flags)),
        options_(options::check(method_, parse_options(method_, flags.options))),
        limits_(flags.threads, flags.minutes) {
    refuse_flags();
  }

  void run() {
    Connection connection(flags_.shared, context_);
    connection.log_in();
    require_parties(connection);
    limits_.require_known(connection);
    const PartySource* own = own_party(connection);
    check_sources(own);
    const Json fields = request();
    PendingSubmission waiting(submissions_folder(),
                              {{"server", connection.transport().place()},
                               {"user", connection.session().greeting().user.value_or("")},
                               {"fit", fields}},
                              0);
    Json sent = fields;
    limits_.add_to(sent);
    sent["request_id"] = waiting.request_id();
    const std::string job = protocol::text_field(connection.session().request("fit.submit", sent), "job");
    context_.progress().note("job", {{"job", job}}, fmt::format("Job {}", job));
    if (own != nullptr && !own->text.empty()) give_own(connection, job, own->text, waiting);
    waiting.answered();
    tell_next(job);
    context_.progress().answer({{"job", job}}, errors::visible(job));
  }

 private:
  static const options::Method& private_method(const FitFlags& flags) {
    std::string name = flags.method;
    if (name.empty()) name = settings::configured_method(settings_flags(flags.shared)).value_or("");
    if (!name.empty()) {
      const options::Method& method = options::find_method(name);
      if (method.is_private) return method;
    }
    throw Error(Kind::usage,
                name.empty()
                    ? std::string("a fit of several parties needs a method")
                    : fmt::format("the method {} promises the parties nothing", errors::quoted(name)),
                "a fit of several parties takes a private one: '--method swift'");
  }

  // A table that was refused is given for the same job by the same command, once it is mended; unless that has ended.
  void give_own(Connection& connection, const std::string& job, const std::string& source,
                PendingSubmission& waiting) {
    try {
      give_table(connection, context_, job, source, flags_.table);
    } catch (const Error& error) {
      if (error.kind() == Kind::usage) waiting.answered();
      throw;
    }
  }

  // What reads the rows for one who is not to know them, and what follows a job that waits for others.
  void refuse_flags() const {
    const std::array<std::pair<bool, const char*>, 16> not_taken{
        {{!flags_.source.empty(), "FILE"},
         {flags_.plan, "--plan"},
         {!flags_.attach.empty(), "--attach"},
         {flags_.if_changed, "--if-changed"},
         {!flags_.like.empty(), "--like"},
         {!flags_.keep_last.empty(), "--keep-last"},
         {!flags_.checkpoint.empty(), "--checkpoint"},
         {!flags_.held_out.empty(), "--held-out"},
         {!flags_.judge.keys.empty(), "--keys"},
         {!flags_.judge.target.empty(), "--target"},
         {!flags_.judge.purpose.empty(), "--purpose"},
         {!flags_.rules.row_rules.empty(), "--rule"},
         {!flags_.keep_combinations.empty(), "--keep-combinations"},
         {!flags_.domain_leaks.empty(), "--allow-domain-leak"},
         {!flags_.report.empty(), "--report"},
         {flags_.no_report, "--no-report"}}};
    for (const auto& [given, flag] : not_taken)
      if (given)
        throw Error(Kind::usage, fmt::format("a fit of several parties takes no '{}'", flag), "leave it out");
  }

  static void require_parties(Connection& connection) {
    const auto& known = connection.session().greeting().commands;
    if (std::find(known.begin(), known.end(), "party.give") != known.end()) return;
    throw Error(Kind::unavailable,
                fmt::format("ctgan-server {} over there knows no fits of several parties",
                            connection.session().greeting().version),
                "have it updated");
  }

  const PartySource* own_party(Connection& connection) const {
    const std::string user = connection.session().greeting().user.value_or("");
    const auto own = std::find_if(parties_.begin(), parties_.end(),
                                  [&](const PartySource& party) { return party.user == user; });
    return own == parties_.end() ? nullptr : &*own;
  }

  void check_sources(const PartySource* own) const {
    for (const PartySource& party : parties_) {
      if (party.text.empty() || !party.source().inbox.empty()) continue;
      if (&party != own)
        throw Error(Kind::usage,
                    fmt::format("the table of {} is not yours to send", errors::quoted(party.name)),
                    fmt::format("'--party {}=inbox:FILE' says which file of its inbox is meant", party.name));
      const std::filesystem::path file = party.source().file;
      if (!table_files::typed_source(file.string())) session::check_source(file);
    }
    const bool says_columns = !flags_.table.metadata.empty() || !flags_.table.columns.empty();
    if (says_columns && (own == nullptr || own->text.empty()))
      throw Error(Kind::usage,
                  "'--metadata', or a job file's 'domain', says what the columns of your own table are, and "
                  "none is given",
                  "each party declares its own: 'manage party give JOB FILE --metadata METADATA.json'");
  }

  Json request() const {
    Json parties = Json::array();
    std::string name;
    for (const PartySource& party : parties_) {
      Json one{{"name", party.name}, {"user", party.user}};
      if (const std::string file = party.file_name(); !file.empty()) one["file"] = file;
      parties.push_back(std::move(one));
      name += (name.empty() ? "" : "-") + party.name;
    }
    const std::string stem = files::safe_stem(flags_.name.empty() ? name : flags_.name);
    return {{"parties", std::move(parties)},
            {"join", flags_.join.empty() ? std::string(joins::k_default_key) : flags_.join},
            {"method", method_.name},
            {"options", options_.to_json()},
            {"name", stem},
            {"report", false},
            {"dataset", flags_.dataset.empty() ? stem : flags_.dataset}};
  }

  void tell_next(const std::string& job) {
    std::string names;
    for (const PartySource& party : parties_) names += (names.empty() ? "" : ", ") + party.name;
    context_.progress().note(
        "parties", {{"job", job}},
        fmt::format("The job waits for {}: each gives its table by 'manage party give {}' and "
                    "agrees by 'manage party confirm {}'; 'fit --attach {}' follows it",
                    names, job, job, job));
  }

  const FitFlags& flags_;
  CommandContext context_;
  std::vector<PartySource> parties_;
  const options::Method& method_;
  options::Values options_;
  AskedLimits limits_;
};

}  // namespace

void fit_of_parties(const FitFlags& flags) {
  PartyFit(flags).run();
}

}  // namespace ctgan::host::commands
