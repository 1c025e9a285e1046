// An object that two sides may want to finish: whoever comes first has it, the other finds nothing.
#pragma once

#include <utility>

#include "base/mutex.h"

namespace regent {

// For a call that its answer or its cancellation ends, whichever comes first. Does not own the object. Thread-safe.
template <typename T>
class FirstCome {
 public:
  explicit FirstCome(T* object) : object_(object) {}
  // The object for the first caller, null for all others.
  T* Take() {
    MutexLock lock(&mutex_);
    return std::exchange(object_, nullptr);
  }

 private:
  Mutex mutex_;
  T* object_ GUARDED_BY(mutex_);
};

}  // namespace regent
