// Clients against three nodes of one process while the office moves, appends are late or lost, nodes restart and the
// cleaner runs, all by a seed; what they were told is judged afterwards. Histories that do not fit are kept under
// $TEST_UNDECLARED_OUTPUTS_DIR: bazel run //tests/history:check_history FILE judges them again.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <future>
#include <iostream>
#include <random>
#include <thread>

#include "base/error_reason.h"
#include "base/mutex.h"
#include "server/registry/testing/test_node.h"
#include "tests/history/checker.h"

namespace regent::history {
namespace {

constexpr int kNodes = 3;
constexpr int kClients = 4;
constexpr int kSubjects = 3;
constexpr int kTexts = 40;

class Cluster {
 public:
  Cluster() {
    for (int i = 0; i < kNodes; ++i) Restart(i);
  }

  std::shared_ptr<TestNode> node(int i) {
    MutexLock lock(&mutex_);
    return nodes_[i];
  }
  // A node that is killed: nothing of it is heard again, except what was on its way, if that still arrives.
  enum class OnItsWay { kArrives, kIsLost };
  void Kill(int i, OnItsWay on_its_way) {
    const auto old = node(i);
    storage_->HoldAppends(old->handle());
    old->registry().Stop();
    Restart(i);
    if (on_its_way == OnItsWay::kArrives) {
      storage_->ReleaseAppends(old->handle());
    } else {
      storage_->DropHeld(old->handle());
    }
  }
  void Elect(int leader) {
    for (int i = 0; i < kNodes; ++i) {
      if (i != leader) node(i)->election().Depose();
    }
    node(leader)->election().Elect();
  }
  MemoryLogStorage& storage() { return *storage_; }

 private:
  void Restart(int i) {
    TestNode::Options options{.name = "node-" + std::to_string(i)};
    options.defaults.level = CompatibilityLevel::kNone;
    auto fresh = std::make_shared<TestNode>(storage_, options);
    fresh->Start();
    MutexLock lock(&mutex_);
    nodes_[i] = std::move(fresh);
  }

  const std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create();
  Mutex mutex_;
  std::array<std::shared_ptr<TestNode>, kNodes> nodes_ GUARDED_BY(mutex_);
};

// One clock for all: what happened before has a smaller number.
class Client {
 public:
  Client(Cluster* cluster, std::atomic<int64_t>* clock, int number, uint32_t seed)
      : cluster_(*cluster), clock_(*clock), number_(number), random_(seed) {}

  void Run(int operations) {
    for (int i = 0; i < operations; ++i) {
      switch (random_() % 5) {
        case 0:
        case 1:
          Register();
          break;
        case 2:
          Read(Operation::Kind::kLatest, Operation::Read::kLinearizable);
          break;
        case 3:
          Read(Operation::Kind::kLookup, Operation::Read::kLinearizable);
          break;
        default:
          Read(Operation::Kind::kLatest, Operation::Read::kDefault);
      }
    }
  }
  const std::vector<Operation>& history() const { return history_; }

 private:
  static CallContext Soon() { return {.deadline = SystemClock()->Now() + std::chrono::milliseconds(400)}; }
  Operation Begin(Operation::Kind kind) {
    Operation o{.kind = kind, .client = number_, .node = static_cast<int>(random_() % kNodes)};
    o.subject = "s" + std::to_string(random_() % kSubjects);
    o.text = "w" + std::to_string(random_() % kTexts);
    return o;
  }

  void Register() {
    Operation o = Begin(Operation::Kind::kRegister);
    RegisterSchema request;
    request.subject = Subject::Parse(o.subject);
    request.content.text = o.text;
    // Whoever is primary; asked one after the other, as a client of a real cluster does.
    for (int i = 0; i < kNodes; ++i) {
      const auto node = cluster_.node(o.node);
      if (node->registry().gate().role() == Role::kPrimary) break;
      o.node = (o.node + 1) % kNodes;
    }
    const auto node = cluster_.node(o.node);
    o.call = ++clock_;
    const auto result = node->Write(request, Soon());
    if (result.ok()) {
      o.result = Operation::Result::kOk;
      o.version = result->registered->version.value();
      o.id = result->registered->stored->id.value();
      o.position = result->position.offset.value();
      known_ = std::max(known_, o.position);
      o.answer = ++clock_;
    } else if (ReasonOf(result.status()) == ErrorReason::kNoPrimary) {
      o.result = Operation::Result::kFailed;
      o.answer = ++clock_;
    }
    history_.push_back(std::move(o));
  }

