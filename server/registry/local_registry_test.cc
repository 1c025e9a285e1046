#include "server/registry/local_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "base/error_reason.h"
#include "server/registry/testing/test_node.h"
#include "store/record_codec.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class LocalRegistryTest : public ::testing::Test {
 protected:
  LocalRegistryTest() { node_.StartAsPrimary(); }

  ErrorReason Reason(const absl::Status& status) { return ReasonOf(status); }
  template <typename T>
  ErrorReason Reason(const absl::StatusOr<T>& result) {
    return result.ok() ? ErrorReason::kUnspecified : ReasonOf(result.status());
  }
  absl::StatusOr<WriteResult> Delete(const std::string& subject, int version, DeleteKind kind) {
    return node_.Write(DeleteVersion{Subject::Parse(subject), Version(version), kind});
  }
  absl::StatusOr<WriteResult> DeleteAll(const std::string& subject, DeleteKind kind) {
    return node_.Write(DeleteSubject{Subject::Parse(subject), kind});
  }
  absl::StatusOr<WriteResult> SetLevel(const ConfigTarget& target, CompatibilityLevel level) {
    UpdateConfig update;
    update.target = target;
    update.level = {FieldUpdate<CompatibilityLevel>::Action::kSet, level};
    return node_.Write(update);
  }
  static Reference Refer(const std::string& name, const std::string& subject, int version) {
    return {name, Subject::Parse(subject), Version(version)};
  }

  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create();
  TestNode node_{storage_};
};

TEST_F(LocalRegistryTest, FirstSchemaIsVersionOneOfIdOne) {
  const auto registered = node_.Register("orders", "a  b");
  ASSERT_TRUE(registered.ok()) << registered.status();
  EXPECT_EQ(registered->version, Version(1));
  EXPECT_EQ(registered->stored->id, SchemaId(1));
  EXPECT_EQ(registered->stored->content.text, "a b");
}

TEST_F(LocalRegistryTest, RegisteringAgainGivesTheSameVersionWithoutAWrite) {
  ASSERT_TRUE(node_.Register("orders", "a b").ok());
  const Offset next = storage_->next();
  RegisterSchema request;
  request.subject = Subject::Parse("orders");
  request.content.text = "a   b";
  const auto again = node_.Write(request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_FALSE(again->changed);
  EXPECT_EQ(again->registered->version, Version(1));
  EXPECT_EQ(storage_->next(), next);
}

TEST_F(LocalRegistryTest, EquivalentSchemaIsFoundRatherThanRegistered) {
  ASSERT_TRUE(node_.Register("orders", "a b").ok());
  EXPECT_EQ(node_.Register("orders", "b a")->version, Version(1));
}

// What came before the node was primary used to be decided at once, and again afterwards with another id.
TEST_F(LocalRegistryTest, WaitingForThePrimaryCostsNoId) {
  TestNode node(MemoryLogStorage::Create());
  node.Start();
  RegisterSchema request;
  request.subject = Subject::Parse("orders");
  request.content.text = "a";
  auto pending = node.WriteLater(request);
  EXPECT_EQ(pending.wait_for(std::chrono::milliseconds(1)), std::future_status::timeout);
  node.election().Elect();
  EXPECT_EQ(pending.get()->registered->stored->id, SchemaId(1));
}

TEST_F(LocalRegistryTest, SameContentUnderTwoSubjectsSharesTheId) {
  EXPECT_EQ(node_.Register("orders", "a")->stored->id, node_.Register("payments", "a")->stored->id);
}

TEST_F(LocalRegistryTest, ContextsCountIdsSeparately) {
  ASSERT_TRUE(node_.Register("orders", "a").ok());
  ASSERT_TRUE(node_.Register("orders", "a b").ok());
  const auto elsewhere = node_.Register(":.eu:orders", "a b");
  ASSERT_TRUE(elsewhere.ok()) << elsewhere.status();
  EXPECT_EQ(elsewhere->stored->id, SchemaId(1));
  EXPECT_THAT(node_.registry().state().Contexts(), ElementsAre(".", ".eu"));
}

TEST_F(LocalRegistryTest, IncompatibleSchemaIsRefusedWithAReport) {
  ASSERT_TRUE(node_.Register("orders", "a b").ok());
  const auto refused = node_.Register("orders", "a");
  ASSERT_EQ(Reason(refused), ErrorReason::kSchemaIncompatible);
  const ErrorDetail detail = DetailOf(refused.status());
  ASSERT_TRUE(detail.report.has_value());
  ASSERT_EQ(detail.report->versions.size(), 1u);
  EXPECT_EQ(detail.report->versions[0].version, Version(1));
  EXPECT_EQ(detail.report->versions[0].differences[0].path, "/b");
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("orders"));
}

TEST_F(LocalRegistryTest, LevelNoneTakesAnything) {
  ASSERT_TRUE(SetLevel(Subject::Parse("orders"), CompatibilityLevel::kNone).ok());
  ASSERT_TRUE(node_.Register("orders", "a b").ok());
  EXPECT_EQ(node_.Register("orders", "c")->version, Version(2));
}

TEST_F(LocalRegistryTest, InvalidSchemaIsRefusedNamingThePlace) {
  const auto refused = node_.Register("orders", "a !");
  EXPECT_EQ(Reason(refused), ErrorReason::kSchemaInvalid);
  EXPECT_EQ(DetailOf(refused.status()).path, "/word");
}

TEST_F(LocalRegistryTest, StoredSchemasAreReadLeniently) {
  TestNode::Options lenient;
  lenient.defaults.validate_new_schemas = false;
  const auto storage = MemoryLogStorage::Create();
  {
    TestNode first(storage, lenient);
    first.StartAsPrimary();
    ASSERT_TRUE(first.Register("orders", "Capital?").ok());
  }
  TestNode second(storage);
  second.StartAsPrimary();
  EXPECT_EQ(Reason(second.Register("other", "Capital?")), ErrorReason::kSchemaInvalid);
  EXPECT_EQ(second.Register("orders", "x")->version, Version(2)) << "compared with a stored schema it would not take";
}

