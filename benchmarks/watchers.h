// Many watches of one node, and how long after it was asked for each of them hears of a change.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace regent::benchmarks {

// Use from one thread. The changes are registrations of schemas under a subject that says when, see Subject().
class Watchers {
 public:
  // Each on a connection of its own; the first of them reads nothing once it was told that it is there. Blocks until
  // all are, and ends the program if that takes more than a minute.
  Watchers(const std::string& target, int count);
  ~Watchers();

  // Of a change that is asked for now.
  static std::string Subject();

  // Until the others have heard of so many changes. False after ten seconds.
  bool AwaitChanges(uint64_t changes);

  // Ends them. Milliseconds, sorted; of every change for each watcher.
  std::vector<double> End();

 private:
  struct Watch;
  struct Queue;
  void Run();

  const std::unique_ptr<Queue> queue_;
  std::vector<std::unique_ptr<Watch>> watches_;
  std::atomic<int> there_{0};
  std::atomic<uint64_t> heard_{0};
  std::vector<double> delays_ms_;  // of the thread, until it ended
  std::thread thread_;
};

}  // namespace regent::benchmarks
