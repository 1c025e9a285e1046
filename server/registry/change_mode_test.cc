#include "server/registry/change_mode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "base/error_reason.h"
#include "server/registry/testing/test_node.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ModeTest : public ::testing::Test {
 protected:
  ModeTest() { node_.StartAsPrimary(); }

  template <typename T>
  static ErrorReason Reason(const absl::StatusOr<T>& result) {
    return result.ok() ? ErrorReason::kUnspecified : ReasonOf(result.status());
  }
  absl::StatusOr<WriteResult> Set(const ConfigTarget& target, Mode mode, bool force = false) {
    return node_.Write(UpdateMode{target, mode, force});
  }
  Mode Effective(const ConfigTarget& target) { return *node_.registry().GetMode(target, ConfigView::kEffective); }
  absl::StatusOr<WriteResult> Import(const std::string& subject, const std::string& text, int id,
                                     std::optional<Version> version = std::nullopt) {
    RegisterSchema request{.subject = Subject::Parse(subject)};
    request.content.text = text;
    request.id = SchemaId(id);
    request.version = version;
    return node_.Write(request);
  }

  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create();
  TestNode node_{storage_};
  const Subject orders_ = Subject::Parse("orders");
};

TEST_F(ModeTest, IsInheritedFromContextAndFromUnderAllContexts) {
  EXPECT_EQ(Effective(orders_), Mode::kReadWrite);
  ASSERT_TRUE(Set(Subject(".__GLOBAL", ""), Mode::kReadOnly).ok());
  EXPECT_EQ(Effective(orders_), Mode::kReadOnly);
  EXPECT_EQ(Effective(Subject(".eu", "orders")), Mode::kReadOnly);
  ASSERT_TRUE(Set(std::nullopt, Mode::kReadWrite).ok());
  EXPECT_EQ(Effective(orders_), Mode::kReadWrite);
  EXPECT_EQ(Effective(Subject(".eu", "orders")), Mode::kReadOnly) << "a named context does not inherit the default one";
  ASSERT_TRUE(Set(Subject(".eu", "orders"), Mode::kReadWrite).ok());
  EXPECT_EQ(Effective(Subject(".eu", "orders")), Mode::kReadWrite);
}

TEST_F(ModeTest, OwnModeIsNotFoundWhereNothingIsSet) {
  EXPECT_EQ(Reason(node_.registry().GetMode(orders_, ConfigView::kOwn)), ErrorReason::kModeNotFound);
  EXPECT_EQ(*node_.registry().GetMode(std::nullopt, ConfigView::kOwn), Mode::kReadWrite);
  ASSERT_TRUE(Set(orders_, Mode::kReadOnly).ok());
  EXPECT_EQ(*node_.registry().GetMode(orders_, ConfigView::kOwn), Mode::kReadOnly);
}

TEST_F(ModeTest, ReadOnlyRefusesEveryChangeButThatOfTheMode) {
  ASSERT_TRUE(node_.Register("orders", "x").ok());
  ASSERT_TRUE(Set(orders_, Mode::kReadOnly).ok());
  EXPECT_EQ(Reason(node_.Register("orders", "y?")), ErrorReason::kModeForbids);
  EXPECT_EQ(Reason(Import("orders", "y?", 7)), ErrorReason::kModeForbids);
  EXPECT_EQ(Reason(node_.Write(DeleteSubject{orders_})), ErrorReason::kModeForbids);
  UpdateConfig update{.target = orders_};
  update.normalize = {FieldUpdate<bool>::Action::kSet, true};
  EXPECT_EQ(Reason(node_.Write(update)), ErrorReason::kModeForbids);
  EXPECT_EQ(Reason(node_.Write(DeleteConfig{orders_})), ErrorReason::kModeForbids);
  const auto set = Set(orders_, Mode::kReadWrite);
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->mode, Mode::kReadWrite);
  EXPECT_TRUE(node_.Register("orders", "x y?").ok());
}

TEST_F(ModeTest, DeletingGivesTheOldOneAndUncoversWhatIsInherited) {
  ASSERT_TRUE(Set(std::nullopt, Mode::kReadOnly).ok());
  ASSERT_TRUE(Set(orders_, Mode::kReadWrite).ok());
  const auto deleted = node_.Write(DeleteMode{orders_});
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_EQ(deleted->mode, Mode::kReadWrite);
  EXPECT_EQ(Effective(orders_), Mode::kReadOnly);
  EXPECT_EQ(Reason(node_.Write(DeleteMode{orders_})), ErrorReason::kSubjectNotFound);
  EXPECT_TRUE(node_.Write(DeleteMode{.target = orders_, .recursive = true}).ok());
}