TEST_F(LocalRegistryTest, ControlCharacterInASubjectIsRefused) {
  EXPECT_EQ(Reason(node_.Register("ord\ners", "a")), ErrorReason::kSubjectInvalid);
  EXPECT_EQ(Reason(node_.Register("__GLOBAL", "a")), ErrorReason::kSubjectInvalid);
}

TEST_F(LocalRegistryTest, EmptyTextReusesTheLatestWithNewMetadata) {
  ASSERT_TRUE(node_.Register("orders", "a").ok());
  RegisterSchema request;
  request.subject = Subject::Parse("orders");
  request.content.metadata = Metadata{.properties = {{"owner", "x"}}};
  const auto result = node_.Write(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->registered->version, Version(2));
  EXPECT_EQ(result->registered->stored->content.text, "a");
  EXPECT_EQ(Reason(node_.Register("empty", "")), ErrorReason::kSchemaInvalid);
}

TEST_F(LocalRegistryTest, ValidateOnlyWritesNothing) {
  const Offset next = storage_->next();
  RegisterSchema request;
  request.subject = Subject::Parse("orders");
  request.content.text = "a";
  request.validate_only = true;
  const auto result = node_.Write(request);
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->changed);
  EXPECT_EQ(result->registered->version, Version(1));
  EXPECT_EQ(storage_->next(), next);
}

TEST_F(LocalRegistryTest, NormalizeStoresTheNormalisedText) {
  RegisterSchema request;
  request.subject = Subject::Parse("orders");
  request.content.text = "b a";
  request.normalize = true;
  EXPECT_EQ(node_.Write(request)->registered->stored->content.text, "a b");
}

// --- deletes ---------------------------------------------------------------------------------------------------------

TEST_F(LocalRegistryTest, SoftDeletedVersionIsHiddenAndStillFoundById) {
  ASSERT_TRUE(node_.Register("orders", "a").ok());
  ASSERT_TRUE(node_.Register("orders", "a b").ok());
  const auto deleted = Delete("orders", 2, DeleteKind::kSoft);
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_THAT(deleted->versions, ElementsAre(Version(2)));
  EXPECT_EQ(Reason(node_.registry().GetSchemaVersion({Subject::Parse("orders"), Version(2), Deleted::kExclude})),
            ErrorReason::kVersionNotFound);
  EXPECT_TRUE(node_.registry().GetSchemaVersion({Subject::Parse("orders"), Version(2), Deleted::kInclude}).ok());
  EXPECT_EQ(node_.registry().GetSchemaVersion({Subject::Parse("orders"), {}, Deleted::kExclude})->version, Version(1));
  EXPECT_TRUE(node_.registry().GetSchemaById(".", SchemaId(2)).ok());
}

TEST_F(LocalRegistryTest, VersionNumbersGoOnAfterASoftDelete) {
  ASSERT_TRUE(node_.Register("orders", "a").ok());
  ASSERT_TRUE(Delete("orders", 1, DeleteKind::kSoft).ok());
  EXPECT_EQ(node_.Register("orders", "z")->version, Version(2)) << "compatibility looks at live versions only";
}

TEST_F(LocalRegistryTest, RegisteringASoftDeletedSchemaKeepsTheIdAndDropsTheOldVersion) {
  ASSERT_TRUE(node_.Register("orders", "a").ok());
  ASSERT_TRUE(Delete("orders", 1, DeleteKind::kSoft).ok());
  const auto again = node_.Register("orders", "a");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->stored->id, SchemaId(1));
  EXPECT_EQ(again->version, Version(2));
  EXPECT_EQ(Reason(node_.registry().GetSchemaVersion({Subject::Parse("orders"), Version(1), Deleted::kInclude})),
            ErrorReason::kVersionNotFound);
}

TEST_F(LocalRegistryTest, PermanentDeleteNeedsASoftOneFirst) {
  ASSERT_TRUE(node_.Register("orders", "a").ok());
  EXPECT_EQ(Reason(Delete("orders", 1, DeleteKind::kPermanent)), ErrorReason::kVersionNotSoftDeleted);
  EXPECT_EQ(Reason(DeleteAll("orders", DeleteKind::kPermanent)), ErrorReason::kSubjectNotSoftDeleted);
  ASSERT_TRUE(Delete("orders", 1, DeleteKind::kSoft).ok());
  EXPECT_EQ(Reason(Delete("orders", 1, DeleteKind::kSoft)), ErrorReason::kVersionSoftDeleted);
  EXPECT_EQ(Reason(DeleteAll("orders", DeleteKind::kSoft)), ErrorReason::kSubjectSoftDeleted);
  EXPECT_TRUE(Delete("orders", 1, DeleteKind::kPermanent).ok());
  EXPECT_EQ(Reason(Delete("orders", 1, DeleteKind::kPermanent)), ErrorReason::kSubjectNotFound);
}

TEST_F(LocalRegistryTest, IdsAreNotReusedAfterAPermanentDelete) {
  ASSERT_TRUE(node_.Register("orders", "a").ok());
  ASSERT_TRUE(DeleteAll("orders", DeleteKind::kSoft).ok());
  ASSERT_TRUE(DeleteAll("orders", DeleteKind::kPermanent).ok());
  EXPECT_EQ(Reason(node_.registry().GetSchemaById(".", SchemaId(1))), ErrorReason::kSchemaNotFound);
  EXPECT_EQ(node_.Register("orders", "a")->stored->id, SchemaId(2));
}

TEST_F(LocalRegistryTest, IdsAreNotReusedAfterAPermanentDeleteCompactionAndRestart) {
  ASSERT_TRUE(node_.Register("orders", "a").ok());
  ASSERT_TRUE(DeleteAll("orders", DeleteKind::kSoft).ok());
  ASSERT_TRUE(DeleteAll("orders", DeleteKind::kPermanent).ok());
  node_.registry().Stop();
  storage_->Compact(storage_->next(), MemoryLogStorage::Tombstones::kRemove);
  TestNode second(storage_, {.name = "node-2"});
  second.StartAsPrimary();
  EXPECT_EQ(second.Register("other", "b")->stored->id, SchemaId(2));
}

