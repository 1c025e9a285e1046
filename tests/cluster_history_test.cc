// What clients of a real cluster are told while nodes are killed, paused and restarted, brokers die and the cleaner
// runs: it fits one order. A seed gives what clients ask and what goes wrong when; how the two fall together is up to
// the machine, so the history itself is what is judged, and kept when it does not fit:
// bazel run //tests/history:check_history -- FILE judges it again.
//
// $REGENT_HISTORY_SEED runs one seed, $REGENT_HISTORY_SECONDS for so long.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <ostream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "tests/history/checker.h"
#include "tests/history/recorded_client.h"
#include "tests/support/cluster.h"
#include "tests/support/kafka_topics.h"

namespace regent::testing {
namespace {

using history::Operation;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr int kClients = 5;
// More than twice as long as any fault: younger records are safe from the cleaner (docs/architecture.md, "The log").
constexpr int kLagMillis = 20000;

struct Plan {
  uint32_t seed;
  seconds duration;
  int brokers;
};

std::vector<Plan> Plans() {
  const bool full = std::getenv("REGENT_FULL") != nullptr;
  const char* const seed = std::getenv("REGENT_HISTORY_SEED");
  const char* const duration = std::getenv("REGENT_HISTORY_SECONDS");
  const seconds time(duration != nullptr ? std::atoi(duration) : full ? 600 : 40);
  if (seed != nullptr) return {{static_cast<uint32_t>(std::atoi(seed)), time, full ? 3 : 1}};
  if (!full) return {{1, time, 1}};
  return {{1, time, 3}, {2, time, 3}, {3, time, 3}};
}

// Waits for a moment that nothing announces: a fault is to last so long.
void PassTime(milliseconds time) {
  Mutex mutex;
  CondVar never;
  MutexLock lock(&mutex);
  const auto until = steady_clock::now() + time;
  while (steady_clock::now() < until) never.WaitUntil(&mutex, until);
}

// Hurts the cluster, one thing at a time, in the order of its seed; whole again after each.
class Misfortune {
 public:
  Misfortune(Cluster* cluster, history::Run* run, uint32_t seed) : cluster_(*cluster), run_(*run), random_(seed) {}

  void Strike() {
    const int node = Any(cluster_.size());
    const int broker = Any(cluster_.kafka().size());
    const bool at_primary = Any(2) == 0;
    // Some long enough for another node to take over.
    const milliseconds time(200 + Any(Any(3) == 0 ? 7800 : 2000));
    switch (Any(6)) {
      case 0:
        return EndNode(Chosen(node, at_primary), SIGKILL, time / 4);
      case 1:
        return EndNode(Chosen(node, at_primary), SIGTERM, time / 8);
      case 2:
      case 3: {
        const int target = Chosen(node, at_primary);
        Note("stop", target, time);
        cluster_.Signal(target, SIGSTOP);
        PassTime(time);
        cluster_.Signal(target, SIGCONT);
        return;
      }
      case 4:
        Note("kill broker", broker, time / 4);
        cluster_.kafka().Kill(broker);
        PassTime(time / 4);
        cluster_.kafka().Restart(broker);
        return;
      default:
        Note("stop broker", broker, time / 2);
        cluster_.kafka().Pause(broker);
        PassTime(time / 2);
        cluster_.kafka().Resume(broker);
        return;
    }
  }
  // How long all is left well before the next one.
  milliseconds Respite() { return milliseconds(500 + Any(2000)); }
  const std::string& schedule() const { return schedule_; }
  int faults() const { return faults_; }

 private:
  int Any(int below) { return static_cast<int>(random_() % below); }
  int Chosen(int node, bool at_primary) const {
    const int primary = cluster_.Primary();
    return at_primary && primary >= 0 ? primary : node;
  }
  void EndNode(int node, int signal, milliseconds away) {
    Note(signal == SIGKILL ? "kill" : "term", node, away);
    cluster_.Signal(node, signal);
    const int code = cluster_.node(node).Wait();
    EXPECT_EQ(code, signal == SIGTERM ? 0 : 128 + signal) << cluster_.node(node).output();
    PassTime(away);
    run_.Restarted(node);
    cluster_.Restart(node);
  }
  void Note(const std::string& what, int whom, milliseconds time) {
    ++faults_;
    absl::StrAppend(&schedule_, run_.Now(), "\t", what, "\t", whom, "\t", time.count(), " ms\n");
  }

