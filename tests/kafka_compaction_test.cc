// The cleaner at work under load and under restarts: what is left in the topic still makes the same state.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include "base/error_reason.h"
#include "base/mutex.h"
#include "tests/support/child_process.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/kafka_node.h"
#include "tests/support/kafka_topics.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

using ::testing::HasSubstr;

// Writes to subjects of its own until told to stop: registers, deletes softly and for good, sets and removes settings.
// Errors are let pass: a node that is killed answers nothing.
void Load(const client::RegistryClient& client, int number, const std::atomic<bool>& stop, std::atomic<int>* writes) {
  for (int i = 0; !stop; ++i) {
    const Subject subject = Subject::Parse("s" + std::to_string(number) + "-" + std::to_string(i % 7));
    client::UpdateConfigRequest config;
    config.target = subject;
    config.config.level = CompatibilityLevel::kNone;
    writes->fetch_add(client.UpdateConfig(config).ok() ? 1 : 0);
    const std::string text = R"({"type":"fixed","name":"F","size":)" + std::to_string(number * 100000 + i + 1) + "}";
    writes->fetch_add(client.Register(subject, {.text = text}).ok() ? 1 : 0);
    if (i % 5 == 4) {
      writes->fetch_add(client.DeleteSubject({.subject = subject}).ok() ? 1 : 0);
      if (i % 2 == 0) writes->fetch_add(client.DeleteSubject({.subject = subject, .permanent = true}).ok() ? 1 : 0);
    }
  }
}

TEST(KafkaCompactionTest, WhatTheCleanerLeavesMakesTheSameState) {
  KafkaCluster kafka;
  KafkaTopics topics(kafka.ClientConfig());
  const std::vector<std::string> settings = OnKafka(
      kafka, "cleaned",
      {"kafkastore.topic.config.segment.ms=200", "kafkastore.topic.config.min.cleanable.dirty.ratio=0.001",
       "kafkastore.topic.config.min.compaction.lag.ms=1000", "kafkastore.topic.config.delete.retention.ms=60000"});
  auto first = std::make_unique<NodeProcess>(NewDirectory("first"), settings);
  ASSERT_NE(first->address(), "") << first->output();
  const auto second = std::make_unique<NodeProcess>(NewDirectory("second"), settings);
  ASSERT_NE(second->address(), "") << second->output();

  // The load goes to the node that lives, which hands it to whoever is primary.
  std::atomic<bool> stop{false};
  std::atomic<int> writes{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back([&, i] { Load(second->Client(), i, stop, &writes); });
  }
  const auto until = [&](int count) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (writes < count && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
    EXPECT_GE(writes, count) << "the registry takes no writes: " << second->output();
  };
  until(300);
  first->Signal(SIGTERM);
  EXPECT_EQ(first->Wait(), 0) << first->output();
  first = std::make_unique<NodeProcess>(NewDirectory("again"), settings);
  ASSERT_NE(first->address(), "") << first->output();
  until(writes + 300);
  first->Signal(SIGKILL);
  first->Wait();
  first = std::make_unique<NodeProcess>(NewDirectory("more"), settings);
  ASSERT_NE(first->address(), "") << first->output();
  until(writes + 300);
  stop = true;
  for (std::thread& client : clients) client.join();

  // A write through it, so that it has read all that stands before.
  ASSERT_TRUE(second->Client().Register(Subject::Parse("last"), {.text = "\"string\""}).ok());
  const std::string listing = Listing(second->Client());
  const int64_t written = topics.End("cleaned").value();
  // Keys that are alive or were deleted a moment ago, of 22 subjects and their settings, and the claims; nothing else.
  topics.WaitForCompaction("cleaned", {R"({"keytype":"NOOP","magic":0})", std::nullopt, {}},
                           static_cast<size_t>(written / 2));
  std::cout << "FIGURE compaction: " << writes << " writes, " << written << " records written, "
            << topics.Read("cleaned").size() << " left" << std::endl;

  const NodeProcess fresh(NewDirectory("fresh"), settings);
  ASSERT_NE(fresh.address(), "") << fresh.output();
  EXPECT_EQ(Listing(fresh.Client()), listing);
  EXPECT_EQ(Listing(first->Client()), listing);
  EXPECT_EQ(Listing(second->Client()), listing);

  std::vector<std::string> verify = {Runfile("cli/regent"), "log", "verify"};
  for (const std::string& setting : settings) verify.insert(verify.end(), {"--set", setting});
  ChildProcess verified(verify);
  EXPECT_EQ(verified.Wait(), 0) << verified.output();
  EXPECT_THAT(verified.output(), HasSubstr("The log is in good order."));
}

}  // namespace
}  // namespace regent::testing