TEST_F(LocalRegistryTest, PermanentDeleteOfASubjectTakesItsConfigAlong) {
  ASSERT_TRUE(node_.Register("orders", "a").ok());
  ASSERT_TRUE(SetLevel(Subject::Parse("orders"), CompatibilityLevel::kFull).ok());
  ASSERT_TRUE(DeleteAll("orders", DeleteKind::kSoft).ok());
  ASSERT_TRUE(DeleteAll("orders", DeleteKind::kPermanent).ok());
  EXPECT_EQ(Reason(node_.registry().GetConfig(Subject::Parse("orders"), ConfigView::kOwn)),
            ErrorReason::kConfigNotFound);
}

// Of which only the settings were left used to answer SUBJECT_NOT_FOUND, and left them.
TEST_F(LocalRegistryTest, PermanentDeleteThatWasCutShortAnywhereIsFinished) {
  constexpr size_t kRecords = 4;  // two versions, mode and configuration
  for (size_t landed = 0; landed < kRecords; ++landed) {
    const Subject subject = Subject::Parse("orders-" + std::to_string(landed));
    ASSERT_TRUE(node_.Register(subject.name, "a?").ok());
    ASSERT_TRUE(node_.Register(subject.name, "a? b?").ok());
    ASSERT_TRUE(SetLevel(subject, CompatibilityLevel::kFull).ok());
    ASSERT_TRUE(node_.Write(UpdateMode{subject, Mode::kReadWrite}).ok());
    // So that no claim comes between.
    ASSERT_TRUE(node_.Register("other", "c?").ok());
    ASSERT_TRUE(DeleteAll("other", DeleteKind::kPurge).ok());
    storage_->HoldAppends(node_.handle());
    auto deleted = node_.WriteLater(DeleteSubject{subject, DeleteKind::kPurge});
    while (storage_->held_records(node_.handle()) < kRecords) std::this_thread::yield();
    storage_->ReleaseAppends(node_.handle(), landed);
    storage_->DropHeld(node_.handle());
    const auto result = deleted.get();
    EXPECT_TRUE(result.ok()) << landed << " landed: " << result.status();
    EXPECT_EQ(node_.registry().state().FindSubject(subject), nullptr) << landed << " landed";
    EXPECT_EQ(node_.registry().state().FindConfig(subject), nullptr) << landed << " landed";
    EXPECT_EQ(node_.registry().state().FindMode(subject), std::nullopt) << landed << " landed";
  }
}

TEST_F(LocalRegistryTest, PermanentDeleteRemovesEveryRawFormOfTheKey) {
  // As another registry would have written it, before our first claim.
  const auto storage = MemoryLogStorage::Create();
  storage->Put({R"({"magic":1,"keytype":"SCHEMA","subject":"orders","version":1})",
                R"({"subject":"orders","version":1,"id":5,"schema":"a","deleted":false})",
                {}});
  storage->Put({R"({"keytype":"SCHEMA","subject":"orders","version":1,"magic":1})",
                R"({"subject":"orders","version":1,"id":5,"schema":"a","deleted":true})",
                {}});
  TestNode node(storage);
  node.StartAsPrimary();
  ASSERT_TRUE(node.Write(DeleteSubject{Subject::Parse("orders"), DeleteKind::kPermanent}).ok());
  std::set<std::string> tombstoned;
  for (const LogRecord& record : storage->records()) {
    if (!record.record.value) tombstoned.insert(record.record.key);
  }
  EXPECT_EQ(tombstoned.size(), 2u);
  storage->Compact(storage->next(), MemoryLogStorage::Tombstones::kRemove);
  TestNode fresh(storage, {.name = "node-2"});
  fresh.Start();
  EXPECT_EQ(fresh.registry().state().FindSubject(Subject::Parse("orders")), nullptr);
}

TEST_F(LocalRegistryTest, UndeletedVersionIsBackUnderItsId) {
  ASSERT_TRUE(node_.Register("orders", "a").ok());
  ASSERT_TRUE(node_.Register("orders", "a b").ok());
  ASSERT_TRUE(Delete("orders", 1, DeleteKind::kSoft).ok());
  const auto back = node_.Write(UndeleteVersion{Subject::Parse("orders"), Version(1)});
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_TRUE(back->changed);
  EXPECT_EQ(node_.registry().GetSchemaVersion({Subject::Parse("orders"), Version(1)})->stored->id, SchemaId(1));
  EXPECT_FALSE(node_.Write(UndeleteVersion{Subject::Parse("orders"), Version(1)})->changed);
  EXPECT_EQ(Reason(node_.Write(UndeleteVersion{Subject::Parse("orders"), Version(7)})), ErrorReason::kVersionNotFound);
}

TEST_F(LocalRegistryTest, UndeletedSubjectHasAllItsVersionsBack) {
  ASSERT_TRUE(node_.Register("orders", "a").ok());
  ASSERT_TRUE(node_.Register("orders", "a b").ok());
  ASSERT_TRUE(DeleteAll("orders", DeleteKind::kSoft).ok());
  const auto back = node_.Write(UndeleteSubject{Subject::Parse("orders")});
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_THAT(back->versions, ElementsAre(Version(1), Version(2)));
  EXPECT_EQ(node_.registry().Versions({Subject::Parse("orders")})->size(), 2u);
}

TEST_F(LocalRegistryTest, UndeleteNeedsWhatTheSchemaRefersTo) {
  ASSERT_TRUE(node_.Register("base", "a").ok());
  ASSERT_TRUE(node_.Register("orders", "@base", {Refer("base", "base", 1)}).ok());
  ASSERT_TRUE(Delete("orders", 1, DeleteKind::kSoft).ok());
  ASSERT_TRUE(Delete("base", 1, DeleteKind::kSoft).ok());
  EXPECT_EQ(Reason(node_.Write(UndeleteVersion{Subject::Parse("orders"), Version(1)})),
            ErrorReason::kReferenceNotFound);
}

