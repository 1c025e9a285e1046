// Permanent deletes of which the last record that landed was the tombstone of a subject's last version: what belongs to
// the subject beside its versions is still there, and whoever was primary is gone. A retry, on any node, finds here
// that it is one.
//
// Beside the state, not part of it, as RequestMemory: told of every record that this node reads, and forgotten where
// the log was compacted or the node began from its local copy. Then what is left is a subject's settings like any
// other.
#pragma once

#include <map>
#include <optional>

#include "base/mutex.h"
#include "store/state.h"

namespace regent {

// Holds at most one entry for each subject that has a configuration or a mode of its own. Thread-safe. `state` outlives
// it.
class UnfinishedDeletes {
 public:
  explicit UnfinishedDeletes(const State* state) : state_(state) {}

  // From the thread that applies the log, after the state holds the record.
  void OnApplied(const Applied& applied);
  // The version whose removal left the subject with nothing but settings from before; nothing where there is no such.
  std::optional<Version> LastRemoved(const Subject& subject) const;

 private:
  const State* const state_;
  mutable Mutex mutex_;
  std::map<Subject, Version> last_removed_ GUARDED_BY(mutex_);
};

}  // namespace regent
