// The file behind a local copy of a log: records, and how far and until when the copy is good.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "store/log.h"
#include "store/sqlite/directory_lock.h"

struct sqlite3;
struct sqlite3_stmt;

namespace regent {

// A record of the copy. One that is `removable` may go once a record that counts stands behind it on the same key;
// others stay, because what they mean depends on their place.
struct CopiedRecord {
  LogRecord record;
  bool removable = false;
  SchemaId id;  // that it names, if any: it may be the only trace of it
};

// What one write adds.
struct CopyBatch {
  struct Entry {
    CopiedRecord copied;
    // Removable records of the same key between `since` and this one go, if they name no id or one that is known
    // otherwise: that of this record, or one up to the mark.
    bool supersedes = false;
    Offset since = kBeforeFirst;
    SchemaId mark;
  };
  std::vector<Entry> entries;
  Offset position = kBeforeFirst;  // the last record the copy knows
  int64_t current_at_ms = 0;       // when that was known to be all of the log; 0: as before
};

// Not thread-safe. A copy can always be made again, so whatever cannot be read is thrown away: no state of the file
// keeps a node from starting. Everything blocks on the disk.
class CopyFile {
 public:
  static constexpr char kFileName[] = "copy.sqlite3";
  static constexpr int kLayoutVersion = 1;

  // Locks the directory. LOG_LOCKED when another process has it; LOG_UNAVAILABLE when nothing can be written there.
  static absl::StatusOr<std::unique_ptr<CopyFile>> Open(const std::string& directory);
  ~CopyFile();

  const std::string& path() const { return path_; }
  // Of which log; empty: of none yet.
  const std::string& log_id() const { return log_id_; }
  Offset position() const { return position_; }
  int64_t current_at_ms() const { return current_at_ms_; }

  // Forgets everything; from now on it is a copy of this log.
  absl::Status Reset(const std::string& log_id);
  // All or nothing.
  absl::Status Write(const CopyBatch& batch);
  // Records in order behind `after`, up to the limit.
  absl::StatusOr<std::vector<CopiedRecord>> Read(Offset after, int records_max);
  int64_t CountRecords();

 private:
  CopyFile(std::string path, std::unique_ptr<DirectoryLock> lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  absl::Status OpenDatabase();
  absl::Status Load();
  void CloseDatabase();
  absl::Status Execute(const char* sql);
  absl::StatusOr<std::string> Query(const char* sql);
  absl::Status SetMeta(const char* name, const std::string& value);
  absl::Status Step(sqlite3_stmt* statement);
  absl::Status WriteEntry(const CopyBatch::Entry& entry);
  absl::Status Error(const char* doing) const;

  const std::string path_;
  const std::unique_ptr<DirectoryLock> lock_;
  std::string log_id_;
  Offset position_ = kBeforeFirst;
  int64_t current_at_ms_ = 0;
  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  sqlite3_stmt* remove_ = nullptr;
  sqlite3_stmt* meta_ = nullptr;
  sqlite3_stmt* select_ = nullptr;
};

}  // namespace regent
