#include "server/registry/request_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/error_reason.h"
#include "server/registry/testing/test_node.h"

namespace regent {
namespace {

using ::testing::ElementsAre;

class RequestMemoryTest : public ::testing::Test {
 protected:
  RequestMemoryTest() { node_.StartAsPrimary(); }

  static RegisterSchema Registration(const std::string& subject, const std::string& text) {
    RegisterSchema request{.subject = Subject::Parse(subject)};
    request.content.text = text;
    return request;
  }
  static CallContext As(const std::string& request_id) { return {.request_id = request_id}; }
  static UpdateConfig Level(CompatibilityLevel level) {
    UpdateConfig update;
    update.level = {FieldUpdate<CompatibilityLevel>::Action::kSet, level};
    return update;
  }
  // Another node takes over, knowing only what stands in the log.
  std::unique_ptr<TestNode> TakeOver() {
    auto other = std::make_unique<TestNode>(storage_, TestNode::Options{.name = "node-2"});
    node_.election().Depose();
    other->StartAsPrimary();
    return other;
  }

  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create();
  TestNode node_{storage_};
  const Subject orders_ = Subject::Parse("orders");
};

TEST_F(RequestMemoryTest, RetryGetsTheFirstAnswerThoughOthersWroteMeanwhile) {
  const auto first = node_.Write(Level(CompatibilityLevel::kNone), As("r-1"));
  ASSERT_TRUE(first.ok() && first->changed);
  ASSERT_TRUE(node_.Write(Level(CompatibilityLevel::kFull)).ok());
  const Offset next = storage_->next();
  const auto again = node_.Write(Level(CompatibilityLevel::kNone), As("r-1"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->changed);
  EXPECT_EQ(again->position, first->position);
  EXPECT_EQ(storage_->next(), next) << "nothing was written";
  EXPECT_EQ(node_.registry().GetConfig(std::nullopt, ConfigView::kOwn)->level, CompatibilityLevel::kFull);
}

TEST_F(RequestMemoryTest, RepeatedDeleteIsNoError) {
  ASSERT_TRUE(node_.Register("orders", "x?").ok());
  ASSERT_TRUE(node_.Register("orders", "y?").ok());
  ASSERT_TRUE(node_.Write(DeleteSubject{orders_}, As("r-1")).ok());
  const auto again = node_.Write(DeleteSubject{orders_}, As("r-1"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_THAT(again->versions, ElementsAre(Version(1), Version(2)));
  EXPECT_FALSE(node_.Write(DeleteSubject{orders_}, As("r-2")).ok());
}

TEST_F(RequestMemoryTest, NextPrimaryKnowsFromTheLog) {
  ASSERT_TRUE(node_.Write(Registration("orders", "x?"), As("r-1")).ok());
  ASSERT_TRUE(node_.Write(Registration("orders", "y?"), As("r-2")).ok());
  ASSERT_TRUE(node_.Write(DeleteSubject{orders_}, As("r-3")).ok());
  ASSERT_TRUE(node_.Write(Level(CompatibilityLevel::kNone), As("r-4")).ok());
  const auto other = TakeOver();
  const Offset next = storage_->next();
  const auto deleted = other->Write(DeleteSubject{orders_}, As("r-3"));
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_THAT(deleted->versions, ElementsAre(Version(1), Version(2)));
  const auto registered = other->Write(Registration("orders", "x?"), As("r-1"));
  ASSERT_TRUE(registered.ok()) << registered.status();
  EXPECT_EQ(registered->registered->version, Version(1));
  const auto updated = other->Write(Level(CompatibilityLevel::kNone), As("r-4"));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->config.level, CompatibilityLevel::kNone);
  EXPECT_EQ(storage_->next(), next);
}

TEST_F(RequestMemoryTest, HalfOfAWriteIsFinishedByTheRetry) {
  ASSERT_TRUE(node_.Register("orders", "x?").ok());
  ASSERT_TRUE(node_.Register("orders", "y?").ok());
  storage_->HoldAppends(node_.handle());
  auto lost = node_.WriteLater(DeleteSubject{orders_}, As("r-1"));
  while (storage_->held_records(node_.handle()) < 2) std::this_thread::yield();
  storage_->ReleaseAppends(node_.handle(), 1);
  const auto other = TakeOver();
  ASSERT_TRUE(other->registry().state().FindSubject(orders_)->AnyLive());
  const auto again = other->Write(DeleteSubject{orders_}, As("r-1"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_FALSE(other->registry().state().FindSubject(orders_)->AnyLive());
  storage_->ReleaseAppends(node_.handle());
  node_.registry().Stop();
  static_cast<void>(lost.get());
}

TEST_F(RequestMemoryTest, RetryWaitsForTheFirstWhileItIsUnderWay) {
  storage_->HoldAppends(node_.handle());
  auto first = node_.WriteLater(Level(CompatibilityLevel::kNone), As("r-1"));
  auto second = node_.WriteLater(Level(CompatibilityLevel::kNone), As("r-1"));
  storage_->ReleaseAppends(node_.handle());
  const auto one = first.get();
  const auto two = second.get();
  ASSERT_TRUE(one.ok() && two.ok()) << two.status();
  EXPECT_TRUE(two->changed) << "the first answer";
  EXPECT_EQ(one->position, two->position);
}

TEST_F(RequestMemoryTest, OneIdForTwoKindsOfRequestIsRefused) {
  ASSERT_TRUE(node_.Write(Registration("orders", "x"), As("r-1")).ok());
  EXPECT_EQ(ReasonOf(node_.Write(DeleteSubject{orders_}, As("r-1")).status()), ErrorReason::kRequestInvalid);
}

TEST_F(RequestMemoryTest, TryingIsNotDoing) {
  RegisterSchema request = Registration("orders", "x");
  request.validate_only = true;
  ASSERT_TRUE(node_.Write(request, As("r-1")).ok());
  request.validate_only = false;
  ASSERT_TRUE(node_.Write(request, As("r-1"))->changed);
  EXPECT_NE(node_.registry().state().FindSubject(orders_), nullptr);
}

TEST_F(RequestMemoryTest, OldestIsForgotten) {
  TestNode node(MemoryLogStorage::Create(), {.name = "node-3", .requests = {.max_requests = 2}});
  node.StartAsPrimary();
  for (const char* id : {"r-1", "r-2", "r-3"}) {
    ASSERT_TRUE(node.Register("orders", "x").ok());
    ASSERT_TRUE(node.Write(DeleteSubject{orders_, DeleteKind::kPurge}, As(id)).ok());
  }
  EXPECT_TRUE(node.Write(DeleteSubject{orders_, DeleteKind::kPurge}, As("r-3")).ok());
  EXPECT_FALSE(node.Write(DeleteSubject{orders_, DeleteKind::kPurge}, As("r-1")).ok());
}

}  // namespace
}  // namespace regent
