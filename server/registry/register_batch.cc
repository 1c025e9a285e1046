#include "server/registry/register_batch.h"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"

namespace regent {
namespace {

// Enough to keep the log busy, and few enough to leave others a place.
constexpr size_t kInFlightMax = 64;

class Batch : public std::enable_shared_from_this<Batch> {
 public:
  Batch(Registry* registry, Executor* executor, CallContext context, std::vector<RegisterSchema> requests,
        BatchDone done)
      : registry_(registry),
        executor_(executor),
        context_(std::move(context)),
        requests_(std::move(requests)),
        done_(std::move(done)),
        successors_(requests_.size()) {}

  void Start() {
    {
      MutexLock lock(&mutex_);
      results_.assign(requests_.size(), absl::UnknownError("no answer"));
      waits_for_.assign(requests_.size(), 0);
      Order();
    }
    PumpSoon();
  }

 private:
  void Order() REQUIRES(mutex_) {
    std::map<Subject, size_t> last;  // the latest request for each subject
    for (size_t i = 0; i < requests_.size(); ++i) {
      std::set<size_t> predecessors;
      const auto follow = [&](const Subject& subject) {
        const auto it = last.find(subject);
        if (it != last.end()) predecessors.insert(it->second);
      };
      follow(requests_[i].subject);
      for (const Reference& reference : requests_[i].content.references) follow(reference.subject);
      for (const size_t predecessor : predecessors) successors_[predecessor].push_back(i);
      waits_for_[i] = predecessors.size();
      if (predecessors.empty()) ready_.push_back(i);
      last[requests_[i].subject] = i;
    }
  }

  // Parsing and comparing are not for the thread that applies the log, which tells the results.
  void PumpSoon() {
    executor_->Post([self = shared_from_this()] { self->Pump(); });
  }

  void Pump() {
    while (true) {
      size_t next = 0;
      {
        MutexLock lock(&mutex_);
        if (ready_.empty() || in_flight_ == kInFlightMax) return;
        next = ready_.front();
        ready_.pop_front();
        ++in_flight_;
      }
      CallContext context = context_;
      if (!context.request_id.empty()) absl::StrAppend(&context.request_id, "#", next);
      registry_->Write(context, std::move(requests_[next]),
                       [self = shared_from_this(), next](absl::StatusOr<WriteResult> result) {
                         self->Finished(next, std::move(result));
                       });
    }
  }

  void Finished(size_t index, absl::StatusOr<WriteResult> result) {
    std::vector<absl::StatusOr<WriteResult>> results;
    {
      MutexLock lock(&mutex_);
      results_[index] = std::move(result);
      --in_flight_;
      for (const size_t successor : successors_[index]) {
        if (--waits_for_[successor] == 0) ready_.push_back(successor);
      }
      if (++finished_ == requests_.size()) results.swap(results_);
    }
    if (!results.empty()) return done_(std::move(results));
    PumpSoon();
  }

  Registry* const registry_;
  Executor* const executor_;
  const CallContext context_;
  std::vector<RegisterSchema> requests_;  // each is taken once
  const BatchDone done_;
  std::vector<std::vector<size_t>> successors_;  // who waits for whom; fixed by Start()

  Mutex mutex_;
  std::vector<absl::StatusOr<WriteResult>> results_ GUARDED_BY(mutex_);
  std::vector<size_t> waits_for_ GUARDED_BY(mutex_);
  std::deque<size_t> ready_ GUARDED_BY(mutex_);
  size_t in_flight_ GUARDED_BY(mutex_) = 0;
  size_t finished_ GUARDED_BY(mutex_) = 0;
};

}  // namespace

void RegisterBatch(Registry* registry, Executor* executor, const CallContext& context,
                   std::vector<RegisterSchema> requests, BatchDone done) {
  if (requests.empty()) return done({});
  std::make_shared<Batch>(registry, executor, context, std::move(requests), std::move(done))->Start();
}

}  // namespace regent
