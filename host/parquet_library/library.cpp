// What the library exports. Exceptions end here: they do not cross to a program with a C++ library of its own.
#include <fmt/format.h>

#include "common/errors/error.h"
#include "host/parquet_library/parquet_file.h"
#include "host/table_files/parquet_contract.h"

namespace ctgan::host::parquet {
namespace {

using errors::Error;
using errors::Kind;

// A callback wanted the call to end, and knows why.
struct Ended {};

CtganText given(std::string_view text) {
  return {text.data(), text.size()};
}
std::string taken(CtganText text) {
  return {text.bytes, text.size};
}

template <typename Call>
int guarded(const CtganFailure& failure, const Call& call) {
  const auto fail = [&](Kind kind, std::string_view sentence, std::string_view hint) {
    failure.fail(failure.owner, static_cast<int>(kind), given(sentence), given(hint));
    return 1;
  };
  try {
    call();
    return 0;
  } catch (const Ended&) {
    return 1;
  } catch (const Error& error) {
    return fail(error.kind(), error.sentence(), error.hint());
  } catch (const std::bad_alloc&) {
    return fail(Kind::io, "the memory is not enough for this Parquet file", "");
  } catch (const std::exception& error) {
    return fail(Kind::internal, fmt::format("Parquet: {}", error.what()), "");
  }
}

void go_on(int status) {
  if (status != 0) throw Ended();
}

class CsvSink : public files::ByteSink {
 public:
  explicit CsvSink(const CtganTableSink& sink) : sink_(sink) {}
  void write(std::string_view bytes) override { go_on(sink_.csv(sink_.owner, given(bytes))); }

 private:
  const CtganTableSink& sink_;
};

class RowsSink : public files::ByteSink {
 public:
  explicit RowsSink(const CtganRowSource& rows) : rows_(rows) {}
  void write(std::string_view bytes) override { go_on(rows_.put(rows_.owner, given(bytes))); }

 private:
  const CtganRowSource& rows_;
};

class RowsSource : public files::ByteSource {
 public:
  explicit RowsSource(const CtganRowSource& rows) : rows_(rows) { go_on(rows.rewind(rows.owner)); }
  std::size_t read(std::span<char> buffer) override {
    const long got = rows_.next(rows_.owner, buffer.data(), buffer.size());
    if (got < 0) throw Ended();
    return static_cast<std::size_t>(got);
  }

 private:
  const CtganRowSource& rows_;
};

int read(CtganText path, const CtganText* left_out, std::size_t left_out_count, CtganTableSink sink,
         CtganFailure failure) {
  return guarded(failure, [&] {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < left_out_count; ++i) names.push_back(taken(left_out[i]));
    CsvSink csv(sink);
    for (const ReadColumn& column : read_parquet(taken(path), names, csv))
      go_on(sink.column(sink.owner, given(column.name), given(column.storage_type), column.is_categorical));
  });
}

int write(CtganText name, CtganText note, CtganRowSource source, CtganFailure failure) {
  return guarded(failure, [&] {
    RowsSink out(source);
    const WrittenRows rows{taken(name), table_formats::cell_types_of_note(taken(note)),
                           [&] { return std::make_unique<RowsSource>(source); }};
    for (const std::string& remark : write_parquet(rows, out))
      go_on(source.remark(source.owner, given(remark)));
  });
}

}  // namespace
}  // namespace ctgan::host::parquet

extern "C" __attribute__((visibility("default"))) const CtganParquetLibrary* ctgan_parquet() {
  static const CtganParquetLibrary library{k_ctgan_parquet_contract, ctgan::host::parquet::read,
                                           ctgan::host::parquet::write};
  return &library;
}
