#include "store/log_testing.h"

#include <memory>
#include <utility>

namespace regent {

template <typename Condition>
bool RecordingSink::WaitFor(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + kTestPatience;
  MutexLock lock(&mutex_);
  while (!condition()) {
    if (!changed_.WaitUntil(&mutex_, deadline)) return condition();
  }
  return true;
}

bool RecordingSink::WaitForRecords(size_t count) {
  return WaitFor([&]() NO_THREAD_SAFETY_ANALYSIS { return records_.size() >= count; });
}
bool RecordingSink::WaitForCaughtUp() {
  return WaitFor([&]() NO_THREAD_SAFETY_ANALYSIS { return !caught_up_.empty(); });
}
bool RecordingSink::WaitForReplaced() {
  return WaitFor([&]() NO_THREAD_SAFETY_ANALYSIS { return !replaced_.empty(); });
}
bool RecordingSink::WaitForErrors(size_t count) {
  return WaitFor([&]() NO_THREAD_SAFETY_ANALYSIS { return errors_.size() >= count; });
}

std::vector<LogRecord> RecordingSink::records() const {
  MutexLock lock(&mutex_);
  return records_;
}
std::vector<Offset> RecordingSink::caught_up() const {
  MutexLock lock(&mutex_);
  return caught_up_;
}
size_t RecordingSink::records_before_caught_up() const {
  MutexLock lock(&mutex_);
  return records_before_caught_up_;
}
std::vector<absl::Status> RecordingSink::replaced() const {
  MutexLock lock(&mutex_);
  return replaced_;
}
std::vector<absl::Status> RecordingSink::errors() const {
  MutexLock lock(&mutex_);
  return errors_;
}
size_t RecordingSink::events() const {
  MutexLock lock(&mutex_);
  return records_.size() + caught_up_.size() + replaced_.size() + errors_.size();
}

void RecordingSink::OnRecord(LogRecord record) {
  MutexLock lock(&mutex_);
  records_.push_back(std::move(record));
  changed_.NotifyAll();
}
void RecordingSink::OnCaughtUp(Offset next) {
  MutexLock lock(&mutex_);
  if (caught_up_.empty()) records_before_caught_up_ = records_.size();
  caught_up_.push_back(next);
  changed_.NotifyAll();
}
void RecordingSink::OnReplaced(const absl::Status& what) {
  MutexLock lock(&mutex_);
  replaced_.push_back(what);
  changed_.NotifyAll();
}
void RecordingSink::OnError(const absl::Status& status) {
  MutexLock lock(&mutex_);
  errors_.push_back(status);
  changed_.NotifyAll();
}

AppendDone Outcomes::Expect(size_t* index) {
  MutexLock lock(&mutex_);
  const size_t mine = outcomes_.size();
  if (index != nullptr) *index = mine;
  outcomes_.emplace_back();
  return [this, mine](const AppendOutcome& outcome) {
    MutexLock inner(&mutex_);
    outcomes_[mine] = outcome;
    order_.push_back(mine);
    changed_.NotifyAll();
  };
}

bool Outcomes::WaitForAll() {
  const auto deadline = std::chrono::steady_clock::now() + kTestPatience;
  MutexLock lock(&mutex_);
  while (order_.size() < outcomes_.size()) {
    if (!changed_.WaitUntil(&mutex_, deadline)) return order_.size() >= outcomes_.size();
  }
  return true;
}

AppendOutcome Outcomes::at(size_t index) const {
  MutexLock lock(&mutex_);
  return outcomes_.at(index);
}

std::vector<size_t> Outcomes::order() const {
  MutexLock lock(&mutex_);
  return order_;
}

AppendOutcome AppendAndWait(Log* log, const std::vector<Record>& records) {
  // Shared, in case patience ends before the outcome comes.
  const auto outcomes = std::make_shared<Outcomes>();
  log->Append(records, [outcomes, done = outcomes->Expect()](const AppendOutcome& outcome) { done(outcome); });
  if (outcomes->WaitForAll()) return outcomes->at(0);
  return {AppendOutcome::Kind::kUnknown, kBeforeFirst, absl::DeadlineExceededError("no outcome came")};
}

AppendOutcome AppendAndWait(Log* log, const Record& record) { return AppendAndWait(log, std::vector<Record>{record}); }

Record TextRecord(std::string key, std::string value) { return {std::move(key), std::move(value), {}}; }

}  // namespace regent
