// The data channel's records: the old rcp protocol as `scp -O` speaks it, one file at a time.
// protocol.md, "Data channel". Each function leaves the stream just behind what it handled.
//
//     send_file(in, out, {"adult.csv", size}, content, on_bytes);
//
//     if (auto record = receive_record(in, out)) receive_content(in, out, *record, sink, on_bytes);
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"

namespace ctgan::protocol {

struct FileRecord {
  std::string name;
  std::uint64_t size = 0;
};

// Called now and then with the bytes of this record done so far; may throw to stop.
using ByteCounter = std::function<void(std::uint64_t)>;

// Waits for the receiver, sends the record, `record.size` bytes of `content`, and waits for the last
// acknowledgement. Throws the receiver's complaint as Error(bad_data), its control characters made visible;
// Error(try_again) when the stream ends early, Error(io) when `content` is shorter than promised (the receiver is
// told).
void send_file(files::ByteSource& in, files::ByteSink& out, const FileRecord& record,
               files::ByteSource& content, const ByteCounter& on_bytes);

// Tells the sender to start and reads the next record. Empty at the end of the stream. Times (T) are accepted
// and ignored, so is the mode. Throws Error(bad_data) for folders (D, E), and for malformed lines; the
// sender's complaint likewise.
std::optional<FileRecord> receive_record(files::ByteSource& in, files::ByteSink& out, bool first = true);

// Acknowledges the record, takes exactly `record.size` bytes into `sink`, checks the sender's final 00.
// Does not acknowledge: the caller makes the content durable first, then calls acknowledge().
void receive_content(files::ByteSource& in, files::ByteSink& out, const FileRecord& record,
                     files::ByteSink& sink, const ByteCounter& on_bytes);
void acknowledge(files::ByteSink& out);

// 01, the sentence, LF. Line ends inside become spaces.
void complain(files::ByteSink& out, std::string_view sentence);

}  // namespace ctgan::protocol
