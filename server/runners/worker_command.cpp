#include "server/runners/worker_command.h"

#include "common/errors/error.h"

namespace ctgan::server::runners {

int WorkerCommand::shards(const std::string& job) const {
  try {
    const jobs::Json shards = folder(job).read_request_json().value("shards", jobs::Json(1));
    return shards.is_number_integer() ? shards.get<int>() : 1;
  } catch (const errors::Error&) {
    return 1;
  }
}

}  // namespace ctgan::server::runners