  Cluster& cluster_;
  history::Run& run_;
  std::mt19937 random_;
  std::string schedule_;
  int faults_ = 0;
};

void Keep(const std::string& name, const std::string& text) {
  const char* const directory = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  if (directory == nullptr) return;
  const std::string path = std::string(directory) + "/" + name;
  std::ofstream(path) << text;
  std::fprintf(stderr, "kept: %s\n", path.c_str());
}

void PrintTo(const Plan& plan, std::ostream* out) { *out << "seed " << plan.seed; }

class ClusterHistoryTest : public ::testing::TestWithParam<Plan> {};

TEST_P(ClusterHistoryTest, WhatClientsSawFitsOneOrder) {
  const Plan plan = GetParam();
  Cluster cluster(
      {.kafka = {.brokers = plan.brokers, .settings = {}},
       .settings = {"kafkastore.topic.config.segment.ms=500", "kafkastore.topic.config.min.cleanable.dirty.ratio=0.001",
                    "kafkastore.topic.config.min.compaction.lag.ms=" + std::to_string(kLagMillis),
                    "kafkastore.topic.config.delete.retention.ms=120000"}});
  cluster.WriteThrough(0);
  std::vector<std::string> addresses;
  for (int i = 0; i < cluster.size(); ++i) addresses.push_back(cluster.node(i).address());
  history::Run run(addresses);
  std::atomic<bool> done{false};
  std::vector<std::unique_ptr<history::RecordedClient>> clients;
  std::vector<std::thread> threads;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<history::RecordedClient>(&run, i, plan.seed * 1000 + i));
    threads.emplace_back([client = clients.back().get(), &done] { client->Work(done); });
  }
  Misfortune misfortune(&cluster, &run, plan.seed);
  const auto end = steady_clock::now() + plan.duration;
  while (steady_clock::now() < end) {
    PassTime(misfortune.Respite());
    misfortune.Strike();
  }
  // All is well again, and so writes must be.
  for (int i = 0; i < cluster.size(); ++i) cluster.WriteThrough(i);
  done = true;
  for (std::thread& thread : threads) thread.join();

  std::vector<Operation> history;
  int answered = 0;
  int unknown = 0;
  int linearizable = 0;
  for (const auto& client : clients) {
    EXPECT_EQ(client->surprise(), "");
    for (const Operation& o : client->history()) {
      answered += o.result == Operation::Result::kOk || o.result == Operation::Result::kNotFound;
      unknown += o.result == Operation::Result::kUnknown;
      linearizable += o.kind != Operation::Kind::kRegister && o.read == Operation::Read::kLinearizable;
      history.push_back(o);
    }
  }
  const history::Verdict verdict = history::Check(history);
  EXPECT_TRUE(verdict.ok) << "seed " << plan.seed << ": " << verdict.why;
  EXPECT_GT(linearizable, 0);
  const Dump dump = cluster.Converged();
  const size_t left = KafkaTopics(cluster.kafka().ClientConfig()).Read("_schemas").size();
  EXPECT_EQ(cluster.FreshReplay(), dump) << "a replay from the beginning gives something else";
  for (const Operation& o : history) {
    if (o.kind != Operation::Kind::kRegister || o.result != Operation::Result::kOk) continue;
    const auto subject = dump.find(o.subject);
    ASSERT_TRUE(subject != dump.end() && subject->second.size() >= static_cast<size_t>(o.version) &&
                subject->second[o.version - 1].id == o.id)
        << "version " << o.version << " of " << o.subject << " was acknowledged and is lost";
  }
  if (HasFailure()) {
    Keep(absl::StrCat("history-", plan.seed, ".tsv"), history::ToText(history));
    Keep(absl::StrCat("schedule-", plan.seed, ".tsv"), misfortune.schedule());
  }
  const long long records = KafkaTopics(cluster.kafka().ClientConfig()).End("_schemas").value();
  std::printf(
      "FIGURE history of 3 nodes and %d brokers, seed %u, %d s, %d faults: %zu operations (%d linearizable reads, %d "
      "answered, %d of unknown outcome), %lld records of which the cleaner left %zu, %s\n",
      plan.brokers, plan.seed, static_cast<int>(plan.duration.count()), misfortune.faults(), history.size(),
      linearizable, answered, unknown, records, left, verdict.ok ? "fits one order" : "FITS NO ORDER");
}

INSTANTIATE_TEST_SUITE_P(Seeds, ClusterHistoryTest, ::testing::ValuesIn(Plans()),
                         [](const auto& info) { return "Seed" + std::to_string(info.param.seed); });

}  // namespace
}  // namespace regent::testing
