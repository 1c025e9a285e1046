// Registrations and reads under which a cluster is hurt, and the judge of what became of them.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "tests/support/cluster.h"

namespace regent::testing {

// Writers register new schemas; readers read from one node each. Start by constructing; use from one thread.
class Workload {
 public:
  struct Options {
    int writers = 4;
    int subjects = 6;
    // Nodes that are written through, by each writer one of them; if empty, all, with another one first.
    std::vector<int> write_through = {};
    // Nodes that are read from all the time.
    std::vector<int> read_from = {};
  };
  // `cluster` outlives it.
  Workload(Cluster* cluster, const Options& options);
  ~Workload() { Stop(); }

  // Blocks until `count` more writes were acknowledged; fails the test when that takes over a minute.
  void AwaitAcks(size_t count);
  // Blocks until it has run for so long.
  void RunFor(std::chrono::milliseconds time);
  void Stop();

  size_t acks() const;
  int write_errors() const { return write_errors_; }
  int read_errors() const { return read_errors_; }
  int reads() const { return reads_; }
  std::string FirstError() const;
  // The times in which no write was acknowledged, from the first to the last one since the last call.
  struct Gaps {
    std::chrono::milliseconds longest{0};
    std::chrono::milliseconds longest_began{0};  // after the first of them
    std::chrono::microseconds p999{0};
    size_t count = 0;
  };
  Gaps TakeGaps();
  std::chrono::milliseconds TakeLongestGap() { return TakeGaps().longest; }

  // After Stop(): no acknowledged write is lost or changed, no id names two texts, no version is missing, all nodes
  // hold the same, and so does one that replays the topic from its beginning. Fails the test otherwise.
  void Judge() const;

 private:
  struct Ack {
    std::string subject;
    int version = 0;
    int id = 0;
    std::string text;
  };

  void Write(int writer);
  void Read(int node);
  void NoteError(const std::string& error);

  Cluster* const cluster_;
  const Options options_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> write_errors_{0};
  std::atomic<int> read_errors_{0};
  std::atomic<int> reads_{0};
  std::vector<client::RegistryClient> clients_;
  std::vector<std::thread> threads_;
  mutable Mutex mutex_;
  CondVar acknowledged_;
  std::vector<Ack> acks_ GUARDED_BY(mutex_);
  std::vector<std::chrono::steady_clock::time_point> times_ GUARDED_BY(mutex_);
  std::string first_error_ GUARDED_BY(mutex_);
};

}  // namespace regent::testing
