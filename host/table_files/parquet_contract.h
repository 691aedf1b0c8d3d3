// What the program and libctgan_parquet.so, the library that opens Arrow for it, say to each other: plain C, since the two
// may have been linked to C++ libraries of their own, so that neither exceptions nor texts of C++ may cross.
//
// A call returns 0, or another number after `fail` was called or after a callback returned another number than 0, which
// ends the call. All texts are UTF-8 with their length; they live until the callback returns.
#pragma once

#include <cstddef>

extern "C" {

struct CtganText {
  const char* bytes;
  std::size_t size;
};

// What is read goes here.
struct CtganTableSink {
  void* owner;
  // A column that was read, after the last rows: its storage type (table::ColumnMetadata), and whether its cells are
  // categories, whatever they look like.
  int (*column)(void* owner, CtganText name, CtganText storage_type, bool is_categorical);
  int (*csv)(void* owner, CtganText bytes);
};

// Where the rows to be written come from, and go.
struct CtganRowSource {
  void* owner;
  // The next bytes of the CSV, at most `size`; their number, 0 at the end, -1 to end the call.
  long (*next)(void* owner, char* bytes, std::size_t size);
  // Back to the first byte.
  int (*rewind)(void* owner);
  int (*put)(void* owner, CtganText bytes);
  // What the owner of the rows should know: a column whose cells do not fit its type.
  int (*remark)(void* owner, CtganText sentence);
};

struct CtganFailure {
  void* owner;
  // `kind` is an errors::Kind.
  void (*fail)(void* owner, int kind, CtganText sentence, CtganText hint);
};

struct CtganParquetLibrary {
  int contract;  // k_ctgan_parquet_contract
  int (*read)(CtganText path, const CtganText* left_out, std::size_t left_out_count, CtganTableSink sink,
              CtganFailure failure);
  // `note`: table_formats::to_note of the rows' cell types.
  int (*write)(CtganText name, CtganText note, CtganRowSource source, CtganFailure failure);
};

}  // extern "C"

inline constexpr int k_ctgan_parquet_contract = 1;
// The function that the library exports: const CtganParquetLibrary* ctgan_parquet().
inline constexpr const char* k_ctgan_parquet_symbol = "ctgan_parquet";
using CtganParquetFactory = const CtganParquetLibrary* (*)();
