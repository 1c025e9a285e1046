#include "server/registry/associate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/error_reason.h"
#include "server/registry/testing/test_node.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class AssociateTest : public ::testing::Test {
 protected:
  AssociateTest() { node_.StartAsPrimary(); }

  template <typename T>
  static ErrorReason Reason(const absl::StatusOr<T>& result) {
    return result.ok() ? ErrorReason::kUnspecified : ReasonOf(result.status());
  }
  static SchemaContent Text(const std::string& text) {
    SchemaContent content;
    content.text = text;
    return content;
  }
  void Register(const std::string& subject) {
    RegisterSchema request{.subject = Subject::Parse(subject)};
    request.content = Text("\"string\"");
    ASSERT_TRUE(node_.Write(request).ok());
  }
  static ResourceAssociations Topic(const std::string& name, std::vector<ResourceAssociations::Wanted> associations) {
    return {name, "ns", "id-" + name, "topic", std::move(associations)};
  }
  static ResourceAssociations::Wanted Weak(const std::string& subject, const std::string& type = "value") {
    ResourceAssociations::Wanted wanted;
    wanted.subject = Subject::Parse(subject);
    wanted.association_type = type;
    return wanted;
  }
  static ResourceAssociations::Wanted Strong(const std::string& text, const std::string& type = "value") {
    ResourceAssociations::Wanted wanted;
    wanted.association_type = type;
    wanted.lifecycle = Lifecycle::kStrong;
    if (!text.empty()) wanted.schema = Text(text);
    return wanted;
  }
  absl::StatusOr<WriteResult> Create(ResourceAssociations resource) {
    return node_.Write(AssociateResources{.resources = {std::move(resource)}});
  }
  absl::StatusOr<WriteResult> Change(ResourceAssociations resource) {
    return node_.Write(
        AssociateResources{.resources = {std::move(resource)}, .existing = AssociateResources::Existing::kChange});
  }
  std::vector<std::string> SubjectsOf(const std::string& name) {
    std::vector<std::string> subjects;
    const auto associations = node_.registry().Associations({.resource_name = name});
    EXPECT_TRUE(associations.ok()) << associations.status();
    if (!associations.ok()) return subjects;
    for (const Association& each : *associations) subjects.push_back(each.subject.Qualified());
    return subjects;
  }

  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create();
  TestNode node_{storage_};
};

TEST_F(AssociateTest, WeakOnesShareASubject) {
  Register("shared");
  const auto first = Create(Topic("t1", {Weak("shared")}));
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(first->changed);
  ASSERT_THAT(first->associated, SizeIs(1));
  ASSERT_THAT(first->associated[0].associations, SizeIs(1));
  EXPECT_FALSE(first->associated[0].associations[0].frozen);
  ASSERT_TRUE(Create(Topic("t2", {Weak("shared")})).ok());
  EXPECT_THAT(*node_.registry().Associations({.subject = Subject(".", "shared")}), SizeIs(2));
}

TEST_F(AssociateTest, StrongOneBringsItsSchemaAndIsExclusive) {
  const auto created = Create(Topic("t1", {Strong("\"string\""), Strong("\"long\"", "key")}));
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_THAT(SubjectsOf("t1"), ElementsAre(":.ns:t1-key", ":.ns:t1-value"));
  EXPECT_TRUE(node_.registry().GetSchemaVersion({.subject = Subject(".ns", "t1-key")}).ok());
  EXPECT_EQ(Reason(Create(Topic("t2", {Weak(":.ns:t1-value")}))), ErrorReason::kSubjectAssociated);
  // Repeated, it is there.
  const auto again = Create(Topic("t1", {Strong("\"string\"")}));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_FALSE(again->changed);
}

TEST_F(AssociateTest, StrongOneIsNotOfASubjectThatOthersUse) {
  Register(":.ns:t1-value");
  ASSERT_TRUE(Create(Topic("t2", {Weak(":.ns:t1-value")})).ok());
  EXPECT_EQ(Reason(Create(Topic("t1", {Strong("")}))), ErrorReason::kSubjectAssociated);
}

