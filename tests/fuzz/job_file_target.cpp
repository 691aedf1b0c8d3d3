#include "common/options/methods.h"
#include "host/job_files/job_file.h"
#include "host/job_files/yaml_document.h"
#include "tests/fuzz/promises.h"

namespace ctgan::fuzz {

using errors::Kind;

void job_file(std::string_view bytes) {
  const auto document =
      read_or_refused({Kind::bad_data}, [&] { return host::job_files::read_yaml(bytes, "f"); });
  if (document)
    promise(document->dump().size() <= 8 * bytes.size() + 16, "a document that is larger than its text");
  // A method that does not exist is refused as one that is typed.
  const auto file = read_or_refused({Kind::bad_data, Kind::usage},
                                    [&] { return host::job_files::parse_job_file(bytes, "f"); });
  if (!file) return;
  promise(document.has_value(), "a job file that is no document");
  if (file->method.empty()) return;
  const options::Method& method = options::find_method(file->method);
  for (const auto& [name, text] : file->options) {
    const bool is_beside = name == "epsilon" || name == "delta" || name == "rho";
    promise(is_beside || method.find(name) != nullptr, "an option of no method");
    promise(is_beside || !text.empty(), "an option without a value");
  }
}

}  // namespace ctgan::fuzz
