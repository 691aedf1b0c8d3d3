#include <string>

#include "common/files/gzip.h"
#include "server/synth/archive/archive.h"
#include "server/synth/archive/container_header.h"
#include "tests/fuzz/promises.h"
#include "tests/memory_streams.h"

namespace ctgan::fuzz {
namespace {

using errors::Kind;
namespace model = synth::archive;

std::string packed(std::string_view bytes) {
  tests::MemorySink sink;
  files::GzipSink gzip(sink, 1);
  gzip.write(bytes);
  gzip.finish();
  return sink.content;
}

std::optional<model::Archive> read(std::string_view file) {
  const FileInMemory in_memory(file);
  return read_or_refused({Kind::bad_data}, [&] { return model::read(in_memory.path()); });
}

std::string written(const model::Archive& archive) {
  tests::MemorySink sink;
  model::write(archive, sink);
  return sink.content;
}

// A list of texts that is longer than its bytes, or numbers of another type, is refused.
void look_at(const model::Tensor& tensor) {
  read_or_refused({Kind::bad_data}, [&] { return model::strings(tensor); });
  read_or_refused({Kind::bad_data}, [&] { return model::floats(tensor); });
  read_or_refused({Kind::bad_data}, [&] { return model::integers(tensor); });
}

}  // namespace

void archive_header(std::string_view bytes) {
  const auto header = read_or_refused({Kind::bad_data}, [&] { return model::parse_header(bytes); });
  if (!header) return;
  const std::string text = model::header_text(*header);
  promise(text.size() % 8 == 0, "a header of no whole words");
  const model::ContainerHeader again = model::parse_header(text);
  promise(again.metadata == header->metadata && again.tensors == header->tensors,
          "a header changed on its way");
}

void archive(std::string_view bytes) {
  // A file as it is, or the container in it: what is packed cannot be guessed.
  const auto archive = read(bytes.starts_with("\x1f\x8b") ? std::string(bytes) : packed(bytes));
  if (!archive) return;
  for (const model::Tensor& tensor : archive->tensors) {
    promise(tensor.bytes.size() <= (bytes.size() + 1) * 1100, "memory for more than gzip can hold");
    look_at(tensor);
  }
  const std::string file = written(*archive);
  const auto again = read(file);
  promise(again.has_value(), "what was read and written is refused");
  promise(written(*again) == file, "what was read and written reads differently");
}

}  // namespace ctgan::fuzz
