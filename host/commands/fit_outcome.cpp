#include "host/commands/fit_outcome.h"

#include <fmt/format.h>

#include <string>

#include "common/errors/error.h"
#include "common/protocol/message.h"

namespace ctgan::host::commands {
namespace {

using protocol::text_field;
using session::Json;

// Servers of before told the summary only.
std::string verdict_text(const Json& verdict) {
  const auto headline = verdict.find("headline");
  if (headline != verdict.end() && headline->is_string())
    return "Report: " + errors::visible(headline->get<std::string>());
  return fmt::format("Report, {}: {}", errors::visible(text_field(verdict, "summary")),
                     errors::visible(text_field(verdict, "sentence")));
}

// What the report says in a line, what to do about it, and how to see the rest.
void tell_report(progress::Progress& progress, const Json& result, Json& fields) {
  const auto verdict = result.find("verdict");
  if (verdict == result.end() || !verdict->is_object() || !result.contains("report")) return;
  fields["report"] = result["report"];
  fields["verdict"] = *verdict;
  progress.note("report", {{"report", result["report"]}, {"verdict", *verdict}}, verdict_text(*verdict));
  for (const Json& remedy : verdict->value("remedies", Json::array()))
    progress.note("remedy", remedy, errors::visible(text_field(remedy, "sentence")));
  // Who must not see it is said where it is told of.
  if (const auto notice = protocol::optional_text(*verdict, "notice"))
    progress.note("notice", {{"audience", verdict->value("audience", "")}}, errors::visible(*notice));
  const std::string model = text_field(result, "model");
  progress.note("page", {{"model", model}},
                fmt::format("'download --report {}' brings the page", errors::visible(model)));
}

// What a private fit promises, and what nobody has paid for.
void tell_privacy(progress::Progress& progress, const Json& result, Json& fields) {
  const auto privacy = result.find("privacy");
  if (privacy == result.end() || !privacy->is_object()) return;
  fields["privacy"] = *privacy;
  const Json leaks = privacy->value("not_protected", Json::array());
  progress.note(
      "privacy", *privacy,
      fmt::format(
          "Private: epsilon {:g}, delta {:g}, by {}{}", privacy->value("epsilon", 0.0),
          privacy->value("delta", 0.0), errors::visible(text_field(*privacy, "unit")),
          leaks.empty() ? "" : fmt::format("; {} facts of the rows were not protected", leaks.size())));
}

}  // namespace

void tell_outcome(progress::Progress& progress, const Json& result, Json& fields) {
  tell_privacy(progress, result, fields);
  tell_report(progress, result, fields);
}

}  // namespace ctgan::host::commands
