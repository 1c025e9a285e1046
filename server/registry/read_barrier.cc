#include "server/registry/read_barrier.h"

#include <algorithm>
#include <utility>

#include "base/error_reason.h"
#include "store/record_codec.h"

namespace regent {
namespace {

absl::Status NotConfirmed() {
  return MakeError(ErrorReason::kPositionNotReached,
                   "The log did not confirm in time that this is the newest state: try again.");
}

class BarrierOperation : public WriteOperation {
 public:
  bool IsChange() const override { return false; }
  std::optional<WriteAnswer> Prepare() override { return std::nullopt; }
  // All barriers have one key, and the pipeline knows records by their keys.
  std::vector<HoldKey> Holds() const override { return {{"barrier"}}; }
  WriteStep Decide() override { return WriteStep::Append({EncodeRecord({.type = KeyType::kNoop}, NoopRecord{})}); }
  WriteStep AfterReadBack(const Position& position) override {
    WriteResult result;
    result.position = position;
    return WriteStep::Answer(result);
  }
};

}  // namespace

std::unique_ptr<WriteOperation> NewBarrierOperation() { return std::make_unique<BarrierOperation>(); }

void ReadBarriers::Ask(SteadyTime deadline, WriteDone done) {
  auto waiter = std::make_shared<Waiter>();
  bool write = false;
  {
    MutexLock lock(&mutex_);
    if (present_.size() + next_.size() < static_cast<size_t>(options_.max_waiting)) {
      waiter->done = std::move(done);
      waiter->timer = timer_->RunAt(std::min(deadline, clock_->Now() + options_.timeout),
                                    [this, waiter] { DeadlinePassed(waiter); });
      next_.push_back(waiter);
      write = !std::exchange(writing_, true);
    }
  }
  if (done) return done(MakeError(ErrorReason::kOverloaded, "Too many reads wait for a barrier; try again later."));
  if (write) Write();
}

void ReadBarriers::Write() {
  {
    MutexLock lock(&mutex_);
    present_.splice(present_.end(), next_);
  }
  submit_(clock_->Now() + options_.timeout, [this](absl::StatusOr<WriteResult> result) { Written(std::move(result)); });
}

void ReadBarriers::Written(absl::StatusOr<WriteResult> result) {
  if (ReasonOf(result.status()) == ErrorReason::kOutcomeUnknown) result = NotConfirmed();
  std::list<WaiterPtr> answered;
  bool write = false;
  {
    MutexLock lock(&mutex_);
    answered.swap(present_);
    write = !next_.empty();
    writing_ = write;
  }
  // The next one first: those who ask again from their answer then share the one after.
  if (write) Write();
  for (const WaiterPtr& waiter : answered) {
    timer_->Cancel(waiter->timer);
    if (WriteDone done = Take(waiter)) done(result);
  }
}

void ReadBarriers::DeadlinePassed(const WaiterPtr& waiter) {
  if (WriteDone done = Take(waiter)) {
    done(NotConfirmed());
  }
}

WriteDone ReadBarriers::Take(const WaiterPtr& waiter) {
  MutexLock lock(&mutex_);
  return std::exchange(waiter->done, nullptr);
}

}  // namespace regent