TEST_F(LocalRegistryTest, PurgeRemovesLiveVersionsInOneCall) {
  ASSERT_TRUE(node_.Register("orders", "a").ok());
  ASSERT_TRUE(node_.Register("orders", "a b").ok());
  ASSERT_TRUE(Delete("orders", 2, DeleteKind::kPurge).ok());
  const auto purged = DeleteAll("orders", DeleteKind::kPurge);
  ASSERT_TRUE(purged.ok()) << purged.status();
  EXPECT_THAT(purged->versions, ElementsAre(Version(1)));
  EXPECT_EQ(node_.registry().state().FindSubject(Subject::Parse("orders")), nullptr);
}

TEST_F(LocalRegistryTest, PurgeNamesReferrers) {
  ASSERT_TRUE(node_.Register("base", "a").ok());
  ASSERT_TRUE(node_.Register("orders", "@base", {Refer("base", "base", 1)}).ok());
  const auto refused = DeleteAll("base", DeleteKind::kPurge);
  ASSERT_EQ(Reason(refused), ErrorReason::kReferenceExists);
  EXPECT_EQ(DetailOf(refused.status()).referrers.size(), 1u);
}

// --- references ------------------------------------------------------------------------------------------------------

TEST_F(LocalRegistryTest, ReferenceToTheLatestIsPinned) {
  ASSERT_TRUE(node_.Register("base", "a").ok());
  ASSERT_TRUE(node_.Register("base", "a b").ok());
  const auto registered = node_.Register("orders", "@base", {Refer("base", "base", -1)});
  ASSERT_TRUE(registered.ok()) << registered.status();
  EXPECT_EQ(registered->stored->content.references[0].version, Version(2));
}

TEST_F(LocalRegistryTest, MissingReferenceIsNamed) {
  const auto refused = node_.Register("orders", "@base", {Refer("base", "nowhere", 3)});
  EXPECT_EQ(Reason(refused), ErrorReason::kReferenceNotFound);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("\"nowhere\" and version 3"));
}

TEST_F(LocalRegistryTest, ReferencedVersionCannotBeDeletedAndTheReferrersAreNamed) {
  ASSERT_TRUE(node_.Register("base", "a").ok());
  ASSERT_TRUE(node_.Register("orders", "@base", {Refer("base", "base", 1)}).ok());
  const auto refused = Delete("base", 1, DeleteKind::kSoft);
  ASSERT_EQ(Reason(refused), ErrorReason::kReferenceExists);
  EXPECT_THAT(DetailOf(refused.status()).referrers,
              ElementsAre(ErrorDetail::Referrer{Subject::Parse("orders"), Version(1)}));
  EXPECT_EQ(Reason(DeleteAll("base", DeleteKind::kSoft)), ErrorReason::kReferenceExists);
}

TEST_F(LocalRegistryTest, SoftDeletedReferrerBlocksOnlyThePermanentDelete) {
  ASSERT_TRUE(node_.Register("base", "a").ok());
  ASSERT_TRUE(node_.Register("orders", "@base", {Refer("base", "base", 1)}).ok());
  ASSERT_TRUE(Delete("orders", 1, DeleteKind::kSoft).ok());
  ASSERT_TRUE(Delete("base", 1, DeleteKind::kSoft).ok());
  EXPECT_EQ(Reason(Delete("base", 1, DeleteKind::kPermanent)), ErrorReason::kReferenceExists);
  ASSERT_TRUE(Delete("orders", 1, DeleteKind::kPermanent).ok());
  EXPECT_TRUE(Delete("base", 1, DeleteKind::kPermanent).ok());
}

TEST_F(LocalRegistryTest, NewSchemaMayNotReferToASoftDeletedOne) {
  ASSERT_TRUE(node_.Register("base", "a").ok());
  ASSERT_TRUE(Delete("base", 1, DeleteKind::kSoft).ok());
  EXPECT_EQ(Reason(node_.Register("orders", "@base", {Refer("base", "base", 1)})), ErrorReason::kReferenceNotFound);
}

// --- configuration ---------------------------------------------------------------------------------------------------

TEST_F(LocalRegistryTest, SubjectConfigDoesNotTakeItsLevelFromTheGlobalRecord) {
  ASSERT_TRUE(SetLevel(std::nullopt, CompatibilityLevel::kNone).ok());
  UpdateConfig update;
  update.target = Subject::Parse("orders");
  update.normalize = {FieldUpdate<bool>::Action::kSet, true};
  ASSERT_TRUE(node_.Write(update).ok());
  const auto config = node_.registry().GetConfig(Subject::Parse("orders"), ConfigView::kEffective);
  EXPECT_EQ(config->level, CompatibilityLevel::kBackward);
  EXPECT_EQ(config->normalize, true);
  EXPECT_EQ(node_.registry().GetConfig(Subject::Parse("other"), ConfigView::kEffective)->level,
            CompatibilityLevel::kNone);
}

TEST_F(LocalRegistryTest, ClearedConfigFallsBack) {
  ASSERT_TRUE(SetLevel(Subject::Parse("orders"), CompatibilityLevel::kFull).ok());
  const auto deleted = node_.Write(DeleteConfig{Subject::Parse("orders")});
  ASSERT_TRUE(deleted.ok());
  EXPECT_EQ(deleted->config.level, CompatibilityLevel::kFull);
  EXPECT_EQ(Reason(node_.Write(DeleteConfig{Subject::Parse("orders")})), ErrorReason::kSubjectNotFound);
}

TEST_F(LocalRegistryTest, SameConfigAgainIsNoWrite) {
  ASSERT_TRUE(SetLevel(std::nullopt, CompatibilityLevel::kFull).ok());
  const Offset next = storage_->next();
  EXPECT_FALSE(SetLevel(std::nullopt, CompatibilityLevel::kFull)->changed);
  EXPECT_EQ(storage_->next(), next);
}

// --- reads -----------------------------------------------------------------------------------------------------------

