#include "cli/parallel.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace regent::cli {
namespace {

constexpr std::chrono::milliseconds kTellEvery{50};

struct Shared {
  Mutex mutex;
  CondVar changed;
  size_t next GUARDED_BY(mutex) = 0;
  size_t finished GUARDED_BY(mutex) = 0;
  size_t running GUARDED_BY(mutex) = 0;
  absl::Status error GUARDED_BY(mutex);
};

}  // namespace

absl::Status RunParallel(size_t count, size_t threads, const std::function<absl::Status(size_t)>& work,
                         const std::function<void(size_t)>& done) {
  Shared shared;
  std::vector<std::thread> workers;
  {
    MutexLock lock(&shared.mutex);
    shared.running = std::min(count, threads);
  }
  for (size_t i = 0; i < std::min(count, threads); ++i) {
    workers.emplace_back([&] {
      while (true) {
        size_t index = 0;
        {
          MutexLock lock(&shared.mutex);
          if (shared.next >= count || !shared.error.ok()) {
            --shared.running;
            shared.changed.NotifyAll();
            return;
          }
          index = shared.next++;
        }
        const absl::Status status = work(index);
        MutexLock lock(&shared.mutex);
        ++shared.finished;
        if (!status.ok() && shared.error.ok()) shared.error = status;
      }
    });
  }
  for (bool running = count > 0; running;) {
    size_t finished = 0;
    {
      MutexLock lock(&shared.mutex);
      if (shared.running > 0) shared.changed.WaitUntil(&shared.mutex, std::chrono::steady_clock::now() + kTellEvery);
      running = shared.running > 0;
      finished = shared.finished;
    }
    done(finished);
  }
  for (std::thread& worker : workers) worker.join();
  MutexLock lock(&shared.mutex);
  return shared.error;
}

}  // namespace regent::cli