TEST_F(AssociateTest, WhatIsThereIsRefusedOrChanged) {
  Register("a");
  Register("b");
  ASSERT_TRUE(Create(Topic("t1", {Weak("a")})).ok());
  EXPECT_EQ(Reason(Create(Topic("t1", {Weak("b")}))), ErrorReason::kResourceAssociated);
  ASSERT_TRUE(Change(Topic("t1", {Weak("b")})).ok());
  EXPECT_THAT(SubjectsOf("t1"), ElementsAre("b"));
  ASSERT_TRUE(Change(Topic("t1", {Strong("\"string\"")})).ok());
  EXPECT_EQ(Reason(Change(Topic("t1", {Weak("b")}))), ErrorReason::kAssociationFrozen);
}

TEST_F(AssociateTest, ResourceKnownByItsIdNeedsNoName) {
  Register("a");
  EXPECT_EQ(Reason(Change({"", "", "id-t1", "topic", {Weak("a")}})), ErrorReason::kAssociationNotFound);
  ASSERT_TRUE(Create(Topic("t1", {Weak("a")})).ok());
  ASSERT_TRUE(Change({"", "", "id-t1", "topic", {Weak("a", "key")}}).ok());
  EXPECT_THAT(SubjectsOf("t1"), ElementsAre("a", "a"));
}

TEST_F(AssociateTest, IdAndNameBelongTogether) {
  Register("a");
  ASSERT_TRUE(Create(Topic("t1", {Weak("a")})).ok());
  EXPECT_EQ(Reason(Create({"t1", "ns", "other", "topic", {Weak("a")}})), ErrorReason::kResourceMismatch);
  EXPECT_EQ(Reason(Create({"other", "ns", "id-t1", "topic", {Weak("a")}})), ErrorReason::kResourceMismatch);
}

TEST_F(AssociateTest, SubjectMustLive) {
  EXPECT_EQ(Reason(Create(Topic("t1", {Weak("nobody")}))), ErrorReason::kNoActiveVersion);
}

TEST_F(AssociateTest, MalformedOnesAreRefused) {
  Register("a");
  ResourceAssociations::Wanted frozen = Weak("a");
  frozen.frozen = true;
  ResourceAssociations::Wanted loose = Strong("\"string\"");
  loose.frozen = false;
  ResourceAssociations::Wanted elsewhere = Strong("\"string\"");
  elsewhere.subject = Subject(".", "a");
  ResourceAssociations::Wanted nameless = Weak("a");
  nameless.subject.reset();
  for (const auto& wanted : {frozen, loose, elsewhere, nameless, Weak("a", "")}) {
    EXPECT_EQ(Reason(Create(Topic("t1", {wanted}))), ErrorReason::kAssociationInvalid);
  }
  EXPECT_EQ(Reason(Create(Topic("t1", {}))), ErrorReason::kAssociationInvalid);
  EXPECT_EQ(Reason(Create(Topic("t1", {Weak("a"), Weak("a")}))), ErrorReason::kAssociationInvalid);
  EXPECT_EQ(Reason(Create({"t1", "-", "id", "topic", {Weak("a")}})), ErrorReason::kAssociationInvalid);
  EXPECT_EQ(Reason(Create({"t1", "ns", "", "topic", {Weak("a")}})), ErrorReason::kAssociationInvalid);
  EXPECT_EQ(Reason(Create({"", "ns", "id", "topic", {Weak("a")}})), ErrorReason::kAssociationInvalid);
  EXPECT_THAT(SubjectsOf("t1"), IsEmpty());
}

// Nothing is left behind by what is refused, not even the schema.
TEST_F(AssociateTest, RefusedBeforeItsSchemaIsRegistered) {
  Register(":.ns:t1-value");
  ASSERT_TRUE(Create(Topic("t2", {Weak(":.ns:t1-value")})).ok());
  EXPECT_EQ(Reason(Create(Topic("t1", {Strong("\"long\"", "key"), Strong("\"long\"")}))),
            ErrorReason::kSubjectAssociated);
  EXPECT_EQ(Reason(node_.registry().GetSchemaVersion({.subject = Subject(".ns", "t1-key")})),
            ErrorReason::kSubjectNotFound);
}

