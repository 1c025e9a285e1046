#include "server/registry/unfinished_deletes.h"

namespace regent {

void UnfinishedDeletes::OnApplied(const Applied& applied) {
  if (!applied.understood || !Counts(applied.verdict) || !applied.key.subject) return;
  const Subject& subject = *applied.key.subject;
  if (subject.name.empty()) return;
  switch (applied.key.type) {
    case KeyType::kSchema: {
      const bool gone = state_->FindSubject(subject) == nullptr;
      const bool left = gone && (state_->FindMode(subject) || state_->FindConfig(subject) != nullptr);
      MutexLock lock(&mutex_);
      if (left) {
        last_removed_[subject] = applied.key.version;
      } else {
        last_removed_.erase(subject);
      }
      return;
    }
    case KeyType::kMode: {
      // Of the two tombstones that end a delete this is the first; any other change is somebody's own.
      if (!state_->FindMode(subject) && state_->FindConfig(subject) != nullptr) return;
      break;
    }
    case KeyType::kConfig:
      break;
    default:
      return;
  }
  MutexLock lock(&mutex_);
  last_removed_.erase(subject);
}

std::optional<Version> UnfinishedDeletes::LastRemoved(const Subject& subject) const {
  MutexLock lock(&mutex_);
  const auto it = last_removed_.find(subject);
  if (it == last_removed_.end()) return std::nullopt;
  return it->second;
}

}  // namespace regent
