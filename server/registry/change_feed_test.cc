#include "server/registry/change_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <thread>

#include "base/error_reason.h"
#include "server/registry/testing/test_node.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

// "orders/1 active", "config orders", "mode (global) READONLY", "caught up".
std::string Describe(const WatchEvent& event) {
  const auto name = [](const ConfigTarget& target) { return target ? target->Qualified() : std::string("(global)"); };
  if (const auto* change = std::get_if<SchemaVersionChange>(&event.what)) {
    const bool deleted = change->now && change->now->state == VersionState::kDeleted;
    return change->subject.Qualified() + "/" + std::to_string(change->version.value()) +
           (!change->now ? " removed"
            : deleted    ? " deleted"
                         : " active");
  }
  if (const auto* change = std::get_if<ConfigChange>(&event.what)) {
    return "config " + name(change->target) + (change->now ? "" : " removed");
  }
  if (const auto* change = std::get_if<ModeChange>(&event.what)) {
    return "mode " + name(change->target) + " " + (change->now ? std::string(ModeName(*change->now)) : "removed");
  }
  return "caught up";
}

class ChangeFeedTest : public ::testing::Test {
 protected:
  void Start(ChangeFeed::Options options = {}) {
    node_ = std::make_unique<TestNode>(storage_, TestNode::Options{.name = "node-1", .changes = options});
    node_->StartAsPrimary();
  }
  std::unique_ptr<ChangeSubscription> Watch(const WatchChanges& query) {
    auto subscription = node_->registry().Watch(query);
    EXPECT_TRUE(subscription.ok()) << subscription.status();
    return subscription.ok() ? *std::move(subscription) : nullptr;
  }
  // Until the feed of `node` has heard of all that stands in the log: of each record it hears after the state holds it.
  void AwaitTold(TestNode& node) {
    node.WaitUntilCaughtUp();
    const auto watch = *node.registry().Watch({});
    // A watch that was ended has been told.
    while (watch->Next(100, [] {}).ok() && watch->position().offset.value() + 1 < storage_->next().value()) {
      std::this_thread::yield();
    }
  }
  // Everything that is there now.
  static std::vector<std::string> Take(ChangeSubscription& subscription, size_t max = 100) {
    std::vector<std::string> told;
    while (true) {
      const auto events = subscription.Next(max, [] {});
      EXPECT_TRUE(events.ok()) << events.status();
      if (!events.ok() || events->empty()) return told;
      for (const auto& event : *events) told.push_back(Describe(*event));
    }
  }
  // Writes what another registry would: `version` of orders, whose id has the same number.
  void PutForeign(const std::string& version) {
    storage_->Put({R"({"keytype":"SCHEMA","subject":"orders","version":)" + version + R"(,"magic":1})",
                   R"({"subject":"orders","version":)" + version + R"(,"id":)" + version + R"(,"schema":"x)" + version +
                       R"(","deleted":false})",
                   {}});
  }
  // All versions up to this one.
  void PutForeignDelete(const std::string& version) {
    storage_->Put({R"({"keytype":"DELETE_SUBJECT","subject":"orders","magic":0})",
                   R"({"subject":"orders","version":)" + version + "}",
                   {}});
  }
  ErrorReason Refused(const WatchChanges& query) { return ReasonOf(node_->registry().Watch(query).status()); }

  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create();
  std::unique_ptr<TestNode> node_;
  const Subject orders_ = Subject::Parse("orders");
};

TEST_F(ChangeFeedTest, TellsEachChangeInOrder) {
  Start();
  ASSERT_TRUE(node_->Register("before", "x").ok());
  const auto watch = Watch({});
  EXPECT_THAT(Take(*watch), ElementsAre("caught up"));
  ASSERT_TRUE(node_->Register("orders", "x").ok());
  ASSERT_TRUE(node_->Write(DeleteVersion{orders_, Version(1)}).ok());
  ASSERT_TRUE(node_->Write(UndeleteVersion{orders_, Version(1)}).ok());
  UpdateConfig update{.target = orders_};
  update.normalize = {FieldUpdate<bool>::Action::kSet, true};
  ASSERT_TRUE(node_->Write(update).ok());
  ASSERT_TRUE(node_->Write(UpdateMode{std::nullopt, Mode::kReadWrite}).ok());
  ASSERT_TRUE(node_->Write(DeleteSubject{orders_, DeleteKind::kPurge}).ok());
  EXPECT_THAT(Take(*watch), ElementsAre("orders/1 active", "orders/1 deleted", "orders/1 active", "config orders",
                                        "mode (global) READWRITE", "orders/1 removed", "config orders removed"));
  EXPECT_EQ(watch->position(), node_->registry().AppliedPosition());
}

