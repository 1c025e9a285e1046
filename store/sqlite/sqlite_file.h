// The log's database file: opening and checking it, durable batches in, records out. docs/formats/log.md describes it.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "store/log.h"

struct sqlite3;
struct sqlite3_stmt;

namespace regent {

// Not thread-safe: one thread at a time. The directory must be locked by its caller. Everything blocks on the disk.
class SqliteFile {
 public:
  static constexpr char kFileName[] = "log.sqlite3";
  // The newest layout this build reads and writes.
  static constexpr int kLayoutVersion = 1;

  // Makes the file when there is none. CONFIGURATION_INVALID when what stands there is no log, or one of a newer
  // layout; LOG_UNAVAILABLE when it cannot be read or written.
  static absl::StatusOr<std::unique_ptr<SqliteFile>> Open(const std::string& directory, int64_t now_ms);
  ~SqliteFile();

  const std::string& path() const { return path_; }
  const std::string& id() const { return id_; }
  // The offset of the next record. None was ever used at or above it.
  Offset next() const { return next_; }

  // Whether `records`, whose offsets go on from next(), are on the disk: all, none, or nobody knows. After kUnknown the
  // file must be opened again, to see.
  struct WriteResult {
    AppendOutcome::Kind kind;
    absl::Status status;
  };
  WriteResult Write(const std::vector<LogRecord>& records);

  // Records in order from `from`, as many as there are up to the limits; at least one, if there is any.
  absl::StatusOr<std::vector<LogRecord>> Read(Offset from, int records_max, size_t bytes_max);

  // Of pages that were read. They are read again when they are needed.
  void ReleaseMemory();

  // LOG_REPLACED when the file that is open no longer stands under its name: what is written to it is lost.
  absl::Status CheckInPlace();

 private:
  struct Place {
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const Place&) const = default;
  };

  explicit SqliteFile(std::string path) : path_(std::move(path)) {}

  absl::Status OpenDatabase();
  absl::Status CheckWhoseItIs(bool* empty);
  absl::Status Configure();
  absl::Status Create(int64_t now_ms);
  absl::Status Load();
  absl::Status Prepare();

  int Insert(const LogRecord& record);
  absl::Status Execute(const char* sql);
  // The first column of the first row, as text; empty when there is no row.
  absl::StatusOr<std::string> Query(const char* sql);
  absl::Status Error(const char* doing, int code) const;
  static std::optional<Place> PlaceOf(const std::string& path);

  const std::string path_;
  std::string id_;
  Offset next_{0};
  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  sqlite3_stmt* select_ = nullptr;
  std::optional<Place> file_place_;
  std::optional<Place> wal_place_;  // known after the first write
};

}  // namespace regent
