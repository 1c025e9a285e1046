// Locks that say what they guard.
//
// Thin wrappers over the standard library's, with Clang's thread-safety annotations. They are
// not absl::Mutex on purpose: TSan understands std::mutex, and Debian's abseil is not instrumented.
//
// Every shared field is GUARDED_BY its mutex; a helper that needs the lock held ends in `Locked` and
// is REQUIRES(mutex). No callback, log append or RPC runs while a lock is held.
#pragma once

#include <condition_variable>
#include <mutex>
#include <shared_mutex>

// Defines GUARDED_BY and PT_GUARDED_BY, whichever of the two headers comes first.
#include "absl/base/thread_annotations.h"

#if defined(__clang__)
#define REGENT_ANNOTATION(x) __attribute__((x))
#else
#define REGENT_ANNOTATION(x)
#endif

#define CAPABILITY(x) REGENT_ANNOTATION(capability(x))
#define SCOPED_CAPABILITY REGENT_ANNOTATION(scoped_lockable)
#define REQUIRES(...) REGENT_ANNOTATION(requires_capability(__VA_ARGS__))
#define REQUIRES_SHARED(...) REGENT_ANNOTATION(requires_shared_capability(__VA_ARGS__))
#define EXCLUDES(...) REGENT_ANNOTATION(locks_excluded(__VA_ARGS__))
#define ACQUIRE(...) REGENT_ANNOTATION(acquire_capability(__VA_ARGS__))
#define ACQUIRE_SHARED(...) REGENT_ANNOTATION(acquire_shared_capability(__VA_ARGS__))
#define RELEASE(...) REGENT_ANNOTATION(release_capability(__VA_ARGS__))
#define RELEASE_SHARED(...) REGENT_ANNOTATION(release_shared_capability(__VA_ARGS__))
#define RELEASE_GENERIC(...) REGENT_ANNOTATION(release_generic_capability(__VA_ARGS__))

namespace regent {

class CAPABILITY("mutex") Mutex {
 public:
  void Lock() ACQUIRE() { mutex_.lock(); }
  void Unlock() RELEASE() { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

class SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex* mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_->Lock(); }
  ~MutexLock() RELEASE() { mutex_->Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex* const mutex_;
};

// Many readers or one writer.
class CAPABILITY("mutex") SharedMutex {
 public:
  void Lock() ACQUIRE() { mutex_.lock(); }
  void Unlock() RELEASE() { mutex_.unlock(); }
  void LockShared() ACQUIRE_SHARED() { mutex_.lock_shared(); }
  void UnlockShared() RELEASE_SHARED() { mutex_.unlock_shared(); }

 private:
  std::shared_mutex mutex_;
};

class SCOPED_CAPABILITY WriterLock {
 public:
  explicit WriterLock(SharedMutex* mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_->Lock(); }
  ~WriterLock() RELEASE() { mutex_->Unlock(); }
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  SharedMutex* const mutex_;
};

class SCOPED_CAPABILITY ReaderLock {
 public:
  explicit ReaderLock(SharedMutex* mutex) ACQUIRE_SHARED(mutex) : mutex_(mutex) { mutex_->LockShared(); }
  ~ReaderLock() RELEASE_GENERIC() { mutex_->UnlockShared(); }
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;

 private:
  SharedMutex* const mutex_;
};

// Waits on a Mutex that the caller holds. Loop over the condition: wake-ups may be spurious.
class CondVar {
 public:
  void Wait(Mutex* mutex) REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex->mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  // False when `deadline` passed first.
  template <typename Clock, typename Duration>
  bool WaitUntil(Mutex* mutex, std::chrono::time_point<Clock, Duration> deadline) REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex->mutex_, std::adopt_lock);
    const bool in_time = condition_.wait_until(lock, deadline) == std::cv_status::no_timeout;
    lock.release();
    return in_time;
  }
  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace regent
