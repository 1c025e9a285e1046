#include "benchmarks/watchers.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "regent/v1/watch.pb.h"

namespace regent::benchmarks {
namespace {

using std::chrono::steady_clock;

int64_t NowMicros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now().time_since_epoch()).count();
}

// Looks again every millisecond.
template <typename Condition>
bool Await(std::chrono::seconds patience, const Condition& condition) {
  const auto end = steady_clock::now() + patience;
  while (!condition()) {
    if (steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace

struct Watchers::Queue {
  grpc::CompletionQueue queue;
};

struct Watchers::Watch {
  enum class Step { kStart, kAsk, kRead } step = Step::kStart;
  bool reads = true;
  grpc::ClientContext context;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream;
  grpc::ByteBuffer buffer;
};

Watchers::Watchers(const std::string& target, int count) : queue_(std::make_unique<Queue>()) {
  for (int i = 0; i < count; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    grpc::GenericStub stub(grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments));
    Watch& watch = *watches_.emplace_back(std::make_unique<Watch>());
    watch.reads = i > 0;
    watch.context.set_wait_for_ready(true);
    watch.stream = stub.PrepareCall(&watch.context, "/regent.v1.Watch/WatchChanges", &queue_->queue);
    watch.stream->StartCall(&watch);
  }
  thread_ = std::thread([this] { Run(); });
  if (!Await(std::chrono::seconds(60), [&] { return there_ == count; })) {
    std::fprintf(stderr, "only %d of %d watches are there\n", there_.load(), count);
    std::exit(1);
  }
}

Watchers::~Watchers() { End(); }

std::string Watchers::Subject() { return std::to_string(NowMicros()); }

void Watchers::Run() {
  void* tag;
  bool ok;
  while (queue_->queue.Next(&tag, &ok)) {
    auto* watch = static_cast<Watch*>(tag);
    if (!ok) continue;
    if (watch->step == Watch::Step::kStart) {
      v1::WatchChangesRequest request;
      request.mutable_now();
      const grpc::Slice slice(request.SerializeAsString());
      watch->step = Watch::Step::kAsk;
      watch->stream->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), watch);
      continue;
    }
    if (watch->step == Watch::Step::kRead) {
      const int64_t now = NowMicros();
      v1::WatchEvent event;
      std::vector<grpc::Slice> slices;
      std::string bytes;
      if (watch->buffer.Dump(&slices).ok()) {
        for (const auto& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
      }
      if (event.ParseFromString(bytes) && event.has_schema_version()) {
        delays_ms_.push_back((now - std::stoll(event.schema_version().subject().subject())) / 1000.0);
        ++heard_;
      }
      if (event.has_caught_up()) {
        ++there_;
        if (!watch->reads) continue;
      }
    }
    watch->step = Watch::Step::kRead;
    watch->stream->Read(&watch->buffer, watch);
  }
}

bool Watchers::AwaitChanges(uint64_t changes) {
  const uint64_t all = changes * (watches_.size() - 1);
  return Await(std::chrono::seconds(10), [&] { return heard_ >= all; });
}

std::vector<double> Watchers::End() {
  if (!thread_.joinable()) return {};
  for (const auto& watch : watches_) watch->context.TryCancel();
  queue_->queue.Shutdown();
  thread_.join();
  std::sort(delays_ms_.begin(), delays_ms_.end());
  return std::move(delays_ms_);
}

}  // namespace regent::benchmarks