TEST_F(ModeTest, DeletingAContextsModeRecursivelyTakesThoseOfItsSubjects) {
  ASSERT_TRUE(Set(Subject(".eu", ""), Mode::kReadOnly).ok());
  ASSERT_TRUE(Set(Subject(".eu", "a"), Mode::kReadOnly).ok());
  ASSERT_TRUE(Set(Subject(".us", "a"), Mode::kReadOnly).ok());
  ASSERT_TRUE(node_.Write(DeleteMode{.target = Subject(".eu", ""), .recursive = true}).ok());
  EXPECT_EQ(Effective(Subject(".eu", "a")), Mode::kReadWrite);
  EXPECT_EQ(Effective(Subject(".us", "a")), Mode::kReadOnly);
}

TEST_F(ModeTest, SettingNoneIsDeleting) {
  ASSERT_TRUE(Set(orders_, Mode::kReadOnly).ok());
  ASSERT_TRUE(node_.Write(UpdateMode{orders_, std::nullopt}).ok());
  EXPECT_EQ(Reason(node_.registry().GetMode(orders_, ConfigView::kOwn)), ErrorReason::kModeNotFound);
}

TEST_F(ModeTest, ForwardIsOnlyForWhatIsUnderAllContexts) {
  EXPECT_EQ(Reason(Set(orders_, Mode::kForward)), ErrorReason::kModeInvalid);
  EXPECT_EQ(Reason(Set(std::nullopt, Mode::kForward)), ErrorReason::kModeInvalid);
  EXPECT_TRUE(Set(Subject(".__GLOBAL", ""), Mode::kForward).ok());
}

TEST_F(ModeTest, CannotBeChangedWhereTheConfigurationSaysSo) {
  TestNode node(MemoryLogStorage::Create(), {.name = "node-2", .defaults = {.modes_changeable = false}});
  node.StartAsPrimary();
  EXPECT_EQ(Reason(node.Write(UpdateMode{orders_, Mode::kReadOnly})), ErrorReason::kModeForbids);
  EXPECT_EQ(Reason(node.Write(DeleteMode{orders_})), ErrorReason::kModeForbids);
}

TEST_F(ModeTest, ImportNeedsAnEmptyScopeOrForce) {
  ASSERT_TRUE(node_.Register("orders", "x").ok());
  EXPECT_EQ(Reason(Set(orders_, Mode::kImport)), ErrorReason::kModeForbids);
  EXPECT_EQ(Reason(Set(std::nullopt, Mode::kImport)), ErrorReason::kModeForbids);
  EXPECT_TRUE(Set(Subject::Parse("other"), Mode::kImport).ok());
  EXPECT_TRUE(Set(orders_, Mode::kImport, /*force=*/true).ok());
  EXPECT_NE(node_.registry().state().FindSubject(orders_), nullptr);
}

TEST_F(ModeTest, ImportRemovesWhatWasSoftlyDeleted) {
  ASSERT_TRUE(node_.Register("orders", "x?").ok());
  ASSERT_TRUE(node_.Register("orders", "y?").ok());
  ASSERT_TRUE(node_.Write(DeleteSubject{orders_}).ok());
  ASSERT_TRUE(Set(orders_, Mode::kImport).ok());
  EXPECT_EQ(node_.registry().state().FindSubject(orders_), nullptr);
}

TEST_F(ModeTest, ImportKeepsIdAndVersion) {
  ASSERT_TRUE(Set(orders_, Mode::kImport).ok());
  EXPECT_EQ(Reason(node_.Register("orders", "x")), ErrorReason::kModeForbids) << "an id is required";
  const auto imported = Import("orders", "x  y", 100, Version(7));
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->registered->stored->id, SchemaId(100));
  EXPECT_EQ(imported->registered->version, Version(7));
  EXPECT_EQ(imported->registered->stored->content.text, "x y");
  EXPECT_FALSE(Import("orders", "x y", 100, Version(7))->changed);
  // Not compatible, and below the highest version.
  EXPECT_EQ(Import("orders", "z", 50, Version(3))->registered->version, Version(3));
  EXPECT_EQ(Import("orders", "w", 101)->registered->version, Version(8));
  // What comes after is above all that was imported.
  ASSERT_TRUE(Set(orders_, Mode::kReadWrite).ok());
  EXPECT_EQ(node_.Register("orders", "w v?")->stored->id, SchemaId(102));
}

TEST_F(ModeTest, ImportNeverGivesAnIdOrAVersionAnotherMeaning) {
  ASSERT_TRUE(node_.Register("taken", "t").ok());
  ASSERT_TRUE(Set(orders_, Mode::kImport).ok());
  EXPECT_EQ(Reason(Import("orders", "x", 1)), ErrorReason::kModeForbids);
  EXPECT_EQ(Reason(Import("orders", "t", 2)), ErrorReason::kIdMismatch);
  ASSERT_TRUE(Import("orders", "t", 1, Version(1)).ok());
  EXPECT_EQ(Reason(Import("orders", "x", 3, Version(1))), ErrorReason::kModeForbids);
}

