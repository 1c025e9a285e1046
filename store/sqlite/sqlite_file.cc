#include "store/sqlite/sqlite_file.h"

#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <random>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "store/sqlite/directory_lock.h"
#include "store/sqlite/header_bytes.h"

namespace regent {
namespace {

// "RGNT": what `file` and `PRAGMA application_id` show.
constexpr int kApplicationId = 0x52474E54;

// Offsets are never used twice, whoever deletes whatever: the trigger remembers the highest one deleted.
constexpr char kLayout[] = R"(
CREATE TABLE meta (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE record (
  "offset" INTEGER PRIMARY KEY NOT NULL,
  timestamp_ms INTEGER NOT NULL,
  key BLOB NOT NULL,
  value BLOB,
  headers BLOB
) STRICT;
CREATE TRIGGER record_deleted AFTER DELETE ON record BEGIN
  UPDATE meta SET value = CAST(OLD."offset" + 1 AS TEXT)
  WHERE name = 'next_offset' AND CAST(value AS INTEGER) <= OLD."offset";
END;
)";

// A random UUID, version 4.
std::string NewId() {
  std::random_device random;
  std::array<uint8_t, 16> bytes;
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  std::string out;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out.push_back('-');
    absl::StrAppend(&out, absl::Hex(bytes[i], absl::kZeroPad2));
  }
  return out;
}

// The lifetime of the bytes is the caller's, until the statement is reset.
int BindBlob(sqlite3_stmt* statement, int column, const std::string& bytes) {
  return sqlite3_bind_blob64(statement, column, bytes.data(), bytes.size(), SQLITE_STATIC);
}

std::string BlobOf(sqlite3_stmt* statement, int column) {
  const char* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
  if (bytes == nullptr) return "";  // also of no length
  return std::string(bytes, sqlite3_column_bytes(statement, column));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteFile>> SqliteFile::Open(const std::string& directory, int64_t now_ms) {
  std::unique_ptr<SqliteFile> file(new SqliteFile(directory + "/" + kFileName));
  bool empty = false;
  if (absl::Status status = file->OpenDatabase(); !status.ok()) return status;
  if (absl::Status status = file->CheckWhoseItIs(&empty); !status.ok()) return status;
  if (absl::Status status = file->Configure(); !status.ok()) return status;
  if (empty) {
    if (absl::Status status = file->Create(now_ms); !status.ok()) return status;
  }
  if (absl::Status status = file->Load(); !status.ok()) return status;
  if (absl::Status status = file->Prepare(); !status.ok()) return status;
  // SQLite syncs the directory only for the files it makes later.
  if (absl::Status status = SyncDirectory(directory); !status.ok()) return status;
  file->file_place_ = PlaceOf(file->path_);
  return file;
}

SqliteFile::~SqliteFile() {
  // Closing removes the write-ahead log by its name, which must not hit that of a file put here in the place of ours.
  if (file_place_ && !CheckInPlace().ok()) {
    int keep = 1;
    sqlite3_file_control(database_, nullptr, SQLITE_FCNTL_PERSIST_WAL, &keep);
  }
  sqlite3_finalize(insert_);
  sqlite3_finalize(select_);
  sqlite3_close(database_);
}

absl::Status SqliteFile::OpenDatabase() {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path_.c_str(), &database_, flags, nullptr);
  if (code != SQLITE_OK) return Error("open", code);
  // Before the first page is read: with it, SQLite needs no shared memory, and no second process gets in.
  return Execute("PRAGMA locking_mode=EXCLUSIVE");
}

absl::Status SqliteFile::CheckWhoseItIs(bool* empty) {
  const absl::StatusOr<std::string> application = Query("PRAGMA application_id");
  if (!application.ok()) return application.status();
  const absl::StatusOr<std::string> version = Query("PRAGMA user_version");
  if (!version.ok()) return version.status();
  const absl::StatusOr<std::string> objects = Query("SELECT count(*) FROM sqlite_schema");
  if (!objects.ok()) return objects.status();
  *empty = *application == "0" && *version == "0" && *objects == "0";
  if (*empty) return absl::OkStatus();
  if (*application != absl::StrCat(kApplicationId)) {
    return MakeError(ErrorReason::kConfigurationInvalid,
                     absl::StrCat(path_, " is the database of another program: choose another regent.data.dir"));
  }
  if (*version != absl::StrCat(kLayoutVersion)) {
    return MakeError(ErrorReason::kConfigurationInvalid,
                     absl::StrCat(path_, " has layout ", *version, ", and this Regent knows layout ", kLayoutVersion,
                                  ": run the newer Regent that wrote it"));
  }
  return absl::OkStatus();
}

absl::Status SqliteFile::Configure() {
  const absl::StatusOr<std::string> mode = Query("PRAGMA journal_mode=WAL");
  if (!mode.ok()) return mode.status();
  if (*mode != "wal") {
    return MakeError(ErrorReason::kLogUnavailable, absl::StrCat(path_, " cannot have a write-ahead log, but ", *mode));
  }
  // FULL syncs the write-ahead log in every commit: what was acknowledged survives a power loss.
  return Execute(
      "PRAGMA synchronous=FULL; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA cache_size=-1024");
}

absl::Status SqliteFile::Create(int64_t now_ms) {
  // One transaction: a file is either empty or whole.
  const std::string sql =
      absl::StrCat("BEGIN IMMEDIATE; ", kLayout, "INSERT INTO meta VALUES ('id', '", NewId(),
                   "'), ('next_offset', '0'), ('created_ms', '", now_ms, "'); PRAGMA application_id=", kApplicationId,
                   "; PRAGMA user_version=", kLayoutVersion, "; COMMIT");
  return Execute(sql.c_str());
}

absl::Status SqliteFile::Load() {
  const absl::StatusOr<std::string> id = Query("SELECT value FROM meta WHERE name = 'id'");
  if (!id.ok()) return id.status();
  const absl::StatusOr<std::string> next = Query(
      R"(SELECT max((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'next_offset'),
                    (SELECT ifnull(max("offset"), -1) + 1 FROM record)))");
  if (!next.ok()) return next.status();
  int64_t next_offset = 0;
  if (id->empty() || !absl::SimpleAtoi(*next, &next_offset) || next_offset < 0) {
    return MakeError(ErrorReason::kLogUnavailable, absl::StrCat(path_, " is damaged: its table meta is not whole"));
  }
  id_ = *id;
  next_ = Offset(next_offset);
  return absl::OkStatus();
}