TEST_F(LocalRegistryTest, LookupTellsUnknownSubjectFromUnknownSchema) {
  Lookup query{.subject = Subject::Parse("orders"), .content = {.text = "a"}};
  EXPECT_EQ(Reason(node_.registry().LookupSchema(query)), ErrorReason::kSubjectNotFound);
  ASSERT_TRUE(node_.Register("orders", "b").ok());
  EXPECT_EQ(Reason(node_.registry().LookupSchema(query)), ErrorReason::kSchemaNotFound);
  ASSERT_TRUE(node_.Register("orders", "b a").ok());
  EXPECT_EQ(node_.registry().LookupSchema(query).status().code(), absl::StatusCode::kNotFound);
  query.content.text = "a b";
  EXPECT_EQ(node_.registry().LookupSchema(query)->version, Version(2));
}

TEST_F(LocalRegistryTest, SubjectsArePagedInOrder) {
  for (const char* name : {"c", "a", ":.eu:b", "b"}) ASSERT_TRUE(node_.Register(name, "x").ok());
  ListSubjects query;
  query.page_size = 3;
  const auto page = node_.registry().Subjects(query);
  EXPECT_THAT(page->subjects, ElementsAre(Subject(".", "a"), Subject(".", "b"), Subject(".", "c")));
  query.after = page->next_after;
  const auto rest = node_.registry().Subjects(query);
  EXPECT_THAT(rest->subjects, ElementsAre(Subject(".eu", "b")));
  EXPECT_EQ(rest->next_after, "");
}

TEST_F(LocalRegistryTest, CheckSaysWhatRegisteringWould) {
  ASSERT_TRUE(node_.Register("orders", "a b").ok());
  CheckSchema query{.subject = Subject::Parse("orders"), .content = {.text = "a"}};
  EXPECT_FALSE(node_.registry().CheckCompatibility(query)->compatible);
  query.level = CompatibilityLevel::kForward;
  EXPECT_TRUE(node_.registry().CheckCompatibility(query)->compatible);
  query.subject = Subject::Parse("new");
  EXPECT_TRUE(node_.registry().CheckCompatibility(query)->compatible);
}

// --- many at once ----------------------------------------------------------------------------------------------------