TEST_F(ModeTest, ImportMayReferToDeletedVersions) {
  ASSERT_TRUE(node_.Register("base", "x").ok());
  ASSERT_TRUE(node_.Write(DeleteVersion{Subject::Parse("base"), Version(1)}).ok());
  ASSERT_TRUE(Set(orders_, Mode::kImport).ok());
  RegisterSchema request{.subject = orders_};
  request.content.text = "@n";
  request.content.references = {{"n", Subject::Parse("base"), Version(1)}};
  request.id = SchemaId(9);
  EXPECT_TRUE(node_.Write(request).ok());
}

TEST_F(ModeTest, ConcurrentImportsOfOneIdGiveItOneMeaning) {
  ASSERT_TRUE(Set(std::nullopt, Mode::kImport).ok());
  for (int id = 1; id <= 50; ++id) {
    RegisterSchema a{.subject = Subject::Parse("a" + std::to_string(id)), .id = SchemaId(id)};
    a.content.text = "a" + std::to_string(id);
    RegisterSchema b{.subject = Subject::Parse("b" + std::to_string(id)), .id = SchemaId(id)};
    b.content.text = "b" + std::to_string(id);
    auto first = node_.WriteLater(a);
    auto second = node_.WriteLater(b);
    const bool first_ok = first.get().ok();
    const bool second_ok = second.get().ok();
    EXPECT_NE(first_ok, second_ok) << id;
  }
  EXPECT_EQ(node_.registry().state().counters().id_clashes, 0);
}

TEST_F(ModeTest, ForwardTakesAnIdAndGivesAnother) {
  ASSERT_TRUE(Set(Subject(".__GLOBAL", ""), Mode::kForward).ok());
  const auto registered = Import("orders", "x", 100);
  ASSERT_TRUE(registered.ok()) << registered.status();
  EXPECT_EQ(registered->registered->stored->id, SchemaId(1));
}

TEST_F(ModeTest, ReadWriteRefusesAnIdOfOnesOwn) {
  const auto refused = Import("orders", "x", 5);
  ASSERT_EQ(Reason(refused), ErrorReason::kModeForbids);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("not in import mode"));
}

TEST_F(ModeTest, ContextIsDeletedOnlyWhenEmpty) {
  ASSERT_TRUE(node_.Register(":.eu:orders", "x").ok());
  const Subject subject(".eu", "orders");
  EXPECT_EQ(Reason(node_.Write(DeleteContext{".eu"})), ErrorReason::kContextNotEmpty);
  ASSERT_TRUE(node_.Write(DeleteSubject{subject}).ok());
  EXPECT_EQ(Reason(node_.Write(DeleteContext{".eu"})), ErrorReason::kContextNotEmpty);
  ASSERT_TRUE(node_.Write(DeleteSubject{subject, DeleteKind::kPermanent}).ok());
  EXPECT_THAT(*node_.registry().Contexts(), ElementsAre(".", ".eu"));
  EXPECT_TRUE(node_.Write(DeleteContext{".eu"})->changed);
  EXPECT_THAT(*node_.registry().Contexts(), ElementsAre("."));
  EXPECT_FALSE(node_.Write(DeleteContext{".eu"})->changed);
  EXPECT_EQ(Reason(node_.Write(DeleteContext{"eu"})), ErrorReason::kSubjectInvalid);
}

// Written, they could not be read back: the subject was blocked until the next claim.
TEST_F(ModeTest, NumbersThatNoRecordCanSayAreNotImported) {
  ASSERT_TRUE(Set(std::nullopt, Mode::kImport).ok());
  const Offset next = storage_->next();
  EXPECT_EQ(Reason(Import("orders", "x", 7, Version(-7))), ErrorReason::kVersionInvalid);
  EXPECT_EQ(Reason(Import("orders", "x", 7, Version(0))), ErrorReason::kVersionInvalid);
  EXPECT_EQ(Reason(Import("orders", "x", -7)), ErrorReason::kRequestInvalid);
  EXPECT_EQ(storage_->next(), next);
}

TEST_F(ModeTest, NothingFollowsTheLastVersionAndTheLastId) {
  constexpr int kLast = std::numeric_limits<int32_t>::max();
  ASSERT_TRUE(Set(std::nullopt, Mode::kImport).ok());
  ASSERT_TRUE(Import("orders", "x", 7, Version(kLast)).ok());
  EXPECT_EQ(Reason(Import("orders", "y?", 8)), ErrorReason::kVersionInvalid);
  ASSERT_TRUE(Set(std::nullopt, Mode::kReadWrite).ok());
  EXPECT_EQ(Reason(node_.Register("orders", "x y?")), ErrorReason::kVersionInvalid);
  EXPECT_EQ(node_.Register("orders", "x")->version, Version(kLast)) << "it is there";
  ASSERT_TRUE(Set(Subject::Parse("payments"), Mode::kImport).ok());
  ASSERT_TRUE(Import("payments", "y", kLast).ok());
  const auto refused = node_.Register("orders-2", "z");
  ASSERT_EQ(Reason(refused), ErrorReason::kInternal);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("no id left"));
  EXPECT_EQ(node_.Register("orders-2", "y")->stored->id, SchemaId(kLast)) << "known content needs no new id";
}

}  // namespace
}  // namespace regent
