#include "host/table_files/parquet.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <optional>

#include "common/errors/error.h"
#include "host/table_files/parquet_contract.h"

namespace ctgan::host::table_files {
namespace {

namespace fs = std::filesystem;
using errors::Error;
using errors::Kind;

constexpr const char* k_library = "libctgan_parquet.so";
// The libraries of Arrow that ours was linked to, in the order in which they need each other.
constexpr std::array k_arrow{CTGAN_ARROW_LIBRARIES};

CtganText given(std::string_view text) {
  return {text.data(), text.size()};
}
std::string_view taken(CtganText text) {
  return {text.bytes, text.size};
}

fs::path own_folder() {
  return fs::read_symlink("/proc/self/exe").parent_path();
}

std::optional<fs::path> library_place() {
  const fs::path folder = own_folder();
  for (const fs::path& place :
       {folder / k_library, folder.parent_path() / "lib" / "ctgan-server" / k_library}) {
    std::error_code ignored;
    if (fs::exists(place, ignored)) return place;
  }
  return std::nullopt;
}

void add_wheels(const fs::path& lib, std::vector<fs::path>& places) {
  std::error_code ignored;
  for (const fs::directory_entry& python : fs::directory_iterator(lib, ignored)) {
    if (!python.path().filename().string().starts_with("python3")) continue;
    for (const char* packages : {"site-packages", "dist-packages"})
      places.push_back(python.path() / packages / "pyarrow");
  }
}

// Where Python keeps pyarrow, in which Arrow's libraries are.
std::vector<fs::path> wheel_places() {
  std::vector<fs::path> places;
  for (const char* variable : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
    if (const char* folder = std::getenv(variable)) {
      add_wheels(fs::path(folder) / "lib", places);
      places.push_back(fs::path(folder) / "lib");
    }
  }
  if (const char* home = std::getenv("HOME")) add_wheels(fs::path(home) / ".local" / "lib", places);
  add_wheels("/usr/local/lib", places);
  add_wheels("/usr/lib", places);
  return places;
}

// What is open already under its name is not looked for again.
bool open_arrow_of(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::exists(folder / k_arrow.back(), ignored)) return false;
  return std::all_of(k_arrow.begin(), k_arrow.end(), [&](const char* name) {
    return dlopen((folder / name).c_str(), RTLD_NOW | RTLD_GLOBAL) != nullptr;
  });
}

constexpr const char* k_bring_arrow = "'pip install " CTGAN_ARROW_WHEEL "' brings Arrow's library; or ";

[[noreturn]] void refuse(const std::string& why, const char* remedy = k_bring_arrow) {
  throw Error(Kind::unavailable, "Parquet cannot be read or written here: " + why,
              fmt::format("{}let pandas convert: pandas.read_parquet(IN).to_csv(OUT, index=False)", remedy));
}

void* open_library(const fs::path& place) {
  if (void* library = dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
  const std::string why = dlerror();
  for (const fs::path& folder : wheel_places()) {
    if (!open_arrow_of(folder)) continue;
    if (void* library = dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
  }
  refuse(why);
}

// Never closed: Arrow keeps threads.
const CtganParquetLibrary& opened_library() {
  const auto place = library_place();
  if (!place) refuse(fmt::format("{} is not installed", errors::quoted(k_library)), "");
  void* symbol = dlsym(open_library(*place), k_ctgan_parquet_symbol);
  const auto* found = symbol == nullptr ? nullptr : reinterpret_cast<CtganParquetFactory>(symbol)();
  if (found == nullptr || found->contract != k_ctgan_parquet_contract)
    throw Error(Kind::unavailable,
                errors::quoted(place->string()) + " belongs to another version of this program",
                "install both from one build");
  return *found;
}

const CtganParquetLibrary& parquet_library() {
  static const CtganParquetLibrary& library = opened_library();
  return library;
}

// A call over the contract: exceptions of callbacks and failures of the library wait here until it has returned.
class Call {
 public:
  CtganFailure failure() { return {this, fail}; }

  // 0, or 1 where `act` throws.
  template <typename Act>
  int guard(const Act& act) noexcept {
    try {
      act();
      return 0;
    } catch (...) {
      thrown_ = std::current_exception();
      return 1;
    }
  }
  void finish(int status) const {
    if (thrown_) std::rethrow_exception(thrown_);
    if (failed_) throw Error(*failed_);
    if (status != 0) throw Error(Kind::internal, "the Parquet library ended without a word");
  }

 private:
  static void fail(void* owner, int kind, CtganText sentence, CtganText hint) {
    static_cast<Call*>(owner)->failed_.emplace(static_cast<Kind>(kind), std::string(taken(sentence)),
                                               std::string(taken(hint)));
  }

  std::exception_ptr thrown_;
  std::optional<Error> failed_;
};

struct Reading : Call {
  TypedTable table{std::make_unique<files::Spool>()};

  static int column(void* owner, CtganText name, CtganText storage_type, bool is_categorical) {
    auto& self = *static_cast<Reading*>(owner);
    return self.guard([&] {
      table::ColumnRequest& column = self.table.columns[std::string(taken(name))];
      column.storage_type = taken(storage_type);
      if (is_categorical) column.kind = table::ColumnKind::categorical;
    });
  }
  static int csv(void* owner, CtganText bytes) {
    auto& self = *static_cast<Reading*>(owner);
    return self.guard([&] { self.table.csv->write(taken(bytes)); });
  }
};

struct Writing : Call {
  Writing(const CsvRows& written, files::ByteSink& sink) : rows(written), out(sink) {}
  const CsvRows& rows;
  files::ByteSink& out;
  std::unique_ptr<files::ByteSource> source = {};
  std::vector<std::string> remarks = {};

  static long next(void* owner, char* bytes, std::size_t size) {
    auto& self = *static_cast<Writing*>(owner);
    long got = -1;
    self.guard([&] { got = static_cast<long>(self.source->read({bytes, size})); });
    return got;
  }
  static int rewind(void* owner) {
    auto& self = *static_cast<Writing*>(owner);
    return self.guard([&] { self.source = self.rows.open(); });
  }
  static int put(void* owner, CtganText bytes) {
    auto& self = *static_cast<Writing*>(owner);
    return self.guard([&] { self.out.write(taken(bytes)); });
  }
  static int remark(void* owner, CtganText sentence) {
    auto& self = *static_cast<Writing*>(owner);
    return self.guard([&] { self.remarks.emplace_back(taken(sentence)); });
  }
};

class ParquetSource : public TypedSource {
 public:
  explicit ParquetSource(fs::path file) : file_(std::move(file)) {}
  std::string name() const override { return file_.stem().string(); }

  TypedTable read(const std::vector<std::string>& left_out) const override {
    std::vector<CtganText> names;
    for (const std::string& name : left_out) names.push_back(given(name));
    Reading call;
    const std::string path = file_.string();
    call.finish(parquet_library().read(given(path), names.data(), names.size(),
                                       {&call, Reading::column, Reading::csv}, call.failure()));
    call.table.columns_left_out = true;
    return std::move(call.table);
  }

 private:
  fs::path file_;
};

}  // namespace

std::unique_ptr<TypedSource> parquet_source(const fs::path& file) {
  constexpr std::string_view k_first_bytes = "PAR1";
  std::array<char, k_first_bytes.size()> bytes{};
  std::ifstream in(file, std::ios::binary);
  // A CSV file may begin so, but not with what follows.
  char next = 0;
  if (!in.read(bytes.data(), bytes.size()).get(next) ||
      std::string_view(bytes.data(), bytes.size()) != k_first_bytes ||
      static_cast<unsigned char>(next) >= ' ')
    return nullptr;
  return std::make_unique<ParquetSource>(file);
}

void require_parquet() {
  parquet_library();
}

std::vector<std::string> write_parquet(const CsvRows& rows, files::ByteSink& out) {
  Writing call(rows, out);
  const std::string note = table_formats::to_note(rows.types);
  call.finish(parquet_library().write(given(rows.name), given(note),
                                      {&call, Writing::next, Writing::rewind, Writing::put, Writing::remark},
                                      call.failure()));
  return std::move(call.remarks);
}

}  // namespace ctgan::host::table_files