TEST_F(LocalRegistryTest, ManyClientsRegisteringTheSameSchemasGetOneIdEach) {
  constexpr int kClients = 8;
  constexpr int kSchemas = 100;
  std::vector<std::vector<int>> ids(kClients, std::vector<int>(kSchemas));
  std::vector<std::thread> clients;
  for (int client = 0; client < kClients; ++client) {
    clients.emplace_back([&, client] {
      for (int schema = 0; schema < kSchemas; ++schema) {
        const auto registered =
            node_.Register("s" + std::to_string(schema % 10 + (client % 2) * 10), "w" + std::to_string(schema) + "?");
        ids[client][schema] = registered.ok() ? registered->stored->id.value() : -1;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  for (int client = 1; client < kClients; ++client) EXPECT_EQ(ids[client], ids[0]);
  EXPECT_EQ(std::set<int>(ids[0].begin(), ids[0].end()).size(), size_t{kSchemas});
  for (int subject = 0; subject < 20; ++subject) {
    const auto view = node_.registry().state().FindSubject(Subject::Parse("s" + std::to_string(subject)));
    ASSERT_NE(view, nullptr);
    Version expected;
    for (const VersionEntry& entry : view->versions) EXPECT_EQ(entry.version, expected = expected.Next());
  }
}

// --- leadership ------------------------------------------------------------------------------------------------------

TEST_F(LocalRegistryTest, WriteWaitsForThePrimaryUntilItsDeadline) {
  TestNode follower(storage_, {.name = "node-2"});
  follower.Start();
  CallContext context;
  context.deadline = SystemClock()->Now() + std::chrono::milliseconds(30);
  RegisterSchema request;
  request.subject = Subject::Parse("orders");
  request.content.text = "a";
  EXPECT_EQ(Reason(follower.Write(request, context)), ErrorReason::kNoPrimary);
  auto waiting = follower.WriteLater(request);
  follower.election().Elect();
  EXPECT_TRUE(waiting.get().ok());
}

TEST_F(LocalRegistryTest, ZombieWriteIsNotAcknowledgedAndChangesNothing) {
  ASSERT_TRUE(node_.Register("orders", "a").ok());
  storage_->HoldAppends(node_.handle());
  RegisterSchema late;
  late.subject = Subject::Parse("orders");
  late.content.text = "a zombie";
  auto zombie = node_.WriteLater(late, {.deadline = SystemClock()->Now() + std::chrono::milliseconds(200)});
  TestNode second(storage_, {.name = "node-2"});
  second.StartAsPrimary();
  ASSERT_EQ(second.Register("orders", "a b")->version, Version(2));
  node_.election().Depose();
  storage_->ReleaseAppends(node_.handle());
  EXPECT_FALSE(zombie.get().ok());
  node_.WaitUntilCaughtUp();
  second.WaitUntilCaughtUp();
  for (TestNode* node : {&node_, &second}) {
    const auto view = node->registry().state().FindSubject(Subject::Parse("orders"));
    ASSERT_EQ(view->versions.size(), 2u);
    EXPECT_EQ(view->Find(Version(2))->stored->content.text, "a b");
    EXPECT_EQ(node->registry().state().counters().fenced, 1);
  }
}

TEST_F(LocalRegistryTest, AppendFailureIsFollowedByANewClaimAndTheWriteSucceeds) {
  ASSERT_TRUE(node_.Register("orders", "a").ok());
  const Epoch before = node_.registry().state().current_claim().epoch;
  storage_->BreakAppends(node_.handle(), absl::ResourceExhaustedError("disk full"));
  RegisterSchema request;
  request.subject = Subject::Parse("orders");
  request.content.text = "a b";
  auto waiting = node_.WriteLater(request);
  storage_->MendAppends(node_.handle());
  const auto result = waiting.get();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->registered->version, Version(2));
  EXPECT_GE(node_.registry().state().current_claim().epoch, before);
}

TEST_F(LocalRegistryTest, WriteThatCannotBeConfirmedEndsUnknown) {
  storage_->HoldAppends(node_.handle());
  RegisterSchema request;
  request.subject = Subject::Parse("orders");
  request.content.text = "a";
  EXPECT_EQ(Reason(node_.Write(request, {.deadline = SystemClock()->Now() + std::chrono::milliseconds(30)})),
            ErrorReason::kOutcomeUnknown);
  storage_->ReleaseAppends(node_.handle());
  EXPECT_EQ(node_.Register("orders", "a")->version, Version(1));
}

TEST_F(LocalRegistryTest, SchemasAreListedBySubjectAndVersionInPages) {
  ASSERT_TRUE(node_.Register("b", "x?").ok());
  ASSERT_TRUE(node_.Register("b", "x? y?").ok());
  ASSERT_TRUE(node_.Register("a", "x?").ok());
  ASSERT_TRUE(node_.Register(":.eu:a", "x?").ok());
  ASSERT_TRUE(Delete("b", 1, DeleteKind::kSoft).ok());

  const auto list = [&](ListSchemas query) {
    std::vector<std::string> names;
    query.page_size = 1;
    do {
      const auto page = node_.registry().Schemas(query);
      EXPECT_TRUE(page.ok()) << page.status();
      for (const SchemaVersion& version : page->versions) {
        names.push_back(version.subject.Qualified() + "/" + std::to_string(version.version.value()));
      }
      query.after = page->next_after;
    } while (query.after);
    return names;
  };
  EXPECT_THAT(list({}), ElementsAre("a/1", "b/2", ":.eu:a/1"));
  EXPECT_THAT(list({.deleted = Deleted::kInclude}), ElementsAre("a/1", "b/1", "b/2", ":.eu:a/1"));
  EXPECT_THAT(list({.deleted = Deleted::kInclude, .versions = ListSchemas::Versions::kLatest}),
              ElementsAre("a/1", "b/2", ":.eu:a/1"));
  EXPECT_THAT(list({.deleted = Deleted::kOnly}), ElementsAre("b/1"));
  EXPECT_THAT(list({.context_prefix = ".", .prefix = "b"}), ElementsAre("b/2"));
  EXPECT_THAT(list({.context_prefix = ".eu"}), ElementsAre(":.eu:a/1"));
  EXPECT_THAT(list({.prefix = "a"}), ElementsAre("a/1", ":.eu:a/1"));
}

TEST_F(LocalRegistryTest, ManySubjectsAreListedCompletelyInOneContext) {
  for (int i = 0; i < 1100; ++i) ASSERT_TRUE(node_.Register(":.eu:s" + std::to_string(i), "x").ok());
  ASSERT_TRUE(node_.Register("before", "x").ok());
  ASSERT_TRUE(node_.Register(":.zz:after", "x").ok());
  const auto page = node_.registry().Subjects({.context_prefix = ".eu", .prefix = "s", .page_size = 2000});
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->subjects.size(), 1100u);
  EXPECT_TRUE(page->next_after.empty());
}

TEST_F(LocalRegistryTest, TellsWhoUsesAnId) {
  ASSERT_TRUE(node_.Register("a", "x").ok());
  ASSERT_TRUE(node_.Register("b", "x").ok());
  ASSERT_TRUE(node_.Register("c", "y").ok());
  ASSERT_TRUE(Delete("a", 1, DeleteKind::kSoft).ok());
  auto uses = node_.registry().SchemaUses({.id = SchemaId(1)});
  ASSERT_TRUE(uses.ok()) << uses.status();
  ASSERT_EQ(uses->size(), 1u);
  EXPECT_EQ((*uses)[0].subject.name, "b");
  uses = node_.registry().SchemaUses({.id = SchemaId(1), .deleted = Deleted::kInclude});
  EXPECT_EQ(uses->size(), 2u);
  EXPECT_EQ(Reason(node_.registry().SchemaUses({.id = SchemaId(9)})), ErrorReason::kSchemaNotFound);
  EXPECT_EQ(Reason(node_.registry().SchemaUses({.context = ".eu", .id = SchemaId(1)})), ErrorReason::kSchemaNotFound);
}

TEST_F(LocalRegistryTest, TellsWhoRefersToAVersion) {
  ASSERT_TRUE(node_.Register("base", "x").ok());
  ASSERT_TRUE(node_.Register("user", "@n", {Refer("n", "base", 1)}).ok());
  ASSERT_TRUE(node_.Register("former", "@n y", {Refer("n", "base", 1)}).ok());
  ASSERT_TRUE(Delete("former", 1, DeleteKind::kSoft).ok());
  auto referrers = node_.registry().Referrers({.subject = Subject::Parse("base"), .version = Version(1)});
  ASSERT_TRUE(referrers.ok()) << referrers.status();
  ASSERT_EQ(referrers->size(), 1u);
  EXPECT_EQ((*referrers)[0].subject.name, "user");
  EXPECT_EQ((*referrers)[0].stored->id, SchemaId(2));
  referrers = node_.registry().Referrers({.subject = Subject::Parse("base"), .deleted = Deleted::kInclude});
  EXPECT_EQ(referrers->size(), 2u);
  EXPECT_EQ(Reason(node_.registry().Referrers({.subject = Subject::Parse("none")})), ErrorReason::kSubjectNotFound);
  EXPECT_EQ(Reason(node_.registry().Referrers({.subject = Subject::Parse("base"), .version = Version(2)})),
            ErrorReason::kVersionNotFound);
}

TEST_F(LocalRegistryTest, GuidHasAnIdInEachContext) {
  const auto here = node_.Register("a", "x");
  ASSERT_TRUE(node_.Register(":.eu:first", "other").ok());
  ASSERT_TRUE(node_.Register(":.eu:a", "x").ok());
  EXPECT_THAT(*node_.registry().IdsOfGuid(here->stored->hash),
              ElementsAre(IdInContext{".", SchemaId(1)}, IdInContext{".eu", SchemaId(2)}));
  EXPECT_THAT(*node_.registry().IdsOfGuid(ContentHash()), ElementsAre());
  EXPECT_EQ(*node_.registry().MaxId(".eu"), SchemaId(2));
  EXPECT_EQ(*node_.registry().MaxId(".none"), SchemaId());
  EXPECT_THAT(*node_.registry().Contexts(), ElementsAre(".", ".eu"));
}

TEST_F(LocalRegistryTest, SubjectWithoutAContextIsLookedForInAllWhenAsked) {
  ASSERT_TRUE(node_.Register(":.eu:orders", "x").ok());
  const Subject bare = Subject::Parse("orders");
  EXPECT_EQ(Reason(node_.registry().GetSchemaVersion({.subject = bare})), ErrorReason::kSubjectNotFound);
  const auto found = node_.registry().GetSchemaVersion({.subject = bare, .search = ContextSearch::kAll});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->subject.context, ".eu");
  Lookup lookup{.subject = bare, .search = ContextSearch::kAll};
  lookup.content.text = "x";
  EXPECT_EQ(node_.registry().LookupSchema(lookup)->subject.context, ".eu");
  EXPECT_EQ(node_.registry()
                .GetSchemaVersion({.subject = Subject(".us", "orders"), .search = ContextSearch::kAll})
                .status()
                .code(),
            absl::StatusCode::kNotFound);
  const auto use = node_.registry().GetSchemaUse({SchemaId(1), bare, ContextSearch::kAll});
  ASSERT_TRUE(use.ok()) << use.status();
  EXPECT_EQ(use->subject.context, ".eu");
  EXPECT_EQ(use->version, Version(1));
}

TEST_F(LocalRegistryTest, UseOfAnIdNamesTheSubjectsVersion) {
  ASSERT_TRUE(node_.Register("a", "x?").ok());
  ASSERT_TRUE(node_.Register("b", "x? y?").ok());
  ASSERT_TRUE(node_.Register("b", "x?").ok());
  EXPECT_EQ(node_.registry().GetSchemaUse({SchemaId(1), Subject::Parse("b")})->version, Version(2));
  EXPECT_EQ(node_.registry().GetSchemaUse({SchemaId(2), Subject::Parse("a")})->version, Version());
  EXPECT_EQ(node_.registry().GetSchemaUse({SchemaId(2), Subject()})->stored->content.text, "x? y?");
  EXPECT_EQ(Reason(node_.registry().GetSchemaUse({SchemaId(7), Subject::Parse("a")})), ErrorReason::kSchemaNotFound);
}

TEST_F(LocalRegistryTest, NewestVersionWithTheMetadataAsked) {
  RegisterSchema request{.subject = Subject::Parse("orders")};
  for (const char* stage : {"test", "production", "test"}) {
    request.content.text += "w? ";
    request.content.text += "v" + std::to_string(request.content.text.size()) + "? ";
    request.content.metadata = Metadata{.properties = {{"stage", stage}, {"team", "a"}}};
    ASSERT_TRUE(node_.Write(request).ok());
  }
  FindVersion query{.subject = Subject::Parse("orders"), .properties = {{"stage", "production"}, {"team", "a"}}};
  EXPECT_EQ(node_.registry().FindLatestVersion(query)->version, Version(2));
  query.properties = {{"team", "a"}};
  EXPECT_EQ(node_.registry().FindLatestVersion(query)->version, Version(3));
  query.properties = {{"team", "b"}};
  EXPECT_EQ(Reason(node_.registry().FindLatestVersion(query)), ErrorReason::kSchemaNotFound);
  query.subject = Subject::Parse("none");
  EXPECT_EQ(Reason(node_.registry().FindLatestVersion(query)), ErrorReason::kSubjectNotFound);
}

TEST_F(LocalRegistryTest, AliasIsFollowedOneStepByReadsAndWritesOfSchemas) {
  ASSERT_TRUE(node_.Register(":.eu:orders-v2", "x").ok());
  UpdateConfig update{.target = Subject(".eu", "orders")};
  update.alias = {FieldUpdate<std::string>::Action::kSet, "orders-v2"};
  ASSERT_TRUE(node_.Write(update).ok());
  const Subject alias(".eu", "orders");
  EXPECT_EQ(node_.registry().GetSchemaVersion({.subject = alias})->subject.name, "orders-v2");
  EXPECT_EQ(node_.registry().Versions({.subject = alias})->size(), 1u);
  EXPECT_EQ(node_.Register(":.eu:orders", "x y?")->subject.name, "orders-v2");
  EXPECT_EQ(node_.registry().GetConfig(alias, ConfigView::kOwn)->alias, "orders-v2");
  EXPECT_EQ(Reason(node_.registry().GetConfig(Subject(".eu", "orders-v2"), ConfigView::kOwn)),
            ErrorReason::kConfigNotFound);
}

TEST_F(LocalRegistryTest, RegistrationByNumberMustBeTheNextAndIsNoted) {
  RegisterSchema request{.subject = Subject::Parse("orders")};
  request.content.text = "x";
  request.version = Version(2);
  EXPECT_EQ(Reason(node_.Write(request)), ErrorReason::kSchemaInvalid);
  request.version = Version(1);
  const auto first = node_.Write(request);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->registered->stored->content.metadata->properties.at("confluent:version"), "1");
  EXPECT_FALSE(node_.Write(request)->changed) << "a repeated request finds what it did";
  // The next, whatever it is: the same text becomes another version, because its number is part of it.
  request.version = Version(-1);
  EXPECT_EQ(node_.Write(request)->registered->version, Version(2));
  // Without a number the newest of these is meant.
  EXPECT_EQ(node_.Register("orders", "x")->version, Version(2));
}