absl::Status SqliteFile::Prepare() {
  int code = sqlite3_prepare_v3(
      database_, R"(INSERT INTO record ("offset", timestamp_ms, key, value, headers) VALUES (?, ?, ?, ?, ?))", -1,
      SQLITE_PREPARE_PERSISTENT, &insert_, nullptr);
  if (code == SQLITE_OK) {
    code = sqlite3_prepare_v3(database_,
                              R"(SELECT "offset", timestamp_ms, key, value, headers FROM record
                                 WHERE "offset" >= ? ORDER BY "offset" LIMIT ?)",
                              -1, SQLITE_PREPARE_PERSISTENT, &select_, nullptr);
  }
  return code == SQLITE_OK ? absl::OkStatus() : Error("use", code);
}

SqliteFile::WriteResult SqliteFile::Write(const std::vector<LogRecord>& records) {
  using Kind = AppendOutcome::Kind;
  absl::Status status = Execute("BEGIN IMMEDIATE");
  for (auto record = records.begin(); status.ok() && record != records.end(); ++record) {
    if (const int code = Insert(*record); code != SQLITE_DONE) status = Error("write to", code);
  }
  WriteResult result{Kind::kFailed, status};
  if (status.ok()) {
    const int code = sqlite3_exec(database_, "COMMIT", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) {
      next_ = records.back().offset.Next();
      if (!wal_place_) wal_place_ = PlaceOf(path_ + "-wal");
      return {Kind::kAppended, absl::OkStatus()};
    }
    // The commit mark is the last thing written: where there was no room for it, there is none. After any other error
    // it may stand in the file, and count when the file is opened after a crash.
    const int primary = code & 0xff;
    const bool certain = primary == SQLITE_FULL || primary == SQLITE_BUSY;
    result = {certain ? Kind::kFailed : Kind::kUnknown, Error("write to", code)};
  }
  if (sqlite3_get_autocommit(database_) == 0) sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
  return result;
}