TEST_F(ChangeFeedTest, SnapshotThenChanges) {
  Start();
  ASSERT_TRUE(node_->Register("orders", "x?").ok());
  ASSERT_TRUE(node_->Register("orders", "y?").ok());
  ASSERT_TRUE(node_->Write(DeleteVersion{orders_, Version(1)}).ok());
  ASSERT_TRUE(node_->Register(":.eu:a", "x").ok());
  ASSERT_TRUE(node_->Write(UpdateMode{orders_, Mode::kReadWrite}).ok());
  // In pages of one, so that it stops within a subject.
  const auto watch = Watch({.from = WatchChanges::From::kSnapshot});
  std::vector<std::string> told;
  const auto first = watch->Next(1, [] {});
  ASSERT_TRUE(first.ok());
  told.push_back(Describe(*first->at(0)));
  EXPECT_EQ(first->at(0)->position, Position()) << "no place to go on from";
  EXPECT_EQ(watch->position(), Position());
  ASSERT_TRUE(node_->Register("zebra", "x").ok());
  const auto rest = Take(*watch, 1);
  told.insert(told.end(), rest.begin(), rest.end());
  // What came during the snapshot may be in it, and is told at its end, so that all of it is of one moment.
  EXPECT_THAT(told, ElementsAre("orders/1 deleted", "orders/2 active", "zebra/1 active", ":.eu:a/1 active",
                                "mode orders READWRITE", "zebra/1 active", "caught up"));
}

TEST_F(ChangeFeedTest, SnapshotEndsWhereTheLogWasAndNotWhereItsLastChangeWas) {
  Start();
  ASSERT_TRUE(node_->Register("orders", "x").ok());
  const auto watch = Watch({.from = WatchChanges::From::kSnapshot});
  ASSERT_TRUE(watch->Next(1, [] {}).ok());
  // A record that changes nothing.
  ASSERT_TRUE(node_->Write(ReadBarrier()).ok());
  const Position now = node_->registry().AppliedPosition();
  const auto rest = watch->Next(100, [] {});
  ASSERT_TRUE(rest.ok()) << rest.status();
  ASSERT_EQ(rest->size(), 1u);
  EXPECT_EQ(rest->front()->position, now);
}

TEST_F(ChangeFeedTest, GoesOnFromAPosition) {
  Start();
  const auto first = node_->Register("orders", "x?");
  ASSERT_TRUE(node_->Register("orders", "y?").ok());
  const auto watch = Watch({.from = WatchChanges::From::kPosition, .position = first->position});
  EXPECT_THAT(Take(*watch), ElementsAre("caught up", "orders/2 active"));
  EXPECT_EQ(Refused({.from = WatchChanges::From::kPosition, .position = {"other", Offset(1)}}),
            ErrorReason::kPositionOfAnotherLog);
}

TEST_F(ChangeFeedTest, OnlyWhatWasAskedFor) {
  Start();
  const auto watch = Watch({.context_prefix = ".eu", .prefix = "or"});
  ASSERT_TRUE(node_->Register("orders", "x").ok());
  ASSERT_TRUE(node_->Register(":.eu:orders", "x").ok());
  ASSERT_TRUE(node_->Register(":.eu:payments", "x").ok());
  ASSERT_TRUE(node_->Write(UpdateMode{Subject(".eu", "payments"), Mode::kReadOnly}).ok());
  ASSERT_TRUE(node_->Write(UpdateMode{std::nullopt, Mode::kReadOnly}).ok());
  EXPECT_THAT(Take(*watch), ElementsAre("caught up", ":.eu:orders/1 active", "mode (global) READONLY"));
}

TEST_F(ChangeFeedTest, WakesWhoWaits) {
  Start();
  const auto watch = Watch({});
  Take(*watch);
  std::promise<void> woken;
  ASSERT_TRUE(watch->Next(10, [&] { woken.set_value(); })->empty());
  ASSERT_TRUE(node_->Register("orders", "x").ok());
  woken.get_future().get();
  EXPECT_THAT(Take(*watch), ElementsAre("orders/1 active"));
}

TEST_F(ChangeFeedTest, SlowWatchIsDroppedAndOldPositionRefused) {
  Start({.max_changes = 3});
  const auto first = node_->Register("s0", "x");
  const auto slow = Watch({});
  for (int i = 1; i <= 4; ++i) ASSERT_TRUE(node_->Register("s" + std::to_string(i), "x").ok());
  EXPECT_EQ(ReasonOf(slow->Next(10, [] {}).status()), ErrorReason::kOverloaded);
  EXPECT_EQ(Refused({.from = WatchChanges::From::kPosition, .position = first->position}),
            ErrorReason::kPositionTooOld);
}

TEST_F(ChangeFeedTest, KeepsFewerChangesWhereTheirTextsAreLong) {
  Start({.max_bytes = 250});
  const auto watch = Watch({});
  for (const char* subject : {"a", "b"}) ASSERT_TRUE(node_->Register(subject, std::string(100, 'x')).ok());
  EXPECT_THAT(Take(*watch), ElementsAre("caught up", "a/1 active", "b/1 active"));
  for (const char* subject : {"c", "d", "e"}) ASSERT_TRUE(node_->Register(subject, std::string(100, 'x')).ok());
  EXPECT_EQ(ReasonOf(watch->Next(10, [] {}).status()), ErrorReason::kOverloaded);
}

