// What was acknowledged is there after kill -9, and nothing else went wrong with it.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/error_reason.h"
#include "base/mutex.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

constexpr int kRounds = 20;
constexpr int kClients = 8;
constexpr int kSubjects = 6;

// Registered, and acknowledged with this id and version.
struct Acknowledged {
  Subject subject;
  Version version;
  SchemaId id;
  std::string text;
};

std::string TextOf(int number) {
  return R"({"type":"record","name":"R","fields":[{"name":"f)" + std::to_string(number) +
         R"(","type":"int","default":0}]})";
}

class CrashTest : public ::testing::Test {
 protected:
  // Registers from several threads until the node dies, which it does after `acks_until_kill` answers.
  void RegisterUntilKilled(NodeProcess* node, int acks_until_kill) {
    std::atomic<int> acks{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < kClients; ++i) {
      clients.emplace_back([&, i] {
        const client::RegistryClient client = node->Client();
        while (true) {
          const int number = ++last_number_;
          const Subject subject = Subject::Parse("subject-" + std::to_string((number + i) % kSubjects));
          const std::string text = TextOf(number);
          const auto result = client.Register(subject, {.text = text});
          if (!result.ok()) return;
          {
            MutexLock lock(&mutex_);
            acknowledged_.push_back({subject, result->registered.version, result->registered.stored->id, text});
          }
          if (++acks == acks_until_kill) node->Signal(SIGKILL);
        }
      });
    }
    for (std::thread& client : clients) client.join();
    EXPECT_GE(acks, acks_until_kill) << "the node ended by itself: " << node->output();
    EXPECT_EQ(node->Wait(), 128 + SIGKILL);
  }

  void CheckEverything(const client::RegistryClient& client) {
    MutexLock lock(&mutex_);
    if (acknowledged_.empty()) return;  // before the first round
    for (const Acknowledged& write : acknowledged_) {
      const auto stored = client.GetSchema(write.id);
      ASSERT_TRUE(stored.ok()) << "id " << write.id << " is lost: " << stored.status();
      ASSERT_EQ((*stored)->content.text, write.text) << "id " << write.id << " names another schema";
    }
    std::map<int, std::string> texts;
    for (int i = 0; i < kSubjects; ++i) {
      const Subject subject = Subject::Parse("subject-" + std::to_string(i));
      const auto versions = client.ListVersions({.subject = subject});
      if (ReasonOf(versions.status()) == ErrorReason::kSubjectNotFound) continue;  // nothing landed there yet
      ASSERT_TRUE(versions.ok()) << versions.status();
      for (size_t v = 0; v < versions->size(); ++v) ASSERT_EQ((*versions)[v].version, Version(v + 1)) << "a gap";
      std::map<int, SchemaId> ids;
      for (const client::VersionSummary& summary : *versions) ids[summary.version.value()] = summary.id;
      for (const Acknowledged& write : acknowledged_) {
        if (write.subject != subject) continue;
        ASSERT_EQ(ids[write.version.value()], write.id) << "version " << write.version << " of " << subject.name;
      }
    }
    for (const Acknowledged& write : acknowledged_) {
      const auto [it, is_new] = texts.emplace(write.id.value(), write.text);
      ASSERT_EQ(it->second, write.text) << "id " << write.id << " was acknowledged for two schemas";
    }
  }

  size_t writes() {
    MutexLock lock(&mutex_);
    return acknowledged_.size();
  }

  std::atomic<int> last_number_{0};
  Mutex mutex_;
  std::vector<Acknowledged> acknowledged_ GUARDED_BY(mutex_);
};

TEST_F(CrashTest, AcknowledgedSchemasSurviveKill9) {
  const std::string data_dir = NewDirectory("crash");
  const uint32_t seed = std::random_device()();
  std::mt19937 random(seed);
  std::printf("seed %u\n", seed);
  for (int round = 0; round < kRounds; ++round) {
    NodeProcess node(data_dir, {"schema.compatibility.level=none"});
    ASSERT_NE(node.address(), "") << node.output();
    ASSERT_NO_FATAL_FAILURE(CheckEverything(node.Client())) << "in round " << round;
    RegisterUntilKilled(&node, 1 + static_cast<int>(random() % 60));
  }
  NodeProcess node(data_dir);
  ASSERT_NE(node.address(), "") << node.output();
  ASSERT_NO_FATAL_FAILURE(CheckEverything(node.Client()));
  std::printf("FIGURE %d times kill -9: %zu acknowledged writes checked, none lost\n", kRounds, writes());
}

}  // namespace
}  // namespace regent::testing
