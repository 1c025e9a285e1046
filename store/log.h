// The ordered record of every change: the seam between Regent and where its bytes live.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "base/ids.h"

namespace regent {

struct Header {
  std::string name;
  std::string value;
  bool operator==(const Header&) const = default;
};

// What is appended: raw bytes, meaning is record_codec.h's.
struct Record {
  std::string key;
  std::optional<std::string> value;  // nothing: a tombstone
  std::vector<Header> headers;
  bool operator==(const Record&) const = default;
};

// What is read.
struct LogRecord {
  Offset offset;
  int64_t timestamp_ms = 0;  // of the append, by the log's clock, since 1970 UTC
  Record record;
  int64_t read_ms = 0;  // when this node first read it, by its own clock; 0: now
};

// What became of an Append. UNKNOWN is neither yes nor no: the records may stand in the log, or may yet appear.
struct AppendOutcome {
  enum class Kind { kAppended, kFailed, kUnknown } kind = Kind::kFailed;
  Offset last_offset = kBeforeFirst;  // of the last record, with kAppended
  absl::Status status;                // why not, otherwise
};
using AppendDone = std::function<void(const AppendOutcome&)>;

// Told what the log holds, in order, on one thread of the log. Must not block on an append.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void OnRecord(LogRecord record) = 0;
  // Everything that stood in the log when reading began was delivered. `next` is where the next record will stand or
  // later: offsets may have holes. After an OnError it comes anew once reading goes on and has caught up again.
  virtual void OnCaughtUp(Offset next) = 0;
  // What was delivered so far came from a copy of the log: true, but perhaps not all of it. What follows comes from the
  // log itself. Only from logs that have a copy, at most once.
  virtual void OnCopyRead() {}
  // This is no longer the log that was opened (deleted, recreated, truncated). Nothing follows.
  virtual void OnReplaced(const absl::Status& what) = 0;
  // Reading fails for now, and goes on by itself.
  virtual void OnError(const absl::Status& status) = 0;
};

struct LogDescription {
  std::string kind;      // "sqlite", "kafka", "memory"
  std::string location;  // for people: a path, or topic and servers
  std::vector<std::string> warnings;
};

// Append order is read order on all nodes. Thread-safe. Owns its connection; Close() first, then destroy. Only Close
// blocks.
class Log {
 public:
  virtual ~Log() = default;

  // Delivers every record from `from` on, then new ones as they come. Once; `sink` outlives Close(). Fails at once when
  // the log cannot be read at all. A log that ends before `from` was truncated: the sink is told that it was replaced.
  virtual absl::Status StartReading(Offset from, LogSink* sink) = 0;

  // Hands `records`, at least one, over in order; they may be pipelined behind earlier ones and land together or in
  // part. `done` runs once, on a thread of the log, holding no lock of it: an offset, a definite failure (nothing was
  // written), or UNKNOWN. After either every record handed over later fails too, until AbandonPending(). After Close()
  // it runs within this call, with a failure. It may append and abandon, and must not block.
  virtual void Append(absl::Span<const Record> records, AppendDone done) = 0;

  // Purges what has not left; what has left becomes UNKNOWN. Every pending `done` runs before later appends are
  // accepted.
  virtual void AbandonPending() = 0;

  // The physical log's identity (Kafka: the topic id; SQLite: a UUID in the file). Never empty, and the same as long as
  // this object lives. A log that was opened from a local copy while its brokers were away has the id that the copy
  // remembers; if another log answers later, the sink is told that it was replaced.
  virtual std::string Id() const = 0;
  virtual LogDescription Describe() const = 0;

  // Stops reading and appending; pending appends end UNKNOWN or better. No callback runs after it returns. Idempotent.
  // Not from a callback: it waits for them.
  virtual void Close() = 0;
};

}  // namespace regent
