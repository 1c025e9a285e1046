// A log with a copy of it in this node's directory: a start reads the copy and then only what came since, and a node
// that is started while its log is away has something to answer from.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "store/claim_tracker.h"
#include "store/copy/copy_file.h"
#include "store/log.h"

namespace regent {

// Reads as the log it wraps, from the copy as far as that goes; appends go straight through. The copy is written behind
// the reader's back, a moment later, and leaves out what cannot matter any more. A copy of another log, or one so old
// that the log's cleaner may have removed what it never saw, is not read. Thread-safe like every log.
class CopiedLog : public Log, private LogSink {
 public:
  struct Options {
    // A copy that has not been current for longer than this is not read: the log's cleaner may have removed a tombstone
    // whose record the copy still has. At most half of how long tombstones stay (delete.retention.ms).
    std::chrono::milliseconds max_age{12 * 3600 * 1000};
    // Whether a start reads the copy at all; else it is made anew from the log.
    enum class Start { kFromCopy, kFromLog } start = Start::kFromCopy;
    // Records wait so long to be written, together.
    std::chrono::milliseconds write_pause{200};
    // How often the copy notes that it is current although nothing came.
    std::chrono::milliseconds note_pause{60000};
    // What may wait for the disk; beyond it the reader waits for it too.
    size_t max_waiting_bytes = 64 << 20;
  };

  // `copy` is of the log that `log` was opened as, or of none, or of another. Nobody else uses it until Close().
  CopiedLog(Options options, std::unique_ptr<Log> log, std::shared_ptr<CopyFile> copy, const Clock* clock);
  ~CopiedLog() override;

  absl::Status StartReading(Offset from, LogSink* sink) override;
  void Append(absl::Span<const Record> records, AppendDone done) override { log_->Append(records, std::move(done)); }
  void AbandonPending() override { log_->AbandonPending(); }
  std::string Id() const override { return log_->Id(); }
  LogDescription Describe() const override { return log_->Describe(); }
  void Close() override;

  // Waits until what was read so far is in the copy; for tests.
  void Flush();

 private:
  void OnRecord(LogRecord record) override;
  void OnCaughtUp(Offset next) override;
  void OnReplaced(const absl::Status& what) override;
  void OnError(const absl::Status& status) override;

  bool CopyIsGood() const;
  // To the sink, what stands in the copy from there on; where it ends, or nothing when the log is being closed.
  std::optional<Offset> ReadCopy(Offset from);
  void ReadThenFollow(Offset from);
  void WriteBehind();
  Verdict Follow(Offset offset, const DecodedRecord& record);
  // Which records the copy needs.
  CopyBatch::Entry Judge(LogRecord record);

  const Options options_;
  const std::unique_ptr<Log> log_;
  const std::shared_ptr<CopyFile> copy_;  // of the reading thread, then of the writing one
  const Clock* const clock_;
  LogSink* sink_ = nullptr;
  Offset from_;                          // the first record the sink asked for
  std::atomic<bool> begin_anew_{false};  // with the first thing that the log tells
  ClaimTracker tracker_;                 // of the reading thread, then of the writing one
  // The last collective delete of another registry: what it does depends on all that stands before it.
  Offset last_collective_ = kBeforeFirst;
  std::thread reader_;
  std::thread writer_;

  Mutex mutex_;
  CondVar changed_;
  std::deque<LogRecord> waiting_ GUARDED_BY(mutex_);
  size_t waiting_bytes_ GUARDED_BY(mutex_) = 0;
  Offset last_ GUARDED_BY(mutex_) = kBeforeFirst;
  bool current_ GUARDED_BY(mutex_) = false;  // the reader is at the log's end
  bool writing_ GUARDED_BY(mutex_) = false;
  bool broken_ GUARDED_BY(mutex_) = false;  // the copy is not written any more
  bool flush_ GUARDED_BY(mutex_) = false;
  bool closing_ GUARDED_BY(mutex_) = false;
};

}  // namespace regent
