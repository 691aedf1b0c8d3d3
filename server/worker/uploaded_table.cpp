#include "server/worker/uploaded_table.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/files/gzip.h"
#include "common/table_formats/csv_reader.h"
#include "common/table_formats/decimal_comma.h"
#include "common/table_formats/table_footer.h"
#include "server/worker/stage_event.h"

namespace ctgan::server::worker {
namespace {

struct Removal {
  const std::filesystem::path& path;
  Upload upload;
  ~Removal() {
    if (upload == Upload::left) return;
    failpoints::failpoint("worker: the table is in memory, and on the disk");
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    failpoints::failpoint("worker: the table is in memory only");
  }
};

}  // namespace

table::Table take_table(const JobPlace& place, const std::string& name,
                        const table_formats::FileRequest& wanted, Cells cells, Upload upload) {
  const std::filesystem::path path = place.folder.work_file(store::k_table_file);
  if (!std::filesystem::exists(path)) {
    throw errors::Error(errors::Kind::no_input,
                        fmt::format("the table {} of this job is not here", errors::quoted(name)),
                        "a backup has no tables: submit the job again");
  }
  place.events.write(stage_event("reading the table"));
  const Removal removal{path, upload};
  const auto source = files::open_maybe_gzip(path);
  table_formats::DelimitedTable read =
      cells == Cells::texts ? table_formats::read_texts(*source, name, wanted.dialect)
                            : table_formats::read_delimited(*source, name, wanted.dialect, wanted.missing);
  if (wanted.dialect.delimiter.value_or(',') != read.delimiter)
    place.events.write({{"event", "delimiter"}, {"delimiter", std::string(1, read.delimiter)}});
  for (const std::string& remark : read.remarks) place.events.write({{"event", "remark"}, {"text", remark}});
  table::Table table = std::move(read.table).without(wanted.drop);
  if (cells == Cells::texts) return table;
  table_formats::refuse_decimal_commas(table, read.delimiter, wanted);
  table_formats::refuse_footer(table, wanted);
  return table;
}

}  // namespace ctgan::server::worker
