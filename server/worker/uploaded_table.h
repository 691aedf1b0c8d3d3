// The table that came with a job.
#pragma once

#include <string>

#include "common/table/table.h"
#include "common/table_formats/file_request.h"
#include "server/worker/job_work.h"

namespace ctgan::server::worker {

// How its cells are read: as what they say, or each as the text that it is.
enum class Cells { typed, texts };

// What becomes of its file: gone as soon as its content is in memory, or as soon as it is known to be unusable; or left
// until the job has ended, as the other work files.
enum class Upload { deleted, left };

// Reads it, without the columns to drop. `name` stands for it in messages; what was found out about it becomes events.
// Throws as table_formats::read_delimited, refuse_decimal_commas and refuse_footer.
table::Table take_table(const JobPlace& place, const std::string& name,
                        const table_formats::FileRequest& wanted, Cells cells,
                        Upload upload = Upload::deleted);

}  // namespace ctgan::server::worker