TEST_F(ChangeFeedTest, TooManyWatchesAreRefusedUntilOneGoes) {
  Start({.max_watchers = 2});
  auto first = Watch({});
  const auto second = Watch({});
  EXPECT_EQ(Refused({}), ErrorReason::kOverloaded);
  first.reset();
  EXPECT_NE(Watch({}), nullptr);
}

TEST_F(ChangeFeedTest, StoppingEndsWatchesAndWakesThem) {
  Start();
  const auto watch = Watch({});
  Take(*watch);
  std::promise<void> woken;
  ASSERT_TRUE(watch->Next(10, [&] { woken.set_value(); })->empty());
  node_->registry().Stop();
  woken.get_future().get();
  EXPECT_EQ(ReasonOf(watch->Next(10, [] {}).status()), ErrorReason::kShuttingDown);
}

TEST_F(ChangeFeedTest, FollowerTellsAsWell) {
  Start();
  TestNode follower(storage_, {.name = "node-2"});
  follower.Start();
  const auto watch = *follower.registry().Watch({});
  ASSERT_TRUE(node_->Register("orders", "x").ok());
  AwaitTold(follower);
  EXPECT_THAT(Take(*watch), ElementsAre("caught up", "orders/1 active"));
}

TEST_F(ChangeFeedTest, SubjectHiddenByAnotherRegistryIsToldVersionByVersion) {
  TestNode follower(storage_, {.name = "node-2"});
  follower.Start();
  for (const char* version : {"1", "2"}) PutForeign(version);
  AwaitTold(follower);
  const auto watch = *follower.registry().Watch({});
  PutForeignDelete("2");
  AwaitTold(follower);
  EXPECT_THAT(Take(*watch), UnorderedElementsAre("caught up", "orders/1 deleted", "orders/2 deleted"));
}

TEST_F(ChangeFeedTest, WhatDoesNotCountIsNotTold) {
  Start();
  ASSERT_TRUE(node_->Register("orders", "x").ok());
  TestNode follower(storage_, {.name = "node-2"});
  follower.Start();
  const auto watch = *follower.registry().Watch({});
  node_->election().Depose();  // or it would settle the key, which is told
  Record late = storage_->records().back().record;
  late.headers = {{"regent-claim", "a zombie's"}};
  storage_->Put(std::move(late));
  AwaitTold(follower);
  EXPECT_EQ(follower.registry().state().counters().fenced, 1);
  EXPECT_THAT(Take(*watch), ElementsAre("caught up"));
  EXPECT_EQ(watch->position(), follower.registry().AppliedPosition());
}

// The state becomes another one at once, and nobody could tell what is different.
TEST_F(ChangeFeedTest, WatchesEndWhenTheLogWasReadAgain) {
  TestNode follower(storage_, {.name = "node-2"});
  follower.Start();
  PutForeign("1");
  AwaitTold(follower);
  const auto watch = *follower.registry().Watch({});
  Take(*watch);
  auto woken = std::make_unique<std::promise<void>>();
  ASSERT_TRUE(watch->Next(10, [&] { woken->set_value(); })->empty());
  Start();  // the first claim: a node that followed another registry's records reads them again
  absl::Status ended;
  while (ended.ok()) {
    // The claim itself wakes as well, and changes nothing.
    woken->get_future().get();
    woken = std::make_unique<std::promise<void>>();
    const auto events = watch->Next(10, [&] { woken->set_value(); });
    ended = events.status();
    if (events.ok()) {
      EXPECT_TRUE(events->empty());
    }
  }
  EXPECT_EQ(ReasonOf(ended), ErrorReason::kPositionTooOld);
  const auto again = *follower.registry().Watch({.from = WatchChanges::From::kSnapshot});
  EXPECT_THAT(Take(*again), ElementsAre("orders/1 active", "caught up"));
}

TEST_F(ChangeFeedTest, ChangesOfOneRecordAreToldTogether) {
  TestNode follower(storage_, {.name = "node-2"});
  follower.Start();
  for (const char* version : {"1", "2"}) PutForeign(version);
  AwaitTold(follower);
  const auto watch = *follower.registry().Watch({});
  ASSERT_EQ(watch->Next(1, [] {})->size(), 1u);  // caught up
  PutForeignDelete("2");
  AwaitTold(follower);
  // A client that goes on from the position of the first would never hear of the second.
  EXPECT_EQ(watch->Next(1, [] {})->size(), 2u);
}

TEST_F(ChangeFeedTest, WatchesEndWhereAnotherRegistryRemovesManyAtOnce) {
  TestNode follower(storage_, {.name = "node-2"});
  follower.Start();
  PutForeign("1");
  AwaitTold(follower);
  const auto watch = *follower.registry().Watch({});
  Take(*watch);
  storage_->Put({R"({"keytype":"CLEAR_SUBJECT","subject":"orders","magic":0})", R"({"subject":"orders"})", {}});
  AwaitTold(follower);
  EXPECT_EQ(ReasonOf(watch->Next(10, [] {}).status()), ErrorReason::kOverloaded);
}

}  // namespace
}  // namespace regent