TEST_F(AssociateTest, TryingChangesNothing) {
  const auto tried =
      node_.Write(AssociateResources{.resources = {Topic("t1", {Strong("\"string\"")})}, .validate_only = true});
  ASSERT_TRUE(tried.ok()) << tried.status();
  EXPECT_FALSE(tried->changed);
  EXPECT_THAT(tried->associated, SizeIs(1));
  EXPECT_THAT(SubjectsOf("t1"), IsEmpty());
  EXPECT_EQ(Reason(node_.registry().GetSchemaVersion({.subject = Subject(".ns", "t1-value")})),
            ErrorReason::kSubjectNotFound);
}

TEST_F(AssociateTest, EachOfManyHasItsOwnOutcome) {
  Register("a");
  const auto result = node_.Write(AssociateResources{
      .resources = {Topic("t1", {Weak("nobody")}), Topic("t2", {Weak("a")}), Topic("t3", {Strong("!")})},
      .outcomes_apart = true});
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_THAT(result->associated, SizeIs(3));
  EXPECT_EQ(ReasonOf(result->associated[0].status), ErrorReason::kNoActiveVersion);
  EXPECT_TRUE(result->associated[1].status.ok()) << result->associated[1].status;
  EXPECT_EQ(ReasonOf(result->associated[2].status), ErrorReason::kSchemaInvalid);
  EXPECT_THAT(SubjectsOf("t2"), ElementsAre("a"));
}

TEST_F(AssociateTest, TooManyAreRefused) {
  Register("a");
  ResourceAssociations many = Topic("t1", {});
  for (int i = 0; i < 101; ++i) many.associations.push_back(Weak("a", "type" + std::to_string(i)));
  EXPECT_EQ(Reason(Create(many)), ErrorReason::kTooManyAssociations);
}

TEST_F(AssociateTest, SubjectStaysWhileItIsAssociated) {
  Register("a");
  ASSERT_TRUE(Create(Topic("t1", {Weak("a")})).ok());
  EXPECT_EQ(Reason(node_.Write(DeleteSubject{Subject(".", "a")})), ErrorReason::kSubjectAssociated);
  ASSERT_TRUE(node_.Write(DissociateResource{.resource_id = "id-t1"}).ok());
  EXPECT_TRUE(node_.Write(DeleteSubject{Subject(".", "a")}).ok());
  EXPECT_EQ(Reason(node_.Write(DissociateResource{.resource_id = "id-t1"})), ErrorReason::kAssociationNotFound);
}

TEST_F(AssociateTest, CascadeDeletesTheSubjectsOfStrongOnes) {
  Register("a");
  ASSERT_TRUE(Create(Topic("t1", {Strong("\"string\""), Weak("a", "key")})).ok());
  ASSERT_TRUE(node_.Write(DissociateResource{.resource_id = "id-t1", .cascade = true, .validate_only = true}).ok());
  EXPECT_THAT(SubjectsOf("t1"), SizeIs(2));
  ASSERT_TRUE(node_.Write(DissociateResource{.resource_id = "id-t1", .cascade = true}).ok());
  EXPECT_THAT(SubjectsOf("t1"), IsEmpty());
  EXPECT_EQ(Reason(node_.registry().GetSchemaVersion({.subject = Subject(".ns", "t1-value")})),
            ErrorReason::kSubjectNotFound);
  EXPECT_TRUE(node_.registry().GetSchemaVersion({.subject = Subject(".", "a")}).ok());
}

TEST_F(AssociateTest, OneTypeIsTakenBackAlone) {
  Register("a");
  ASSERT_TRUE(Create(Topic("t1", {Weak("a", "key"), Weak("a")})).ok());
  ASSERT_TRUE(node_.Write(DissociateResource{.resource_id = "id-t1", .association_types = {"key"}}).ok());
  const auto left = node_.registry().Associations({.resource_id = "id-t1"});
  ASSERT_THAT(*left, SizeIs(1));
  EXPECT_EQ(left->front().association_type, "value");
}