TEST_F(LocalRegistryTest, ForcedRegistrationIsNotCompared) {
  ASSERT_TRUE(node_.Register("orders", "a b").ok());
  RegisterSchema request{.subject = Subject::Parse("orders"), .force = true};
  request.content.text = "c";
  EXPECT_EQ(node_.Write(request)->registered->version, Version(2));
}

TEST_F(LocalRegistryTest, MalformedRulesAreRefusedInSchemaAndConfiguration) {
  RegisterSchema request{.subject = Subject::Parse("orders")};
  request.content.text = "x";
  request.content.rule_set = RuleSet{.domain_rules = {Rule{.name = "no type"}}};
  EXPECT_EQ(Reason(node_.Write(request)), ErrorReason::kRuleSetInvalid);
  UpdateConfig update;
  update.default_rule_set = {FieldUpdate<RuleSet>::Action::kSet, *request.content.rule_set};
  EXPECT_EQ(Reason(node_.Write(update)), ErrorReason::kRuleSetInvalid);
}

// Used to be written anew without its hash, so that a soft delete changed the schema's GUID.
TEST_F(LocalRegistryTest, FrozenHashSurvivesDeleteAndUndelete) {
  const auto storage = MemoryLogStorage::Create();
  const ContentHash frozen = *ContentHash::ParseGuid("095d71cf12556b9d5e330ad575b3df5d");
  SchemaRecord record{SchemaId(1), {}, false, frozen};
  record.content.text = "x";
  const Subject subject = Subject::Parse("orders");
  storage->Put(EncodeRecord({.type = KeyType::kSchema, .subject = subject, .version = Version(1)}, record));
  TestNode node(storage, {.name = "node-3"});
  node.StartAsPrimary();
  const auto guid = [&] {
    return node.registry()
        .GetSchemaVersion({.subject = subject, .version = Version(1), .deleted = Deleted::kInclude})
        ->stored->hash;
  };
  ASSERT_EQ(guid(), frozen);
  ASSERT_TRUE(node.Write(DeleteVersion{subject, Version(1)}).ok());
  EXPECT_EQ(guid(), frozen);
  ASSERT_TRUE(node.Write(UndeleteVersion{subject, Version(1)}).ok());
  EXPECT_EQ(guid(), frozen);
  TestNode replay(storage, {.name = "node-4"});
  replay.Start();
  EXPECT_NE(replay.registry().state().FindByGuid(frozen), nullptr);
}

