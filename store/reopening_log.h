// A log that can be opened again: to read from the start what a node may have missed, or what took the old log's place.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "store/log.h"

namespace regent {

struct ReopenRequest {
  // The log that is meant: one that is another by now is not created, and its reader is told that it was replaced.
  // Empty: whatever is there now, which only an operator may ask for.
  std::string expected_id;
  // The handle is for appending what this node remembers of another log: what the node keeps on its disk is left alone.
  bool for_restore = false;
};

// Passes everything on to the handle it has now. Thread-safe.
class ReopeningLog : public Log {
 public:
  // Another handle. A log that cannot look for `expected_id` may give another: compare its Id().
  using Open = std::function<absl::StatusOr<std::unique_ptr<Log>>(const ReopenRequest&)>;

  // `first` belongs to the caller and outlives this; null: there is none until Reopen(), and the log has no Id() until
  // then. Without `open` it is never replaced.
  ReopeningLog(Log* first, Open open);

  bool IsOpen() const { return Current() != nullptr; }
  bool CanReopen() const { return open_ != nullptr; }
  // Closes the handle it has and opens another, which StartReading() reads anew. Appends that were pending end UNKNOWN
  // or better, and those in between fail. Not from a callback. One at a time.
  absl::Status Reopen(const ReopenRequest& request);

  absl::Status StartReading(Offset from, LogSink* sink) override;
  void Append(absl::Span<const Record> records, AppendDone done) override;
  void AbandonPending() override;
  std::string Id() const override;
  LogDescription Describe() const override;
  void Close() override;

 private:
  std::shared_ptr<Log> Current() const;

  const Open open_;
  mutable Mutex mutex_;
  std::shared_ptr<Log> current_ GUARDED_BY(mutex_);
  bool closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace regent