// Its tombstone used to follow the association that was on its way, and to take it back.
TEST_F(AssociateTest, SettlingAKeyDoesNotOvertakeAnAssociationOnItsWay) {
  Register("orders");
  ASSERT_TRUE(Create(Topic("t", {Weak("orders")})).ok());
  const Record written = storage_->records().back().record;
  ASSERT_TRUE(node_.Write(DissociateResource{.resource_id = "id-t", .resource_type = "topic"}).ok());
  storage_->HoldAppends(node_.handle());
  auto answer = node_.WriteLater(AssociateResources{.resources = {Topic("t", {Weak("orders")})}},
                                 {.deadline = SystemClock()->Now() + std::chrono::seconds(3)});
  while (storage_->held_records(node_.handle()) == 0) std::this_thread::yield();
  storage_->Put({written.key, "{}", {}});  // another registry's
  // The node has read it and begun to settle it.
  while (node_.registry().settler().looked_at() == 0) std::this_thread::yield();
  storage_->ReleaseAppends(node_.handle());
  const auto associated = answer.get();
  EXPECT_TRUE(associated.ok()) << associated.status();
  node_.WaitUntilCaughtUp();
  node_.WaitUntilSettled();
  EXPECT_THAT(SubjectsOf("t"), ElementsAre("orders"));
}

TEST_F(AssociateTest, ReadOnlySubjectsAreLeftAlone) {
  Register("a");
  ASSERT_TRUE(node_.Write(UpdateMode{Subject(".", "a"), Mode::kReadOnly}).ok());
  EXPECT_EQ(Reason(Create(Topic("t1", {Weak("a")}))), ErrorReason::kModeForbids);
}

TEST_F(AssociateTest, WhenItWasMadeStaysWithIt) {
  Register("orders");
  const auto made = Create(Topic("t", {Weak("orders")}));
  ASSERT_TRUE(made.ok()) << made.status();
  const Association first = made->associated[0].associations[0];
  EXPECT_GT(first.create_time_ms, 0);
  const auto again = Create(Topic("t", {Weak("orders")}));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_FALSE(again->changed);
  EXPECT_EQ(again->associated[0].associations[0], first);
}

TEST_F(AssociateTest, ImportTakesGuidAndTimeAndAsksForNoLiveVersion) {
  const std::string guid = "095d71cf-1255-6b9d-5e33-0ad575b3df5d";
  ResourceAssociations::Wanted wanted = Weak("orders");
  wanted.guid = guid;
  wanted.create_time_ms = 77;
  EXPECT_EQ(Reason(Create(Topic("t", {wanted}))), ErrorReason::kNoActiveVersion);
  ASSERT_TRUE(node_.Write(UpdateMode{std::nullopt, Mode::kImport, /*force=*/true}).ok());
  const auto imported = Create(Topic("t", {wanted}));
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->associated[0].associations[0].guid, guid);
  EXPECT_EQ(imported->associated[0].associations[0].create_time_ms, 77);
  // Elsewhere both are the registry's own.
  ASSERT_TRUE(node_.Write(DeleteMode{}).ok());
  Register("payments");
  wanted.subject = Subject::Parse("payments");
  const auto own = Create(Topic("u", {wanted}));
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_NE(own->associated[0].associations[0].guid, guid);
  EXPECT_GT(own->associated[0].associations[0].create_time_ms, 77);
}

TEST_F(AssociateTest, RepeatedRequestGetsTheFirstAnswer) {
  Register("orders");
  ASSERT_TRUE(Create(Topic("t", {Weak("orders")})).ok());
  const DissociateResource taken_back{.resource_id = "id-t", .resource_type = "topic"};
  ASSERT_TRUE(node_.Write(taken_back, {.request_id = "r-1"}).ok());
  const auto again = node_.Write(taken_back, {.request_id = "r-1"});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->changed);
  EXPECT_EQ(Reason(node_.Write(taken_back, {.request_id = "r-2"})), ErrorReason::kAssociationNotFound);
}

}  // namespace
}  // namespace regent
