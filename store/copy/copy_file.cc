#include "store/copy/copy_file.h"

#include <sqlite3.h>

#include <cstdio>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/logging.h"
#include "store/sqlite/header_bytes.h"

namespace regent {
namespace {

// "RGNC": what `file` and `PRAGMA application_id` show.
constexpr int kApplicationId = 0x52474E43;

constexpr char kLayout[] = R"(
CREATE TABLE meta (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE record (
  "offset" INTEGER PRIMARY KEY NOT NULL,
  timestamp_ms INTEGER NOT NULL,
  read_ms INTEGER NOT NULL,
  removable INTEGER NOT NULL,
  id INTEGER NOT NULL,
  key BLOB NOT NULL,
  value BLOB,
  headers BLOB
) STRICT;
CREATE INDEX record_key ON record (key);
)";

int BindBlob(sqlite3_stmt* statement, int column, const std::string& bytes) {
  return sqlite3_bind_blob64(statement, column, bytes.data(), bytes.size(), SQLITE_STATIC);
}

std::string BlobOf(sqlite3_stmt* statement, int column) {
  const char* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
  return bytes == nullptr ? "" : std::string(bytes, sqlite3_column_bytes(statement, column));
}

}  // namespace

absl::StatusOr<std::unique_ptr<CopyFile>> CopyFile::Open(const std::string& directory) {
  auto lock = DirectoryLock::Acquire(directory);
  if (!lock.ok()) return lock.status();
  std::unique_ptr<CopyFile> file(new CopyFile(directory + "/" + kFileName, *std::move(lock)));
  absl::Status opened = file->OpenDatabase();
  if (opened.ok()) return file;
  LOG(WARNING) << "The local copy of the log is made anew: " << opened.message();
  file->CloseDatabase();
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) std::remove((file->path_ + suffix).c_str());
  opened = file->OpenDatabase();
  if (!opened.ok()) return opened;
  return file;
}

CopyFile::~CopyFile() { CloseDatabase(); }

void CopyFile::CloseDatabase() {
  for (sqlite3_stmt** statement : {&insert_, &remove_, &meta_, &select_}) {
    sqlite3_finalize(*statement);
    *statement = nullptr;
  }
  sqlite3_close(database_);
  database_ = nullptr;
}

absl::Status CopyFile::OpenDatabase() {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(path_.c_str(), &database_, flags, nullptr) != SQLITE_OK) return Error("open");
  // A commit need not survive a power loss, only be whole: the log has it all.
  if (absl::Status status =
          Execute("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                  "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON");
      !status.ok()) {
    return status;
  }
  const auto application = Query("PRAGMA application_id");
  if (!application.ok()) return application.status();
  if (*application == "0") {
    const std::string sql = absl::StrCat("BEGIN IMMEDIATE; ", kLayout, "PRAGMA application_id=", kApplicationId,
                                         "; PRAGMA user_version=", kLayoutVersion, "; COMMIT");
    if (absl::Status status = Execute(sql.c_str()); !status.ok()) return status;
  } else {
    const auto version = Query("PRAGMA user_version");
    if (!version.ok()) return version.status();
    if (*application != absl::StrCat(kApplicationId) || *version != absl::StrCat(kLayoutVersion)) {
      return MakeError(ErrorReason::kLogUnavailable,
                       absl::StrCat(path_, " has a layout that this version does not know"));
    }
  }
  return Load();
}

absl::Status CopyFile::Load() {
  const auto check = Query("PRAGMA quick_check(1)");
  if (!check.ok()) return check.status();
  if (*check != "ok") return MakeError(ErrorReason::kLogUnavailable, absl::StrCat(path_, " is damaged: ", *check));
  const auto id = Query("SELECT value FROM meta WHERE name = 'log_id'");
  const auto position = Query("SELECT value FROM meta WHERE name = 'position'");
  const auto current = Query("SELECT value FROM meta WHERE name = 'current_at_ms'");
  if (!id.ok() || !position.ok() || !current.ok()) return Error("read");
  log_id_ = *id;
  int64_t number = -1;
  if (!log_id_.empty() && !absl::SimpleAtoi(*position, &number)) {
    return MakeError(ErrorReason::kLogUnavailable, absl::StrCat(path_, " does not say how far it goes"));
  }
  position_ = Offset(number);
  if (!absl::SimpleAtoi(*current, &current_at_ms_)) current_at_ms_ = 0;
  const std::pair<const char*, sqlite3_stmt**> statements[] = {
      {"INSERT OR REPLACE INTO record VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", &insert_},
      {"DELETE FROM record WHERE key = ?1 AND \"offset\" < ?2 AND removable = 1 AND (id <= ?3 OR id = ?4) AND "
       "\"offset\" > ?5",
       &remove_},
      {"INSERT OR REPLACE INTO meta VALUES (?1, ?2)", &meta_},
      {"SELECT \"offset\", timestamp_ms, read_ms, removable, key, value, headers FROM record WHERE \"offset\" > ?1 "
       "ORDER BY \"offset\" LIMIT ?2",
       &select_},
  };
  for (const auto& [sql, statement] : statements) {
    if (sqlite3_prepare_v2(database_, sql, -1, statement, nullptr) != SQLITE_OK) return Error("prepare");
  }
  return absl::OkStatus();
}