  void Read(Operation::Kind kind, Operation::Read read) {
    Operation o = Begin(kind);
    o.read = read;
    const auto node = cluster_.node(o.node);
    o.call = ++clock_;
    Position position = node->registry().AppliedPosition();
    if (read == Operation::Read::kLinearizable) {
      const auto barrier = Barrier();
      if (!barrier.ok()) return;
      position = barrier->position;
    } else if (random_() % 2 == 0) {
      o.min_position = known_;
      position.offset = Offset(known_);
    }
    auto reached = std::make_shared<std::promise<absl::Status>>();
    node->registry().AwaitPosition(Soon(), position, [reached](absl::Status status) { reached->set_value(status); });
    if (!reached->get_future().get().ok()) return;
    o.position = node->registry().AppliedPosition().offset.value();
    const absl::StatusOr<SchemaVersion> answer =
        kind == Operation::Kind::kLatest
            ? node->registry().GetSchemaVersion({.subject = Subject::Parse(o.subject)})
            : node->registry().LookupSchema({.subject = Subject::Parse(o.subject), .content = {.text = o.text}});
    if (answer.ok()) {
      o.result = Operation::Result::kOk;
      o.version = answer->version.value();
      o.id = answer->stored->id.value();
      o.text = answer->stored->content.text;
    } else if (absl::IsNotFound(answer.status())) {
      o.result = Operation::Result::kNotFound;
      if (kind == Operation::Kind::kLatest) o.text.clear();
    } else {
      return;
    }
    o.answer = ++clock_;
    history_.push_back(std::move(o));
  }

  absl::StatusOr<WriteResult> Barrier() {
    for (int i = 0; i < kNodes; ++i) {
      const auto node = cluster_.node(i);
      if (node->registry().gate().role() == Role::kPrimary) return node->Write(ReadBarrier{}, Soon());
    }
    return absl::UnavailableError("no primary");
  }

  Cluster& cluster_;
  std::atomic<int64_t>& clock_;
  const int number_;
  std::mt19937 random_;
  int64_t known_ = -1;  // the position of this client's last write
  std::vector<Operation> history_;
};

// What goes wrong meanwhile. In order of a seed; how it falls together with what clients do is up to the threads.
void Disturb(Cluster* cluster, uint32_t seed, const std::atomic<bool>& done) {
  std::mt19937 random(seed);
  int leader = 0;
  while (!done) {
    MemoryLogStorage& storage = cluster->storage();
    const Offset before = storage.next();
    const int next = static_cast<int>(random() % kNodes);
    switch (random() % 6) {
      case 0:
        cluster->Elect(leader = next);
        break;
      case 1: {
        // A primary that stops in the middle, comes back late, and has been replaced.
        const auto zombie = cluster->node(leader);
        storage.HoldAppends(zombie->handle());
        cluster->Elect(leader = (leader + 1) % kNodes);
        const auto successor = cluster->node(leader);
        for (int i = 0; i < 10000 && successor->registry().gate().role() != Role::kPrimary; ++i)
          std::this_thread::yield();
        storage.ReleaseAppends(zombie->handle());
        break;
      }
      case 2:
        cluster->Kill(next, random() % 2 ? Cluster::OnItsWay::kArrives : Cluster::OnItsWay::kIsLost);
        cluster->Elect(leader);
        break;
      case 3:
        storage.Compact(storage.next(), MemoryLogStorage::Tombstones::kKeep);
        break;
      case 4: {
        const auto node = cluster->node(leader);
        storage.HoldAppends(node->handle());
        storage.DropHeld(node->handle());
        break;
      }
      default:
        // Two who believe it.
        cluster->node(next)->election().Elect();
        break;
    }
    // Then some writes get through.
    for (int i = 0; i < 20000 && !done && storage.next().value() < before.value() + 30; ++i) std::this_thread::yield();
  }
}

TEST(InProcessHistoryTest, WhatClientsSawFitsOneOrder) {
  const bool full = std::getenv("REGENT_FULL") != nullptr;
  const int seeds = full ? 40 : 3;
  const int operations = full ? 300 : 120;
  for (int seed = 1; seed <= seeds; ++seed) {
    Cluster cluster;
    cluster.Elect(0);
    cluster.node(0)->WaitUntilPrimary();
    std::atomic<int64_t> clock{0};
    std::atomic<bool> done{false};
    std::vector<std::unique_ptr<Client>> clients;
    std::vector<std::thread> threads;
    for (int i = 0; i < kClients; ++i) {
      clients.push_back(std::make_unique<Client>(&cluster, &clock, i, seed * 100 + i));
      threads.emplace_back([client = clients.back().get(), operations] { client->Run(operations); });
    }
    std::thread disturber([&] { Disturb(&cluster, seed, done); });
    for (std::thread& thread : threads) thread.join();
    done = true;
    disturber.join();
    std::vector<Operation> history;
    int64_t acknowledged = 0;
    int64_t unknown = 0;
    for (const auto& client : clients) {
      for (const Operation& o : client->history()) {
        acknowledged += o.result == Operation::Result::kOk;
        unknown += o.result == Operation::Result::kUnknown;
        history.push_back(o);
      }
    }
    const Verdict verdict = Check(history);
    if (const char* const directory = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR"); directory && !verdict.ok) {
      std::ofstream(std::string(directory) + "/history-" + std::to_string(seed) + ".tsv") << ToText(history);
    }
    ASSERT_TRUE(verdict.ok) << "seed " << seed << ": " << verdict.why;
    EXPECT_GT(acknowledged, 0);
    std::cout << "FIGURE history in process, seed " << seed << ": " << history.size() << " operations, " << acknowledged
              << " answered, " << unknown << " of unknown outcome, " << cluster.storage().next().value()
              << " records, fits one order" << std::endl;
  }
}

}  // namespace
}  // namespace regent::history