// The second one used to be registered under the first one's id, which then gave out the second one's text.
TEST_F(LocalRegistryTest, TextWithTheHashOfAnotherIsRefused) {
  const auto storage = MemoryLogStorage::Create();
  SchemaContent other;
  other.text = "b";
  SchemaRecord record{SchemaId(1), {}, false, HashOf(other, ".")};  // as if one had found such a pair
  record.content.text = "a";
  const Subject subject = Subject::Parse("orders");
  storage->Put(EncodeRecord({.type = KeyType::kSchema, .subject = subject, .version = Version(1)}, record));
  TestNode node(storage, {.name = "node-3"});
  node.StartAsPrimary();
  for (const char* name : {"orders", "payments"}) {
    const auto refused = node.Register(name, "b");
    ASSERT_EQ(Reason(refused), ErrorReason::kSchemaInvalid) << name;
    EXPECT_EQ(DetailOf(refused.status()).id, SchemaId(1));
  }
  EXPECT_EQ(node.registry().GetSchemaById(".", SchemaId(1)).value()->content.text, "a");
}

TEST_F(LocalRegistryTest, StoppedNodeRefusesWrites) {
  node_.registry().Stop();
  EXPECT_EQ(Reason(node_.Register("orders", "a")), ErrorReason::kShuttingDown);
}

TEST_F(LocalRegistryTest, TooManyWritesAreRefused) {
  TestNode::Options options{.name = "node-2"};
  options.writes.max_operations = 2;
  TestNode follower(storage_, options);
  follower.Start();
  RegisterSchema request;
  request.subject = Subject::Parse("orders");
  request.content.text = "a";
  auto first = follower.WriteLater(request);
  auto second = follower.WriteLater(request);
  EXPECT_EQ(Reason(follower.Write(request)), ErrorReason::kOverloaded);
  follower.registry().Stop();
  EXPECT_EQ(Reason(first.get()), ErrorReason::kShuttingDown);
  EXPECT_EQ(Reason(second.get()), ErrorReason::kShuttingDown);
}

TEST_F(LocalRegistryTest, ReplayGivesTheSameState) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(node_.Register("s" + std::to_string(i % 3), "w" + std::to_string(i) + "?").ok());
  }
  ASSERT_TRUE(Delete("s0", 2, DeleteKind::kSoft).ok());
  ASSERT_TRUE(DeleteAll("s1", DeleteKind::kSoft).ok());
  TestNode fresh(storage_, {.name = "node-2"});
  fresh.Start();
  const State& ours = node_.registry().state();
  const State& theirs = fresh.registry().state();
  for (int i = 0; i < 3; ++i) {
    const Subject subject = Subject::Parse("s" + std::to_string(i));
    const auto a = ours.FindSubject(subject);
    const auto b = theirs.FindSubject(subject);
    ASSERT_EQ(a->versions.size(), b->versions.size());
    for (const VersionEntry& entry : a->versions) {
      const VersionEntry* other = b->Find(entry.version);
      ASSERT_NE(other, nullptr);
      EXPECT_EQ(entry.stored->content, other->stored->content);
      EXPECT_EQ(entry.stored->id, other->stored->id);
      EXPECT_EQ(entry.deleted, other->deleted);
    }
  }
}

// A node that finished replaying between two looks used to call a schema missing that it had just read.
TEST_F(LocalRegistryTest, NoSchemaIsCalledMissingDuringReplay) {
  ASSERT_TRUE(node_.Register("orders", "a").ok());
  const ContentHash guid = (*node_.registry().GetSchemaById(".", SchemaId(1)))->hash;
  for (int i = 0; i < 300; ++i) {
    TestNode fresh(storage_, {.name = "node-2"});
    ASSERT_TRUE(fresh.registry().Start({.node = "node-2"}).ok());
    const auto read = [&] {
      return i % 2 == 0 ? fresh.registry().GetSchemaById(".", SchemaId(1)) : fresh.registry().GetSchemaByGuid(guid);
    };
    auto stored = read();
    for (; !stored.ok(); stored = read()) ASSERT_EQ(Reason(stored), ErrorReason::kNotReady) << stored.status();
  }
}

}  // namespace
}  // namespace regent
