#include "benchmarks/load.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <limits>
#include <memory>
#include <thread>

namespace regent::benchmarks {
namespace {

using std::chrono::steady_clock;

struct Call {
  grpc::GenericStub* stub = nullptr;
  std::unique_ptr<grpc::ClientContext> context;
  std::unique_ptr<grpc::ClientAsyncResponseReader<grpc::ByteBuffer>> reader;
  grpc::ByteBuffer response;
  grpc::Status status;
  steady_clock::time_point start;
};

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) { return time.tv_sec + time.tv_usec / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::shared_ptr<grpc::Channel> Connect(const std::string& target) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  auto channel = grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments);
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10))) {
    std::fprintf(stderr, "no connection to %s\n", target.c_str());
    std::exit(1);
  }
  return channel;
}

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

// What one thread does.
class Lane {
 public:
  Lane(const LoadOptions& options, const MakeRequest& request, std::atomic<uint64_t>* next,
       steady_clock::time_point end)
      : options_(options), request_(request), next_(next), end_(end) {}

  void Add(grpc::GenericStub* stub) {
    calls_.push_back(std::make_unique<Call>());
    calls_.back()->stub = stub;
  }

  void Run() {
    size_t pending = 0;
    for (const auto& call : calls_) pending += Start(call.get());
    void* tag;
    bool ok;
    while (pending > 0 && queue_.Next(&tag, &ok)) {
      auto* call = static_cast<Call*>(tag);
      const auto took = steady_clock::now() - call->start;
      result_.micros.push_back(
          static_cast<uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
      if (!call->status.ok() && result_.errors++ == 0) result_.first_error = call->status.error_message();
      if (!Start(call)) --pending;
    }
  }

  const LoadResult& result() const { return result_; }

 private:
  bool Start(Call* call) {
    const uint64_t number = next_->fetch_add(1, std::memory_order_relaxed);
    if (number >= options_.calls || steady_clock::now() >= end_) return false;
    call->context = std::make_unique<grpc::ClientContext>();
    call->response.Clear();
    const grpc::ByteBuffer request = ToBuffer(request_(number));
    call->start = steady_clock::now();
    call->reader = call->stub->PrepareUnaryCall(call->context.get(), options_.method, request, &queue_);
    call->reader->StartCall();
    call->reader->Finish(&call->response, &call->status, call);
    return true;
  }

  const LoadOptions& options_;
  const MakeRequest& request_;
  std::atomic<uint64_t>* const next_;
  const steady_clock::time_point end_;
  grpc::CompletionQueue queue_;
  std::vector<std::unique_ptr<Call>> calls_;
  LoadResult result_;
};

}  // namespace

double LoadResult::quantile(double q) const {
  if (micros.empty()) return 0;
  return micros[std::min(micros.size() - 1, static_cast<size_t>(q * micros.size()))] / 1000.0;
}

LoadResult RunLoad(const LoadOptions& given, const MakeRequest& request) {
  LoadOptions options = given;
  if (options.calls == 0) options.calls = std::numeric_limits<uint64_t>::max();
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs;
  for (int i = 0; i < options.channels; ++i) {
    stubs.push_back(std::make_unique<grpc::GenericStub>(Connect(options.target)));
  }
  const double cpu_before = CpuSeconds();
  const auto begin = steady_clock::now();
  const auto end =
      options.seconds > 0
          ? begin + std::chrono::duration_cast<steady_clock::duration>(std::chrono::duration<double>(options.seconds))
          : steady_clock::time_point::max();
  std::atomic<uint64_t> next{0};
  std::vector<std::unique_ptr<Lane>> lanes;
  for (int t = 0; t < options.threads; ++t) lanes.push_back(std::make_unique<Lane>(options, request, &next, end));
  for (int i = 0; i < options.in_flight; ++i) lanes[i % options.threads]->Add(stubs[i % options.channels].get());
  std::vector<std::thread> threads;
  for (const auto& lane : lanes) threads.emplace_back([&lane] { lane->Run(); });
  for (std::thread& thread : threads) thread.join();

  LoadResult result;
  result.seconds = std::chrono::duration<double>(steady_clock::now() - begin).count();
  result.client_cpu_seconds = CpuSeconds() - cpu_before;
  for (const auto& lane : lanes) {
    const LoadResult& part = lane->result();
    result.errors += part.errors;
    if (result.first_error.empty()) result.first_error = part.first_error;
    result.micros.insert(result.micros.end(), part.micros.begin(), part.micros.end());
  }
  result.calls = result.micros.size();
  std::sort(result.micros.begin(), result.micros.end());
  return result;
}

std::string CallOnce(const std::string& target, const std::string& method, const std::string& request) {
  grpc::GenericStub stub(Connect(target));
  grpc::CompletionQueue queue;
  grpc::ClientContext context;
  const auto reader = stub.PrepareUnaryCall(&context, method, ToBuffer(request), &queue);
  reader->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  reader->Finish(&response, &status, nullptr);
  void* tag;
  bool ok;
  queue.Next(&tag, &ok);
  if (!status.ok()) {
    std::fprintf(stderr, "%s: %s\n", method.c_str(), status.error_message().c_str());
    return "";
  }
  std::vector<grpc::Slice> slices;
  if (!response.Dump(&slices).ok()) return "";
  std::string bytes;
  for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

}  // namespace regent::benchmarks
