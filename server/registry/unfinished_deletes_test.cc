#include "server/registry/unfinished_deletes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/error_reason.h"
#include "server/registry/testing/test_node.h"

namespace regent {
namespace {

using ::testing::ElementsAre;

// A permanent delete of a subject with a version, a mode and a configuration lands in part, and its node is deposed.
class UnfinishedDeletesTest : public ::testing::Test {
 protected:
  // So many of its three records count.
  void CutShortAfter(size_t landed) {
    node_.StartAsPrimary();
    ASSERT_TRUE(node_.Register("orders", "a").ok());
    ASSERT_TRUE(node_.Write(Normalizing(orders_)).ok());
    ASSERT_TRUE(node_.Write(UpdateMode{orders_, Mode::kReadWrite}).ok());
    // So that no claim comes between.
    ASSERT_TRUE(node_.Register("other", "b").ok());
    ASSERT_TRUE(node_.Write(DeleteSubject{Subject::Parse("other"), DeleteKind::kPurge}).ok());
    storage_->HoldAppends(node_.handle());
    lost_ = node_.WriteLater(DeleteSubject{orders_, DeleteKind::kPurge});
    while (storage_->held_records(node_.handle()) < 3) std::this_thread::yield();
    storage_->ReleaseAppends(node_.handle(), landed);
    node_.election().Depose();
    next_.StartAsPrimary();
    ASSERT_EQ(next_.registry().state().FindSubject(orders_), nullptr);
  }
  ~UnfinishedDeletesTest() override {
    storage_->ReleaseAppends(node_.handle());
    node_.registry().Stop();
    if (lost_.valid()) static_cast<void>(lost_.get());
  }
  static UpdateConfig Normalizing(const Subject& subject) {
    UpdateConfig update{.target = subject};
    update.normalize = {FieldUpdate<bool>::Action::kSet, true};
    return update;
  }
  bool AnythingIsLeft() {
    return next_.registry().state().FindConfig(orders_) != nullptr || next_.registry().state().FindMode(orders_);
  }
  ErrorReason Reason(WriteCommand command) { return ReasonOf(next_.Write(std::move(command)).status()); }

  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create();
  TestNode node_{storage_};
  TestNode next_{storage_, {.name = "node-2"}};
  std::future<absl::StatusOr<WriteResult>> lost_;
  const Subject orders_ = Subject::Parse("orders");
};

// Answered SUBJECT_NOT_FOUND, and left the settings for the next subject of the name.
TEST_F(UnfinishedDeletesTest, RetryAtTheNextPrimaryFinishesIt) {
  CutShortAfter(1);
  const auto again = next_.Write(DeleteSubject{orders_, DeleteKind::kPurge});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_THAT(again->versions, ElementsAre(Version(1)));
  EXPECT_FALSE(AnythingIsLeft());
  EXPECT_EQ(Reason(DeleteSubject{orders_, DeleteKind::kPurge}), ErrorReason::kSubjectNotFound);
}

TEST_F(UnfinishedDeletesTest, FinishesWhatEndedBetweenTheSettings) {
  CutShortAfter(2);
  ASSERT_EQ(next_.registry().state().FindMode(orders_), std::nullopt);
  EXPECT_TRUE(next_.Write(DeleteSubject{orders_, DeleteKind::kPermanent}).ok());
  EXPECT_FALSE(AnythingIsLeft());
}

TEST_F(UnfinishedDeletesTest, DeleteOfTheLastVersionFinishesIt) {
  CutShortAfter(1);
  EXPECT_EQ(Reason(DeleteVersion{orders_, Version(2), DeleteKind::kPermanent}), ErrorReason::kSubjectNotFound);
  EXPECT_EQ(Reason(DeleteVersion{orders_, Version(1), DeleteKind::kSoft}), ErrorReason::kSubjectNotFound);
  ASSERT_TRUE(AnythingIsLeft());
  EXPECT_TRUE(next_.Write(DeleteVersion{orders_, Version(1), DeleteKind::kPermanent}).ok());
  EXPECT_FALSE(AnythingIsLeft());
}

TEST_F(UnfinishedDeletesTest, SettingsThatWereMadeAfterwardsStay) {
  CutShortAfter(1);
  UpdateConfig update = Normalizing(orders_);
  update.normalize.value = false;
  ASSERT_TRUE(next_.Write(update).ok());
  EXPECT_EQ(Reason(DeleteSubject{orders_, DeleteKind::kPurge}), ErrorReason::kSubjectNotFound);
  EXPECT_TRUE(AnythingIsLeft());
}

TEST(SettingsOfNoSubjectTest, AreNoUnfinishedDelete) {
  TestNode node(MemoryLogStorage::Create());
  node.StartAsPrimary();
  const Subject later = Subject::Parse("later");
  ASSERT_TRUE(node.Write(UpdateMode{later, Mode::kReadOnly}).ok());
  ASSERT_TRUE(node.Write(UpdateMode{later, Mode::kReadWrite}).ok());
  EXPECT_EQ(ReasonOf(node.Write(DeleteSubject{later, DeleteKind::kPurge}).status()), ErrorReason::kSubjectNotFound);
  EXPECT_EQ(node.registry().state().FindMode(later), Mode::kReadWrite);
}

}  // namespace
}  // namespace regent
