#include "tests/support/workload.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <utility>

namespace regent::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Over all workloads of a process: what one of them registered is known to the cluster, and a node answers it without
// writing anything.
std::atomic<int> last_number{0};

std::string TextOf(int number) {
  return R"({"type":"record","name":"R","fields":[{"name":"f)" + std::to_string(number) + R"(","type":"int"}]})";
}

}  // namespace

Workload::Workload(Cluster* cluster, const Options& options) : cluster_(cluster), options_(options) {
  const std::vector<int>& through = options_.write_through;
  for (int i = 0; i < options_.writers; ++i) {
    clients_.push_back(through.empty() ? cluster->ClientOfAll(i) : cluster->ClientOf(through[i % through.size()]));
  }
  for (const int node : options_.read_from) clients_.push_back(cluster->ClientOf(node));
  for (int i = 0; i < options_.writers; ++i) threads_.emplace_back([this, i] { Write(i); });
  for (size_t i = 0; i < options_.read_from.size(); ++i) {
    threads_.emplace_back([this, i] { Read(options_.writers + static_cast<int>(i)); });
  }
}

void Workload::Write(int writer) {
  const client::RegistryClient& client = clients_[writer];
  while (!stopping_) {
    const int number = ++last_number;
    const std::string subject = "subject-" + std::to_string((number + writer) % options_.subjects);
    const std::string text = TextOf(number);
    const auto result = client.Register(Subject::Parse(subject), {.text = text});
    if (!result.ok()) {
      ++write_errors_;
      NoteError("write " + std::to_string(number) + ": " + result.status().ToString());
      continue;
    }
    MutexLock lock(&mutex_);
    acks_.push_back({subject, result->registered.version.value(), result->registered.stored->id.value(), text});
    times_.push_back(steady_clock::now());
    acknowledged_.NotifyAll();
  }
}

void Workload::Read(int reader) {
  const client::RegistryClient& client = clients_[reader];
  while (!stopping_) {
    const auto page =
        client.ListVersions({.subject = Subject::Parse("subject-0"), .deleted = client::Deleted::kInclude});
    ++reads_;
    // Before the first write there is none.
    if (page.ok() || absl::IsNotFound(page.status())) continue;
    ++read_errors_;
    NoteError("read: " + page.status().ToString());
  }
}

void Workload::NoteError(const std::string& error) {
  MutexLock lock(&mutex_);
  if (first_error_.empty()) first_error_ = error;
}

std::string Workload::FirstError() const {
  MutexLock lock(&mutex_);
  return first_error_;
}

size_t Workload::acks() const {
  MutexLock lock(&mutex_);
  return acks_.size();
}

void Workload::AwaitAcks(size_t count) {
  const auto deadline = steady_clock::now() + std::chrono::minutes(1);
  MutexLock lock(&mutex_);
  const size_t wanted = acks_.size() + count;
  while (acks_.size() < wanted) {
    if (acknowledged_.WaitUntil(&mutex_, deadline)) continue;
    ADD_FAILURE() << "only " << acks_.size() << " of " << wanted
                  << " writes were acknowledged in time; first error: " << first_error_;
    return;
  }
}

void Workload::RunFor(milliseconds time) {
  const auto deadline = steady_clock::now() + time;
  MutexLock lock(&mutex_);
  while (steady_clock::now() < deadline) acknowledged_.WaitUntil(&mutex_, deadline);
}

void Workload::Stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

Workload::Gaps Workload::TakeGaps() {
  MutexLock lock(&mutex_);
  Gaps gaps;
  std::vector<std::chrono::microseconds> all;
  for (size_t i = 1; i < times_.size(); ++i) {
    all.push_back(std::chrono::duration_cast<std::chrono::microseconds>(times_[i] - times_[i - 1]));
    const auto gap = std::chrono::duration_cast<milliseconds>(all.back());
    if (gap <= gaps.longest) continue;
    gaps.longest = gap;
    gaps.longest_began = std::chrono::duration_cast<milliseconds>(times_[i - 1] - times_[0]);
  }
  gaps.count = all.size();
  if (!all.empty()) {
    std::sort(all.begin(), all.end());
    gaps.p999 = all[(all.size() - 1) * 999 / 1000];
  }
  if (!times_.empty()) times_.erase(times_.begin(), times_.end() - 1);
  return gaps;
}

void Workload::Judge() const {
  const Dump dump = cluster_->Converged();
  EXPECT_EQ(cluster_->FreshReplay(), dump) << "a replay from the beginning gives something else";
  std::map<int, std::string> texts;
  for (const auto& [subject, versions] : dump) {
    for (size_t i = 0; i < versions.size(); ++i) {
      EXPECT_EQ(versions[i].version, static_cast<int>(i) + 1) << "a gap in " << subject;
      EXPECT_EQ(texts.emplace(versions[i].id, versions[i].text).first->second, versions[i].text)
          << "id " << versions[i].id << " names two schemas";
    }
  }
  MutexLock lock(&mutex_);
  for (const Ack& ack : acks_) {
    const auto subject = dump.find(ack.subject);
    ASSERT_NE(subject, dump.end()) << ack.subject << " is lost";
    ASSERT_LE(static_cast<size_t>(ack.version), subject->second.size())
        << "version " << ack.version << " of " << ack.subject << " was acknowledged and is lost";
    const DumpedVersion& stored = subject->second[ack.version - 1];
    ASSERT_EQ(stored.id, ack.id) << "version " << ack.version << " of " << ack.subject;
    ASSERT_EQ(stored.text, ack.text) << "id " << ack.id << " was acknowledged for another schema";
  }
}

}  // namespace regent::testing
