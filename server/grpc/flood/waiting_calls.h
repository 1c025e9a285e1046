// Counts the calls that gRPC has accepted and that no thread has come round to, and slows down who brings more.
#pragma once

#include <grpcpp/server_builder.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace regent {

// The thread that reads a connection accepts its calls; others begin them, in gRPC with no bound between. Thread-safe.
class WaitingCalls {
 public:
  // Beyond `max`, and under pressure, every fourth arrival calls `brake`, on the thread that reads: as long as it
  // blocks, that thread brings no more. Not every one: what a thread has read it must get through before it can begin
  // calls itself.
  WaitingCalls(int64_t max, std::function<void()> brake) : max_(max), brake_(std::move(brake)) {}

  void Arrived() {
    const bool many = count_.fetch_add(1, std::memory_order_relaxed) >= max_;
    if (!many && !pressure_.load(std::memory_order_relaxed)) return;
    if (turn_.fetch_add(1, std::memory_order_relaxed) % 4 == 0) brake_();
  }
  void Begun() { count_.fetch_sub(1, std::memory_order_relaxed); }
  // Whether calls that were begun are not done with in time either.
  void SetPressure(bool pressure) { pressure_.store(pressure, std::memory_order_relaxed); }
  int64_t count() const { return count_.load(std::memory_order_relaxed); }

 private:
  const int64_t max_;
  const std::function<void()> brake_;
  std::atomic<int64_t> count_{0};
  std::atomic<bool> pressure_{false};
  std::atomic<uint32_t> turn_{0};
};

// Has a server tell `calls` of each call of its callback services. Costs a call some ten nanoseconds.
void CountWaitingCalls(const std::shared_ptr<WaitingCalls>& calls, grpc::ServerBuilder* builder);

}  // namespace regent