absl::Status CopyFile::Reset(const std::string& log_id) {
  if (absl::Status status = Execute("BEGIN IMMEDIATE; DELETE FROM record; DELETE FROM meta"); !status.ok())
    return status;
  log_id_ = log_id;
  position_ = kBeforeFirst;
  current_at_ms_ = 0;
  absl::Status status = SetMeta("log_id", log_id_);
  if (status.ok()) status = SetMeta("position", "-1");
  if (!status.ok()) {
    Execute("ROLLBACK").IgnoreError();
    return status;
  }
  return Execute("COMMIT");
}

absl::Status CopyFile::Write(const CopyBatch& batch) {
  if (absl::Status status = Execute("BEGIN IMMEDIATE"); !status.ok()) return status;
  absl::Status status;
  for (const CopyBatch::Entry& entry : batch.entries) {
    status = WriteEntry(entry);
    if (!status.ok()) break;
  }
  if (status.ok()) status = SetMeta("position", absl::StrCat(batch.position.value()));
  if (status.ok() && batch.current_at_ms != 0) status = SetMeta("current_at_ms", absl::StrCat(batch.current_at_ms));
  if (status.ok()) status = Execute("COMMIT");
  if (!status.ok()) {
    Execute("ROLLBACK").IgnoreError();
    return status;
  }
  position_ = batch.position;
  if (batch.current_at_ms != 0) current_at_ms_ = batch.current_at_ms;
  return absl::OkStatus();
}

absl::Status CopyFile::WriteEntry(const CopyBatch::Entry& entry) {
  const LogRecord& record = entry.copied.record;
  if (entry.supersedes) {
    BindBlob(remove_, 1, record.record.key);
    sqlite3_bind_int64(remove_, 2, record.offset.value());
    sqlite3_bind_int(remove_, 3, entry.mark.value());
    sqlite3_bind_int(remove_, 4, entry.copied.id.value());
    sqlite3_bind_int64(remove_, 5, entry.since.value());
    if (absl::Status status = Step(remove_); !status.ok()) return status;
  }
  sqlite3_bind_int64(insert_, 1, record.offset.value());
  sqlite3_bind_int64(insert_, 2, record.timestamp_ms);
  sqlite3_bind_int64(insert_, 3, record.read_ms);
  sqlite3_bind_int(insert_, 4, entry.copied.removable ? 1 : 0);
  sqlite3_bind_int(insert_, 5, entry.copied.id.value());
  BindBlob(insert_, 6, record.record.key);
  if (record.record.value) {
    BindBlob(insert_, 7, *record.record.value);
  } else {
    sqlite3_bind_null(insert_, 7);
  }
  const std::string headers = EncodeHeaders(record.record.headers);
  BindBlob(insert_, 8, headers);
  return Step(insert_);
}

absl::StatusOr<std::vector<CopiedRecord>> CopyFile::Read(Offset after, int records_max) {
  std::vector<CopiedRecord> records;
  sqlite3_bind_int64(select_, 1, after.value());
  sqlite3_bind_int(select_, 2, records_max);
  int code = 0;
  bool good = true;
  while (good && (code = sqlite3_step(select_)) == SQLITE_ROW) {
    CopiedRecord& copied = records.emplace_back();
    copied.record.offset = Offset(sqlite3_column_int64(select_, 0));
    copied.record.timestamp_ms = sqlite3_column_int64(select_, 1);
    copied.record.read_ms = sqlite3_column_int64(select_, 2);
    copied.removable = sqlite3_column_int(select_, 3) != 0;
    copied.record.record.key = BlobOf(select_, 4);
    if (sqlite3_column_type(select_, 5) != SQLITE_NULL) copied.record.record.value = BlobOf(select_, 5);
    good = DecodeHeaders(BlobOf(select_, 6), &copied.record.record.headers);
  }
  sqlite3_reset(select_);
  if (!good || code != SQLITE_DONE) return Error("read");
  return records;
}

int64_t CopyFile::CountRecords() {
  const auto count = Query("SELECT count(*) FROM record");
  int64_t number = -1;
  return count.ok() && absl::SimpleAtoi(*count, &number) ? number : -1;
}

absl::Status CopyFile::SetMeta(const char* name, const std::string& value) {
  sqlite3_bind_text(meta_, 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_text(meta_, 2, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
  return Step(meta_);
}

absl::Status CopyFile::Step(sqlite3_stmt* statement) {
  const int code = sqlite3_step(statement);
  absl::Status status = code == SQLITE_DONE ? absl::OkStatus() : Error("write");
  sqlite3_reset(statement);
  return status;
}

absl::Status CopyFile::Execute(const char* sql) {
  return sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK ? absl::OkStatus() : Error("write");
}

absl::StatusOr<std::string> CopyFile::Query(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr) != SQLITE_OK) return Error("read");
  std::string text;
  const int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) text = BlobOf(statement, 0);
  absl::Status status = code == SQLITE_ROW || code == SQLITE_DONE ? absl::OkStatus() : Error("read");
  sqlite3_finalize(statement);
  if (!status.ok()) return status;
  return text;
}

absl::Status CopyFile::Error(const char* doing) const {
  return MakeError(ErrorReason::kLogUnavailable,
                   absl::StrCat("cannot ", doing, " ", path_, ": ", sqlite3_errmsg(database_)));
}

}  // namespace regent
