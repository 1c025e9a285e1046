// A client of real nodes that writes down all it asks and is told.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/history/history.h"

namespace grpc {
class Channel;
class ClientContext;
class Status;
}  // namespace grpc

namespace regent::history {

// What the clients of one run share. Thread-safe.
class Run {
 public:
  explicit Run(std::vector<std::string> addresses);

  const std::vector<std::string>& addresses() const { return addresses_; }
  // Nanoseconds since the run began, by the one clock of all.
  int64_t Now() const;
  // A process that is started again is another node: it may have come less far than the one that died.
  int NodeNumber(int node) const { return node + static_cast<int>(addresses_.size()) * starts_[node]; }
  void Restarted(int node) { ++starts_[node]; }
  // Subjects are used for a while and then left, so that each has few enough operations to judge them together.
  int64_t Age() { return operations_++ / kOperationsOfAnAge; }

 private:
  static constexpr int64_t kOperationsOfAnAge = 120;

  const std::vector<std::string> addresses_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::unique_ptr<std::atomic<int>[]> starts_;
  std::atomic<int64_t> operations_{0};
};

// One thread's. What it asks, and whom, is by its seed alone; only how far the run has come is not.
class RecordedClient {
 public:
  RecordedClient(Run* run, int number, uint32_t seed);
  ~RecordedClient();

  // Until `done`.
  void Work(const std::atomic<bool>& done);
  const std::vector<Operation>& history() const { return history_; }
  // The first answer that no fault explains; empty: there was none.
  const std::string& surprise() const { return surprise_; }

 private:
  struct Stubs;

  Operation Begin(Operation::Kind kind);
  void Register();
  void Read(Operation::Kind kind, Operation::Read read);
  void Note(const grpc::Status& status);

  Run* const run_;
  const int number_;
  std::mt19937 random_;
  std::vector<std::unique_ptr<Stubs>> stubs_;  // by node
  std::string log_id_;                         // of this client's last write
  int64_t written_ = -1;                       // and its position
  std::vector<Operation> history_;
  std::string surprise_;
};

}  // namespace regent::history
