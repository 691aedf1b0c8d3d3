#include "host/commands/download_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/files/names.h"
#include "host/commands/command_line.h"
#include "host/commands/connection.h"
#include "host/commands/open_page.h"
#include "host/commands/output_place.h"
#include "host/commands/rows_at_home.h"
#include "host/commands/stored_files.h"
#include "host/session/download.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using session::Form;
using session::Json;

constexpr const char* k_sidecars = "sidecars";
constexpr const char* k_data = "data";
constexpr const char* k_pages = "reports";

struct DownloadFlags {
  SharedFlags shared;
  std::vector<std::string> names;
  bool list = false;
  bool models = false;
  bool report = false;
  bool open = false;
  std::string compare;  // names of models with commas; empty: not asked
  bool keep_gz = false, force = false;
  std::string format;
  std::string output = k_output_folder;
};

void declare(CLI::App& app, DownloadFlags& flags) {
  app.add_option("NAME", flags.names,
                 "synthetic tables by name; 'latest', or 'latest:NAME' for the newest one of that table")
      ->type_name("TABLE|MODEL");
  app.add_flag("--list", flags.list, "show what there is and fetch nothing")->group("Files");
  app.add_flag("--models", flags.models, "models with their sidecars instead of synthetic tables")
      ->group("Files");
  app.add_flag("--report", flags.report, "the reports of models: a page to look at, and the same as JSON")
      ->group("Files");
  app.add_option("--compare", flags.compare,
                 "with '--report', these models of one table side by side, on one page and as JSON")
      ->type_name("MODEL,MODEL")
      ->group("Files");
  app.add_flag("--open", flags.open, "with '--report', show the page in a browser ($BROWSER, else xdg-open)")
      ->group("Files");
  app.add_flag("--keep-gz", flags.keep_gz,
               "byte for byte what the server holds, instead of what zcat gives of it")
      ->group("Files");
  add_format_flag(app, flags.format, "Files");
  app.add_option("-o,--output", flags.output,
                 fmt::format("folder to write into; '-' writes one table to standard output, DATABASE:TABLE "
                             "into one of SQLite's [{}]",
                             k_output_folder))
      ->type_name("FOLDER")
      ->group("Files");
  add_force_flag(app, flags.force, "Files");
  add_shared_flags(app, flags.shared);
}

// One file to fetch.
struct Fetch {
  session::StoredFile from;
  std::filesystem::path to;
};

class Download {
 public:
  explicit Download(DownloadFlags& flags)
      : flags_(flags),
        context_(flags.shared),
        store_(flags.models || flags.report ? Store::models : Store::data) {}

  void run() {
    take_compared();
    if (flags_.names.empty() && !flags_.list && !context_.console().interactive()) {
      throw Error(Kind::usage, "no NAME was given",
                  "'download latest' takes the newest, 'download --list' shows all");
    }
    database_ = database_output(flags_.output, flags_.format, flags_.keep_gz, flags_.force);
    if (!database_) shape_ = row_shape(flags_.format, to_stdout() ? flags_.output : "", flags_.keep_gz);
    check_flags();
    Connection connection(flags_.shared, context_);
    connection.log_in();
    const std::vector<StoredItem> items = list_items(connection.session(), store_);
    if (flags_.list)
      return context_.progress().answer({{"items", items_json(items)}}, items_text(items, store_));
    if (!flags_.compare.empty()) return compare(connection, chosen(items));
    fetch(connection, fetches(chosen(items)));
  }

 private:
  bool to_stdout() const { return flags_.output == k_standard_output; }
  // Standard output and a table of a database take one.
  bool takes_one() const { return to_stdout() || database_; }
  [[noreturn]] static void refuse_several() {
    throw Error(Kind::usage, "this output takes one table", "give one NAME with '--output -' or a database");
  }

  // Their names, with commas between them, in the place of NAME.
  void take_compared() {
    if (flags_.compare.empty()) return;
    if (!flags_.report || flags_.list || !flags_.names.empty())
      throw Error(Kind::usage, "'--compare' names the models of '--report', and nothing else is fetched",
                  "'download --report --compare MODEL,MODEL'");
    for (std::size_t begin = 0; begin <= flags_.compare.size();) {
      const std::size_t comma = std::min(flags_.compare.find(',', begin), flags_.compare.size());
      flags_.names.push_back(flags_.compare.substr(begin, comma - begin));
      begin = comma + 1;
    }
    if (flags_.names.size() < 2)
      throw Error(Kind::usage, "a comparison is of several models, and one is named",
                  "'download --report --compare MODEL,MODEL'");
  }

  void check_flags() const {
    if (store_ == Store::models && (takes_one() || !flags_.format.empty())) {
      throw Error(Kind::usage,
                  fmt::format("'{}' and '{}' exclude each other", flags_.report ? "--report" : "--models",
                              takes_one() ? "--output " + flags_.output : "--format"),
                  "models and reports come as the server holds them");
    }
    if (flags_.open && (!flags_.report || flags_.list))
      throw Error(Kind::usage, "'--open' shows the page of '--report'", "'download --report latest --open'");
    if (flags_.list) return;
    if (!takes_one()) return check_folder(flags_.output);
    if (flags_.names.size() > 1) refuse_several();
  }

  std::vector<StoredItem> chosen(const std::vector<StoredItem>& items) const {
    std::vector<StoredItem> some;
    for (const std::string& word : flags_.names) some.push_back(find_item(items, word, store_));
    if (!flags_.names.empty()) return some;
    if (items.empty())
      throw Error(Kind::no_input, items_text(items, store_), "'sample MODEL -n ROWS' makes a table");
    const console::Choices choices = show_choices(context_.console(), items, store_);
    const console::Question question{
        .prompt = "Files (1,2 or 2-4 or all)", .what = "NAME", .remedy = "name them: 'download NAME...'"};
    for (const std::size_t choice : context_.console().choose_several(question, choices)) {
      some.push_back(items[choice]);
    }
    return some;
  }

