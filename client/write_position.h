// How far the log had come when the last write of a connection stood in it: what later reads must at least see.
#pragma once

#include "base/ids.h"
#include "base/mutex.h"

namespace regent::client {

// Thread-safe.
class WritePosition {
 public:
  // A write was acknowledged at `position`. Of two in one log the higher one counts; another log replaces the old one.
  void Advance(const Position& position) {
    if (position.log_id.empty()) return;
    MutexLock lock(&mutex_);
    if (position.log_id == position_.log_id && position.offset <= position_.offset) return;
    position_ = position;
  }

  // Of a log that is no more, unless it has been replaced meanwhile.
  void Forget(const Position& position) {
    MutexLock lock(&mutex_);
    if (position_ == position) position_ = Position();
  }

  // With an empty log id while nothing was written.
  Position Get() const {
    MutexLock lock(&mutex_);
    return position_;
  }

 private:
  mutable Mutex mutex_;
  Position position_ GUARDED_BY(mutex_);
};

}  // namespace regent::client
