#include "server/grpc/flood/flood_guard.h"

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string_view>
#include <utility>
#include <vector>

#include "server/grpc/flood/connection_streams.h"
#include "server/grpc/flood/own_connections.h"

namespace regent {
namespace {

// This process, and the gRPC in it.
class ProcessSight final : public FloodSight {
 public:
  explicit ProcessSight(std::shared_ptr<::regent::WaitingCalls> calls)
      : calls_(std::move(calls)),
        page_bytes_(static_cast<size_t>(sysconf(_SC_PAGESIZE))),
        statm_(open("/proc/self/statm", O_RDONLY | O_CLOEXEC)) {}
  ~ProcessSight() override {
    if (statm_ >= 0) close(statm_);
  }

  std::chrono::steady_clock::time_point Now() override { return std::chrono::steady_clock::now(); }
  int64_t WaitingCalls() override { return calls_->count(); }
  size_t ResidentBytes() override {
    char buffer[128];
    const ssize_t size = statm_ < 0 ? -1 : pread(statm_, buffer, sizeof(buffer), 0);
    if (size <= 0) return 0;
    // Pages in all, then those that are in memory.
    const std::string_view text(buffer, static_cast<size_t>(size));
    const size_t space = text.find(' ');
    if (space == std::string_view::npos) return 0;
    size_t pages = 0;
    std::from_chars(text.data() + space + 1, text.data() + text.size(), pages);
    return pages * page_bytes_;
  }
  int64_t StartedCalls() override { return ReadStartedCalls(); }
  std::vector<ConnectionStreams> Connections() override { return ReadConnectionStreams(); }
  int End(const std::vector<ConnectionStreams>& connections) override {
    std::vector<OwnConnection> ends;
    for (const ConnectionStreams& each : connections) ends.push_back(each.connection);
    return EndConnections(ends);
  }
  void Brake(bool on) override { calls_->SetPressure(on); }
  void ReleaseFreeMemory() override { malloc_trim(0); }

 private:
  const std::shared_ptr<::regent::WaitingCalls> calls_;
  const size_t page_bytes_;
  const int statm_;
};

}  // namespace

FloodGuard::FloodGuard(const FloodWatch::Options& options, std::shared_ptr<WaitingCalls> calls)
    : sight_(std::make_unique<ProcessSight>(std::move(calls))),
      watch_(options, sight_.get()),
      thread_([this] { Run(); }) {}

FloodGuard::~FloodGuard() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
  }
  stop_.NotifyAll();
  thread_.join();
}

void FloodGuard::Run() {
  std::chrono::steady_clock::duration pause{0};
  while (Pause(pause)) {
    const auto begin = std::chrono::steady_clock::now();
    const std::chrono::milliseconds interval = watch_.Look();
    connections_ended_ = watch_.connections_ended();
    // With very many connections a look takes longer than the interval: half of the time is left to others.
    pause = std::max<std::chrono::steady_clock::duration>(interval, std::chrono::steady_clock::now() - begin);
  }
}

bool FloodGuard::Pause(std::chrono::steady_clock::duration time) {
  const auto until = std::chrono::steady_clock::now() + time;
  MutexLock lock(&mutex_);
  while (!stopping_) {
    if (!stop_.WaitUntil(&mutex_, until)) return !stopping_;
  }
  return false;
}

}  // namespace regent