  std::vector<Fetch> fetches(const std::vector<StoredItem>& items) const {
    const std::filesystem::path folder = flags_.output;
    std::vector<Fetch> list;
    for (const StoredItem& item : items) {
      if (flags_.report) {
        for (const auto& [store, name] : {std::pair{k_pages, files::report_name(item.name)},
                                          std::pair{"evaluations", files::evaluation_name(item.name)}})
          list.push_back({{store, name}, folder / name});
      } else if (store_ == Store::models) {
        const std::string sidecar = files::sidecar_name(item.name);
        list.push_back({{"models", item.name}, folder / item.name});
        list.push_back({{k_sidecars, sidecar}, folder / sidecar});
      } else {
        list.push_back({{k_data, item.name}, takes_one() ? folder : folder / home_name(item.name, shape_)});
      }
    }
    return list;
  }

  void fetch(Connection& connection, const std::vector<Fetch>& list) {
    if (takes_one() && list.size() != 1) refuse_several();
    if (!takes_one()) {
      make_folder(flags_.output);
      for (const Fetch& fetch : list) session::check_target(target(fetch));
    }
    Json files = Json::array();
    std::string text;
    std::vector<std::string> missing;
    for (const Fetch& fetch : list) {
      if (!bring(connection, fetch)) {
        missing.push_back(fetch.from.name);
        continue;
      }
      files.push_back(fetch.to.string());
      text += (text.empty() ? "" : "\n") + fetch.to.string();
    }
    if (!missing.empty()) refuse_missing(missing, files);
    context_.progress().result({{"files", files}}, to_stdout() ? "" : text);
    if (!flags_.open) return;
    for (const Fetch& fetch : list)
      if (fetch.from.store == k_pages) open_page(fetch.to);
  }

  // Written anew from the reports that the server holds.
  void compare(Connection& connection, const std::vector<StoredItem>& models) {
    const auto& known = connection.session().greeting().commands;
    if (std::find(known.begin(), known.end(), "report.compare") == known.end())
      throw Error(Kind::unavailable,
                  fmt::format("ctgan-server {} over there compares no reports",
                              connection.session().greeting().version),
                  "have it updated");
    const std::filesystem::path folder = flags_.output;
    const std::filesystem::path page = folder / "comparison.html", scores = folder / "comparison.json";
    make_folder(folder);
    for (const auto& path : {page, scores}) session::check_target({path, if_exists(flags_.force)});
    Json names = Json::array();
    for (const StoredItem& model : models) names.push_back(model.name);
    const Json answer = connection.session().request("report.compare", {{"models", names}});
    files::write_file(page, protocol::text_field(answer, "page"), if_exists(flags_.force));
    files::write_file(scores, answer.value("comparison", Json::object()).dump(2) + "\n",
                      if_exists(flags_.force));
    context_.progress().result({{"files", {page.string(), scores.string()}}, {"models", names}},
                               page.string() + "\n" + scores.string());
    if (flags_.open) open_page(page);
  }

  session::Target target(const Fetch& fetch) const { return {fetch.to, if_exists(flags_.force)}; }

  // False for a sidecar that the server has not: its model is whole without it.
  bool bring(Connection& connection, const Fetch& fetch) {
    try {
      if (database_) {
        bring_rows(connection, fetch.from.name, *database_, flags_.force, context_.progress());
      } else if (fetch.from.store == k_data) {
        bring_rows(connection, fetch.from.name, target(fetch), shape_, context_.progress());
      } else {
        session::download(connection.session(), fetch.from, target(fetch), Form::as_stored,
                          context_.progress());
      }
      return true;
    } catch (const Error& error) {
      if (error.kind() != Kind::no_input || fetch.from.store != k_sidecars) throw;
      return false;
    }
  }

  [[noreturn]] static void refuse_missing(const std::vector<std::string>& missing, const Json& brought) {
    std::string files;
    for (const Json& file : brought)
      files += (files.empty() ? "" : ", ") + errors::quoted(file.get<std::string>());
    throw Error(Kind::no_input,
                fmt::format("the server has no {}; {} {} brought",
                            errors::quoted(fmt::format("{}", fmt::join(missing, "', '"))), files,
                            brought.size() == 1 ? "was" : "were"),
                "a sidecar holds the types of the columns for pandas; 'sample' works without it");
  }

  DownloadFlags& flags_;
  CommandContext context_;
  Store store_;
  RowShape shape_;
  std::optional<table_files::TablePlace> database_;
};

}  // namespace

int download(int argc, const char* const* argv) {
  DownloadFlags flags;
  const CommandLine line{
      "download", "Fetches synthetic tables and models from the server.",
      "  download --list\n"
      "  download latest\n"
      "  download latest --format jsonl --output - | head\n"
      "  download latest:people --keep-gz --output /srv/archive --batch   # from cron\n"
      "  download --models latest\n"
      "  download --report latest --open          # how good and how safe the model's rows are\n"
      "  download --report --compare people_20261121t074500_model.gz,latest:people --open\n"};
  return run_command(
      line, argc, argv, flags.shared, [&](CLI::App& app) { declare(app, flags); },
      [&] {
        flags.shared.rows_on_stdout = flags.output == k_standard_output && !flags.list;
        Download(flags).run();
      });
}

}  // namespace ctgan::host::commands