int SqliteFile::Insert(const LogRecord& record) {
  const std::string headers = EncodeHeaders(record.record.headers);
  sqlite3_bind_int64(insert_, 1, record.offset.value());
  sqlite3_bind_int64(insert_, 2, record.timestamp_ms);
  int code = BindBlob(insert_, 3, record.record.key);
  if (code == SQLITE_OK && record.record.value) code = BindBlob(insert_, 4, *record.record.value);
  if (code == SQLITE_OK && !headers.empty()) code = BindBlob(insert_, 5, headers);
  if (code == SQLITE_OK) code = sqlite3_step(insert_);
  sqlite3_reset(insert_);
  sqlite3_clear_bindings(insert_);
  return code;
}

absl::StatusOr<std::vector<LogRecord>> SqliteFile::Read(Offset from, int records_max, size_t bytes_max) {
  std::vector<LogRecord> out;
  size_t bytes = 0;
  absl::Status status;
  sqlite3_bind_int64(select_, 1, from.value());
  sqlite3_bind_int(select_, 2, records_max);
  int code = SQLITE_ROW;
  while (bytes < bytes_max && (code = sqlite3_step(select_)) == SQLITE_ROW) {
    LogRecord record{Offset(sqlite3_column_int64(select_, 0)), sqlite3_column_int64(select_, 1), {}};
    record.record.key = BlobOf(select_, 2);
    if (sqlite3_column_type(select_, 3) != SQLITE_NULL) record.record.value = BlobOf(select_, 3);
    const std::string headers = BlobOf(select_, 4);
    if (!DecodeHeaders(headers, &record.record.headers)) {
      status = MakeError(ErrorReason::kLogUnavailable,
                         absl::StrCat(path_, " is damaged: headers of offset ", record.offset.value()));
      break;
    }
    bytes += record.record.key.size() + (record.record.value ? record.record.value->size() : 0) + headers.size();
    out.push_back(std::move(record));
  }
  if (status.ok() && code != SQLITE_ROW && code != SQLITE_DONE) status = Error("read", code);
  sqlite3_reset(select_);
  if (!status.ok()) return status;
  return out;
}

void SqliteFile::ReleaseMemory() { sqlite3_db_release_memory(database_); }

absl::Status SqliteFile::CheckInPlace() {
  if (PlaceOf(path_) == file_place_ && (!wal_place_ || PlaceOf(path_ + "-wal") == wal_place_)) return absl::OkStatus();
  return MakeError(ErrorReason::kLogReplaced,
                   absl::StrCat(path_, " was removed or replaced while it was in use: nothing more is written to it"));
}

std::optional<SqliteFile::Place> SqliteFile::PlaceOf(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return std::nullopt;
  return Place{info.st_dev, info.st_ino};
}

absl::Status SqliteFile::Execute(const char* sql) {
  const int code = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : Error("use", code);
}

absl::StatusOr<std::string> SqliteFile::Query(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr);
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  std::string out;
  if (code == SQLITE_ROW) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    if (text != nullptr) out = text;
  }
  sqlite3_finalize(statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE) return Error("use", code);
  return out;
}

absl::Status SqliteFile::Error(const char* doing, int code) const {
  const int primary = code & 0xff;
  const ErrorReason reason =
      primary == SQLITE_NOTADB ? ErrorReason::kConfigurationInvalid : ErrorReason::kLogUnavailable;
  std::string advice;
  if (primary == SQLITE_FULL) advice = ": make room on the disk";
  if (primary == SQLITE_NOTADB) advice = ": choose another regent.data.dir";
  if (primary == SQLITE_CORRUPT) advice = ": restore it from a backup";
  if (primary == SQLITE_BUSY) advice = ": another program has it open";
  const int system = database_ == nullptr ? 0 : sqlite3_system_errno(database_);
  const std::string cause = system == 0 ? "" : absl::StrCat(", errno ", system);
  return MakeError(reason, absl::StrCat("cannot ", doing, " ", path_, ": ", sqlite3_errstr(primary), " (SQLite ", code,
                                        cause, ")", advice));
}

}  // namespace regent
