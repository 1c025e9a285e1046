#include "store/sqlite/sqlite_log.h"

#include <sys/statfs.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <filesystem>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "base/error_reason.h"
#include "base/mutex.h"
#include "store/sqlite/directory_lock.h"
#include "store/sqlite/sqlite_file.h"

namespace regent {
namespace {

// What one transaction takes at most.
constexpr size_t kTransactionRecords = 10000;
constexpr size_t kTransactionBytes = 16 << 20;
// What one look into the file brings, and what may wait for the sink before the file is left alone. Little, as what the
// sink keeps comes to lie between the records that wait, and what they took cannot be given back.
constexpr int kReadRecords = 128;
constexpr size_t kReadBytes = 128 << 10;
constexpr size_t kReadAheadBytes = 512 << 10;
// What may wait of records that were just appended, which the file need not be read for.
constexpr size_t kDeliveryBytes = 4 << 20;
constexpr std::chrono::seconds kReadRetry{1};

size_t SizeOf(const Record& record) {
  size_t size = sizeof(LogRecord) + record.key.size() + (record.value ? record.value->size() : 0);
  for (const Header& header : record.headers) size += sizeof(header) + header.name.size() + header.value.size();
  return size;
}

struct CaughtUp {
  Offset next;
};
struct Replaced {
  absl::Status what;
};
struct Trouble {
  absl::Status status;
};
using Delivery = std::variant<std::vector<LogRecord>, CaughtUp, Replaced, Trouble>;

class SqliteLog : public Log {
 public:
  SqliteLog(const SqliteLogOptions& options, std::unique_ptr<DirectoryLock> lock, std::unique_ptr<SqliteFile> file);
  ~SqliteLog() override { Close(); }

  absl::Status StartReading(Offset from, LogSink* sink) override;
  void Append(absl::Span<const Record> records, AppendDone done) override;
  void AbandonPending() override;
  std::string Id() const override { return id_; }
  LogDescription Describe() const override;
  void Close() override;

 private:
  // Handed over and not taken yet. One without `done` stands for AbandonPending.
  struct Handed {
    std::vector<Record> records;
    AppendDone done;
  };
  // Together in one transaction.
  struct Group {
    std::vector<LogRecord> records;
    size_t bytes = 0;
    std::vector<std::pair<AppendDone, Offset>> dones;  // with the offset of its last record
  };

  // ---- the disk's thread ----
  void RunDisk();
  bool WriteSome();
  void AddTo(Group* group, Handed handed);
  void Commit(Group* group);
  void FinishAll(Group* group, AppendOutcome::Kind kind, const absl::Status& status);
  void Recover();
  bool ReadSome();
  bool MayReadLocked() const REQUIRES(mutex_);
  bool ReadFile();
  void DeliverFresh(std::vector<LogRecord> records, size_t bytes);
  void Deliver(Delivery delivery, size_t bytes);
  void ReportReplaced(const absl::Status& what);

  // ---- the sink's thread ----
  void RunDelivery();
  void HandTo(LogSink* sink, Delivery delivery);

  const SqliteLogOptions options_;
  const std::unique_ptr<DirectoryLock> lock_;
  const std::string id_;
  const std::string path_;
  std::atomic<bool> closing_{false};
  Mutex close_mutex_;  // taken before mutex_
  std::thread disk_thread_;
  std::thread delivery_thread_;

  Mutex mutex_;
  CondVar wake_disk_;
  CondVar wake_delivery_;
  std::deque<Handed> inbox_ GUARDED_BY(mutex_);
  LogSink* sink_ GUARDED_BY(mutex_) = nullptr;
  Offset read_from_ GUARDED_BY(mutex_);
  std::deque<std::pair<Delivery, size_t>> deliveries_ GUARDED_BY(mutex_);
  size_t delivery_bytes_ GUARDED_BY(mutex_) = 0;  // queued and in the sink's hands

  // The disk thread's own.
  std::unique_ptr<SqliteFile> file_;  // none after a recovery that failed
  absl::Status failed_;               // until AbandonPending
  bool in_doubt_ = false;             // the file must be opened again
  bool replaced_ = false;             // for good
  Offset end_;                        // everything before it is on the disk
  bool reading_ = false;
  Offset read_position_{0};
  Offset stood_{0};  // the end when reading began
  bool caught_up_ = false;
  bool read_trouble_ = false;
  SteadyTime read_again_at_;
};

SqliteLog::SqliteLog(const SqliteLogOptions& options, std::unique_ptr<DirectoryLock> lock,
                     std::unique_ptr<SqliteFile> file)
    : options_(options), lock_(std::move(lock)), id_(file->id()), path_(file->path()), end_(file->next()) {
  file_ = std::move(file);
  disk_thread_ = std::thread([this] { RunDisk(); });
  delivery_thread_ = std::thread([this] { RunDelivery(); });
}

absl::Status SqliteLog::StartReading(Offset from, LogSink* sink) {
  MutexLock lock(&mutex_);
  if (closing_) return MakeError(ErrorReason::kShuttingDown, "the log is closed");
  if (sink_ != nullptr) return MakeError(ErrorReason::kInternal, "reading began already");
  sink_ = sink;
  read_from_ = std::max(from, Offset(0));
  wake_disk_.NotifyOne();
  return absl::OkStatus();
}

void SqliteLog::Append(absl::Span<const Record> records, AppendDone done) {
  absl::Status refused;
  if (records.empty()) {
    refused = MakeError(ErrorReason::kInternal, "an append of no records");
  } else {
    Handed handed{{records.begin(), records.end()}, std::move(done)};
    MutexLock lock(&mutex_);
    if (!closing_) {
      inbox_.push_back(std::move(handed));
      wake_disk_.NotifyOne();
      return;
    }
    done = std::move(handed.done);
    refused = MakeError(ErrorReason::kShuttingDown, "the log is closed");
  }
  done({AppendOutcome::Kind::kFailed, kBeforeFirst, refused});
}

void SqliteLog::AbandonPending() {
  MutexLock lock(&mutex_);
  inbox_.emplace_back();
  wake_disk_.NotifyOne();
}

LogDescription SqliteLog::Describe() const {
  LogDescription out{"sqlite", path_, {}};
  struct statfs info;
  if (statfs(path_.c_str(), &info) != 0) return out;
  switch (static_cast<uint32_t>(info.f_type)) {
    case 0x6969:      // NFS
    case 0x517B:      // SMB
    case 0xFF534D42:  // CIFS
    case 0xFE534D42:  // SMB2
      out.warnings.push_back("on a network file system, whose locks and syncs cannot be relied on");
      break;
    case 0x01021994:  // tmpfs
      out.warnings.push_back("on a file system in memory: it is lost when the machine stops");
      break;
  }
  return out;
}

void SqliteLog::Close() {
  MutexLock closing(&close_mutex_);
  {
    MutexLock lock(&mutex_);
    closing_ = true;
    wake_disk_.NotifyAll();
    wake_delivery_.NotifyAll();
  }
  if (disk_thread_.joinable()) disk_thread_.join();
  if (delivery_thread_.joinable()) delivery_thread_.join();
}

void SqliteLog::RunDisk() {
  while (true) {
    // Both, so that neither a flood of appends nor a long replay keeps the other waiting.
    const bool wrote = WriteSome();
    const bool read = !closing_ && ReadSome();
    if (wrote || read) continue;
    MutexLock lock(&mutex_);
    if (!inbox_.empty()) continue;
    if (closing_) break;
    if (MayReadLocked()) continue;
    if (read_trouble_) {
      wake_disk_.WaitUntil(&mutex_, read_again_at_);
    } else {
      wake_disk_.Wait(&mutex_);
    }
  }
  file_.reset();
}

bool SqliteLog::WriteSome() {
  std::deque<Handed> inbox;
  {
    MutexLock lock(&mutex_);
    inbox.swap(inbox_);
  }
  Group group;
  for (Handed& handed : inbox) {
    if (handed.done) {
      AddTo(&group, std::move(handed));
      if (group.records.size() >= kTransactionRecords || group.bytes >= kTransactionBytes) Commit(&group);
    } else {
      Commit(&group);
      Recover();
    }
  }
  Commit(&group);
  return !inbox.empty();
}

void SqliteLog::AddTo(Group* group, Handed handed) {
  const int64_t now_ms = options_.clock->WallMillis();
  Offset next = !group->records.empty() ? group->records.back().offset.Next() : file_ ? file_->next() : Offset(0);
  for (Record& record : handed.records) {
    group->bytes += SizeOf(record);
    group->records.push_back({next, now_ms, std::move(record)});
    next = next.Next();
  }
  group->dones.emplace_back(std::move(handed.done), group->records.back().offset);
}

void SqliteLog::Commit(Group* group) {
  if (group->records.empty()) return;
  if (failed_.ok()) {
    failed_ = file_->CheckInPlace();
    if (!failed_.ok()) ReportReplaced(failed_);
  }
  if (!failed_.ok()) return FinishAll(group, AppendOutcome::Kind::kFailed, failed_);
  const SqliteFile::WriteResult result = file_->Write(group->records);
  if (result.kind == AppendOutcome::Kind::kAppended) {
    end_ = file_->next();
    DeliverFresh(std::move(group->records), group->bytes);
  } else {
    failed_ = result.status;
    in_doubt_ = result.kind == AppendOutcome::Kind::kUnknown;
  }
  FinishAll(group, result.kind, result.status);
}

void SqliteLog::FinishAll(Group* group, AppendOutcome::Kind kind, const absl::Status& status) {
  const bool appended = kind == AppendOutcome::Kind::kAppended;
  for (const auto& [done, last] : group->dones) done({kind, appended ? last : kBeforeFirst, status});
  *group = Group();
}

void SqliteLog::Recover() {
  if (replaced_) return;
  failed_ = absl::OkStatus();
  if (!in_doubt_) return;
  // What the file holds after it was opened again is what every later reader finds.
  file_.reset();
  absl::StatusOr<std::unique_ptr<SqliteFile>> file = SqliteFile::Open(options_.directory, options_.clock->WallMillis());
  if (!file.ok()) {
    failed_ = file.status();
    return;
  }
  file_ = std::move(*file);
  in_doubt_ = false;
  if (file_->id() == id_ && file_->next() >= end_) return;
  failed_ = MakeError(ErrorReason::kLogReplaced, "another log, or an older copy of it, stands in " + path_);
  ReportReplaced(failed_);
}

// Whether there is something to tell the sink, and room for it.
bool SqliteLog::MayReadLocked() const {
  if (replaced_ || !file_ || sink_ == nullptr || delivery_bytes_ >= kReadAheadBytes) return false;
  if (read_trouble_ && SystemClock()->Now() < read_again_at_) return false;
  return !reading_ || !caught_up_ || read_position_ < file_->next();
}

bool SqliteLog::ReadSome() {
  {
    MutexLock lock(&mutex_);
    if (!MayReadLocked()) return false;
    if (!reading_) {
      reading_ = true;
      read_position_ = read_from_;
      stood_ = file_->next();
    }
  }
  if (read_position_ > file_->next()) {
    ReportReplaced(MakeError(ErrorReason::kLogReplaced, path_ + " ends before the reader's position: it was cut off"));
    return true;
  }
  if (read_position_ < file_->next() && !ReadFile()) return false;
  if (!caught_up_ && read_position_ >= stood_) {
    caught_up_ = true;
    // What is appended is handed on without a look into the file.
    file_->ReleaseMemory();
    Deliver(CaughtUp{read_position_}, 0);
  }
  return true;
}

bool SqliteLog::ReadFile() {
  absl::StatusOr<std::vector<LogRecord>> records = file_->Read(read_position_, kReadRecords, kReadBytes);
  if (!records.ok()) {
    if (!read_trouble_) Deliver(Trouble{records.status()}, 0);
    read_trouble_ = true;
    // Told anew when what stands there now was read.
    caught_up_ = false;
    stood_ = file_->next();
    read_again_at_ = SystemClock()->Now() + kReadRetry;
    return false;
  }
  read_trouble_ = false;
  // Nothing left: the last ones were deleted.
  read_position_ = records->empty() ? file_->next() : records->back().offset.Next();
  size_t bytes = 0;
  for (const LogRecord& record : *records) bytes += SizeOf(record.record);
  if (!records->empty()) Deliver(std::move(*records), bytes);
  return true;
}

void SqliteLog::DeliverFresh(std::vector<LogRecord> records, size_t bytes) {
  // A reader that is behind finds them in the file.
  if (!reading_ || replaced_ || read_position_ != records.front().offset) return;
  {
    MutexLock lock(&mutex_);
    if (delivery_bytes_ >= kDeliveryBytes) return;
  }
  read_position_ = records.back().offset.Next();
  Deliver(std::move(records), bytes);
}

void SqliteLog::Deliver(Delivery delivery, size_t bytes) {
  MutexLock lock(&mutex_);
  deliveries_.emplace_back(std::move(delivery), bytes);
  delivery_bytes_ += bytes;
  wake_delivery_.NotifyOne();
}

void SqliteLog::ReportReplaced(const absl::Status& what) {
  if (std::exchange(replaced_, true)) return;
  Deliver(Replaced{what}, 0);
}

void SqliteLog::RunDelivery() {
  while (true) {
    std::pair<Delivery, size_t> delivery;
    LogSink* sink = nullptr;
    {
      MutexLock lock(&mutex_);
      while (!closing_ && (deliveries_.empty() || sink_ == nullptr)) wake_delivery_.Wait(&mutex_);
      if (closing_) return;
      delivery = std::move(deliveries_.front());
      deliveries_.pop_front();
      sink = sink_;
    }
    HandTo(sink, std::move(delivery.first));
    MutexLock lock(&mutex_);
    const bool was_full = delivery_bytes_ >= kReadAheadBytes;
    delivery_bytes_ -= delivery.second;
    if (was_full && delivery_bytes_ < kReadAheadBytes) wake_disk_.NotifyOne();
  }
}

void SqliteLog::HandTo(LogSink* sink, Delivery delivery) {
  if (auto* records = std::get_if<std::vector<LogRecord>>(&delivery)) {
    for (LogRecord& record : *records) {
      if (closing_) return;
      sink->OnRecord(std::move(record));
    }
  } else if (const auto* caught_up = std::get_if<CaughtUp>(&delivery)) {
    sink->OnCaughtUp(caught_up->next);
  } else if (const auto* replaced = std::get_if<Replaced>(&delivery)) {
    sink->OnReplaced(replaced->what);
  } else if (const auto* trouble = std::get_if<Trouble>(&delivery)) {
    sink->OnError(trouble->status);
  }
}

}  // namespace

bool HoldsSqliteLog(const std::string& directory) {
  std::error_code error;
  return std::filesystem::exists(directory + "/" + SqliteFile::kFileName, error);
}

absl::StatusOr<std::unique_ptr<Log>> OpenSqliteLog(const SqliteLogOptions& options) {
  SqliteLogOptions absolute = options;
  std::error_code error;
  // So that a later change of the working directory moves nothing.
  absolute.directory = std::filesystem::absolute(options.directory, error).string();
  if (error || options.directory.empty()) {
    return MakeError(ErrorReason::kConfigurationInvalid,
                     "data directory: \"" + options.directory + "\" is no path: set regent.data.dir");
  }
  absl::StatusOr<std::unique_ptr<DirectoryLock>> lock = DirectoryLock::Acquire(absolute.directory);
  if (!lock.ok()) return lock.status();
  absl::StatusOr<std::unique_ptr<SqliteFile>> file = SqliteFile::Open(absolute.directory, absolute.clock->WallMillis());
  if (!file.ok()) return file.status();
  return std::make_unique<SqliteLog>(absolute, std::move(*lock), std::move(*file));
}

}  // namespace regent
