#include "client/caching_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "base/fake_clock.h"
#include "client/mock_registry_connection.h"

namespace regent::client {
namespace {

using std::chrono::seconds;
using ::testing::Return;
using ::testing::StrictMock;

StoredSchemaPtr Stored(int id) {
  auto stored = std::make_shared<StoredSchema>();
  stored->id = SchemaId(id);
  stored->content.text = std::string(1000, 'x');
  return stored;
}

SchemaVersion VersionOf(int version) {
  SchemaVersion out;
  out.subject = Subject::Parse("orders");
  out.version = Version(version);
  out.stored = Stored(version);
  return out;
}

class CachingConnectionTest : public ::testing::Test {
 protected:
  std::shared_ptr<RegistryConnection> Make(CachingOptions options = {}) {
    return MakeCachingConnection(inner_, options, &clock_);
  }
  static GetSchemaRequest ById(int id, std::string context = ".") { return {SchemaIdInContext{SchemaId(id), context}}; }
  static GetSchemaVersionRequest Latest(std::string subject = "orders") { return {.subject = Subject::Parse(subject)}; }
  static RegisterSchemaRequest Registration(std::string text = "\"int\"") {
    return {.subject = Subject::Parse("orders"), .content = {.text = std::move(text)}};
  }
  static RegisterSchemaResult Registered(int version, bool changed = true) {
    return {{Position{"log", Offset(9)}, changed}, VersionOf(version)};
  }
  static int NumberOf(const absl::StatusOr<SchemaVersion>& version) {
    return version.ok() ? version->version.value() : -1;
  }

  FakeClock clock_;
  std::shared_ptr<StrictMock<MockRegistryConnection>> inner_ = std::make_shared<StrictMock<MockRegistryConnection>>();
};

TEST_F(CachingConnectionTest, AsksForAnIdOnceAndForEver) {
  EXPECT_CALL(*inner_, GetSchema).WillOnce(Return(Stored(7)));
  const auto connection = Make();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ((*connection->GetSchema({}, ById(7)))->id, SchemaId(7));
    clock_.Advance(std::chrono::hours(24 * 365));
  }
}

TEST_F(CachingConnectionTest, TellsContextsIdsAndGuidsApart) {
  EXPECT_CALL(*inner_, GetSchema)
      .WillOnce(Return(Stored(1)))
      .WillOnce(Return(Stored(2)))
      .WillOnce(Return(Stored(3)))
      .WillOnce(Return(Stored(4)));
  const auto connection = Make();
  const GetSchemaRequest by_guid{*ContentHash::ParseGuid("095d71cf-1255-6b9d-5e33-0ad575b3df5d")};
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ((*connection->GetSchema({}, ById(1)))->id, SchemaId(1));
    EXPECT_EQ((*connection->GetSchema({}, ById(1, ".1")))->id, SchemaId(2));
    EXPECT_EQ((*connection->GetSchema({}, ById(11, ".")))->id, SchemaId(3));
    EXPECT_EQ((*connection->GetSchema({}, by_guid))->id, SchemaId(4));
  }
}

TEST_F(CachingConnectionTest, DoesNotKeepErrors) {
  EXPECT_CALL(*inner_, GetSchema).WillOnce(Return(errors::SchemaNotFound(SchemaId(7)))).WillOnce(Return(Stored(7)));
  const auto connection = Make();
  EXPECT_EQ(ReasonOf(connection->GetSchema({}, ById(7)).status()), ErrorReason::kSchemaNotFound);
  EXPECT_TRUE(connection->GetSchema({}, ById(7)).ok());
}

TEST_F(CachingConnectionTest, BelievesTheLatestVersionForAWhile) {
  EXPECT_CALL(*inner_, GetSchemaVersion).WillOnce(Return(VersionOf(1))).WillOnce(Return(VersionOf(2)));
  const auto connection = Make();
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, Latest())), 1);
  clock_.Advance(seconds(59));
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, Latest())), 1);
  clock_.Advance(seconds(1));
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, Latest())), 2);
}

TEST_F(CachingConnectionTest, AsksAnewWhenToldHowNewTheAnswerMustBe) {
  EXPECT_CALL(*inner_, GetSchemaVersion).WillOnce(Return(VersionOf(1))).WillRepeatedly(Return(VersionOf(2)));
  const auto connection = Make();
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, Latest())), 1);
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({.min_position = Position{"log", Offset(7)}}, Latest())), 2);
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({.linearizable = true}, Latest())), 2);
}

TEST_F(CachingConnectionTest, BelievesNothingOfSubjectsWhenTheExpiryIsZero) {
  EXPECT_CALL(*inner_, GetSchemaVersion).Times(2).WillRepeatedly(Return(VersionOf(1)));
  const auto connection = Make({.subject_expiry = std::chrono::milliseconds(0)});
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, Latest())), 1);
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, Latest())), 1);
}

TEST_F(CachingConnectionTest, RegistersEqualContentOnce) {
  EXPECT_CALL(*inner_, RegisterSchema).WillOnce(Return(Registered(1))).WillOnce(Return(Registered(2)));
  const auto connection = Make();
  const auto first = connection->RegisterSchema({}, Registration());
  EXPECT_TRUE(first->result.changed);
  const auto again = connection->RegisterSchema({}, Registration());
  EXPECT_FALSE(again->result.changed);
  EXPECT_EQ(again->registered.version, Version(1));
  EXPECT_EQ(connection->RegisterSchema({}, Registration("\"long\""))->registered.version, Version(2));
}

TEST_F(CachingConnectionTest, TellsContentsApartByTypeNormalisationAndReferences) {
  EXPECT_CALL(*inner_, RegisterSchema).Times(4).WillRepeatedly(Return(Registered(1)));
  const auto connection = Make();
  RegisterSchemaRequest request = Registration();
  for (int i = 0; i < 4; ++i) {
    if (i == 1) request.content.type = SchemaType::kJson;
    if (i == 2) request.normalize = true;
    if (i == 3) request.content.references = {{"a", Subject::Parse("b"), Version(1)}};
    EXPECT_TRUE(connection->RegisterSchema({}, request).ok());
    EXPECT_TRUE(connection->RegisterSchema({}, request).ok());
  }
}

// The version that the content had under its first number used to be the answer.
TEST_F(CachingConnectionTest, AsksWhereAVersionOrAnIdIsAskedFor) {
  EXPECT_CALL(*inner_, RegisterSchema)
      .WillOnce(Return(Registered(1)))
      .WillOnce(Return(Registered(5)))
      .WillOnce(Return(Registered(6)));
  const auto connection = Make();
  EXPECT_EQ(connection->RegisterSchema({}, Registration())->registered.version, Version(1));
  RegisterSchemaRequest request = Registration();
  request.version = Version(5);
  EXPECT_EQ(connection->RegisterSchema({}, request)->registered.version, Version(5));
  request.version.reset();
  request.id = SchemaId(6);
  EXPECT_EQ(connection->RegisterSchema({}, request)->registered.version, Version(6));
  EXPECT_EQ(connection->RegisterSchema({}, Registration())->registered.version, Version(1));
}

TEST_F(CachingConnectionTest, AsksAgainWhatRefersToTheLatestVersion) {
  EXPECT_CALL(*inner_, RegisterSchema).WillOnce(Return(Registered(1))).WillOnce(Return(Registered(2)));
  EXPECT_CALL(*inner_, LookupSchema).WillOnce(Return(VersionOf(1))).WillOnce(Return(VersionOf(2)));
  const auto connection = Make();
  RegisterSchemaRequest request = Registration();
  request.content.references = {{"a", Subject::Parse("b"), Version(-1)}};
  EXPECT_EQ(connection->RegisterSchema({}, request)->registered.version, Version(1));
  EXPECT_EQ(connection->RegisterSchema({}, request)->registered.version, Version(2));
  const LookupSchemaRequest lookup{.subject = request.subject, .content = request.content};
  EXPECT_EQ(NumberOf(connection->LookupSchema({}, lookup)), 1);
  EXPECT_EQ(NumberOf(connection->LookupSchema({}, lookup)), 2);
}

// Under the alias the old one used to be the latest for a minute.
TEST_F(CachingConnectionTest, SeesUnderAnAliasWhatItRegisteredUnderTheName) {
  EXPECT_CALL(*inner_, GetSchemaVersion).WillOnce(Return(VersionOf(1))).WillOnce(Return(VersionOf(2)));
  EXPECT_CALL(*inner_, RegisterSchema).WillOnce(Return(Registered(2)));
  const auto connection = Make();
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, Latest("alias-of-orders"))), 1);
  ASSERT_TRUE(connection->RegisterSchema({}, Registration()).ok());
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, Latest("alias-of-orders"))), 2);
}

TEST_F(CachingConnectionTest, SeesUnderTheNameWhatItRegisteredUnderAnAlias) {
  EXPECT_CALL(*inner_, GetSchemaVersion).WillOnce(Return(VersionOf(1))).WillOnce(Return(VersionOf(2)));
  EXPECT_CALL(*inner_, RegisterSchema).WillOnce(Return(Registered(2)));
  const auto connection = Make();
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, Latest())), 1);
  RegisterSchemaRequest request = Registration();
  request.subject = Subject::Parse("alias-of-orders");
  ASSERT_TRUE(connection->RegisterSchema({}, request).ok());
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, Latest())), 2);
}

TEST_F(CachingConnectionTest, AlwaysAsksForADryRun) {
  EXPECT_CALL(*inner_, RegisterSchema).Times(2).WillRepeatedly(Return(Registered(1)));
  const auto connection = Make();
  RegisterSchemaRequest request = Registration();
  request.validate_only = true;
  EXPECT_TRUE(connection->RegisterSchema({}, request).ok());
  EXPECT_TRUE(connection->RegisterSchema({}, request).ok());
}

TEST_F(CachingConnectionTest, SeesTheLatestVersionItRegisteredItself) {
  EXPECT_CALL(*inner_, GetSchemaVersion).WillOnce(Return(VersionOf(1))).WillOnce(Return(VersionOf(2)));
  EXPECT_CALL(*inner_, RegisterSchema).WillOnce(Return(Registered(2)));
  const auto connection = Make();
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, Latest())), 1);
  ASSERT_TRUE(connection->RegisterSchema({}, Registration()).ok());
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, Latest())), 2);
}

TEST_F(CachingConnectionTest, ForgetsTheLatestVersionWhenARegistrationMayHaveBeenDone) {
  EXPECT_CALL(*inner_, GetSchemaVersion).WillOnce(Return(VersionOf(1))).WillOnce(Return(VersionOf(2)));
  EXPECT_CALL(*inner_, RegisterSchema).WillOnce(Return(MakeError(ErrorReason::kOutcomeUnknown, "perhaps")));
  const auto connection = Make();
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, Latest())), 1);
  EXPECT_FALSE(connection->RegisterSchema({}, Registration()).ok());
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, Latest())), 2);
}

TEST_F(CachingConnectionTest, ForgetsWhatItKnowsOfSubjectsWhenItDeletesOrConfigures) {
  const auto connection = Make();
  const auto asks_again_after = [&](auto write) {
    EXPECT_CALL(*inner_, RegisterSchema).Times(2).WillRepeatedly(Return(Registered(1, /*changed=*/false)));
    EXPECT_TRUE(connection->RegisterSchema({}, Registration()).ok());
    write();
    EXPECT_TRUE(connection->RegisterSchema({}, Registration()).ok());
    ::testing::Mock::VerifyAndClearExpectations(inner_.get());
    clock_.Advance(seconds(60));
  };
  asks_again_after([&] {
    EXPECT_CALL(*inner_, DeleteVersion).WillOnce(Return(DeleteResult()));
    EXPECT_TRUE(connection->DeleteVersion({}, {}).ok());
  });
  asks_again_after([&] {
    EXPECT_CALL(*inner_, DeleteSubject).WillOnce(Return(absl::UnavailableError("perhaps done")));
    EXPECT_FALSE(connection->DeleteSubject({}, {}).ok());
  });
  asks_again_after([&] {
    EXPECT_CALL(*inner_, UpdateConfig).WillOnce(Return(ConfigResult()));
    EXPECT_TRUE(connection->UpdateConfig({}, {}).ok());
  });
  asks_again_after([&] {
    EXPECT_CALL(*inner_, DeleteConfig).WillOnce(Return(ConfigResult()));
    EXPECT_TRUE(connection->DeleteConfig({}, {}).ok());
  });
}

TEST_F(CachingConnectionTest, DoesNotKeepAnAnswerThatAWriteOvertook) {
  const auto connection = Make();
  EXPECT_CALL(*inner_, RegisterSchema).WillOnce(Return(Registered(2)));
  EXPECT_CALL(*inner_, GetSchemaVersion)
      .WillOnce([&](const CallOptions&, const GetSchemaVersionRequest&) {
        EXPECT_TRUE(connection->RegisterSchema({}, Registration()).ok());  // another thread's, meanwhile
        return absl::StatusOr<SchemaVersion>(VersionOf(1));
      })
      .WillOnce(Return(VersionOf(2)));
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, Latest())), 1);
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, Latest())), 2);
}

TEST_F(CachingConnectionTest, TellsSubjectsApartWhateverTheirNames) {
  EXPECT_CALL(*inner_, GetSchemaVersion)
      .WillOnce(Return(VersionOf(1)))
      .WillOnce(Return(VersionOf(2)))
      .WillOnce(Return(VersionOf(3)));
  const auto connection = Make();
  GetSchemaVersionRequest odd;
  odd.subject = Subject(".", "a");
  odd.version = Version(12);
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, odd)), 1);
  odd.subject = Subject(".", "a1");
  odd.version = Version(2);
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, odd)), 2);
  odd.deleted = Deleted::kInclude;
  EXPECT_EQ(NumberOf(connection->GetSchemaVersion({}, odd)), 3);
}

TEST_F(CachingConnectionTest, LooksEqualContentUpOnce) {
  EXPECT_CALL(*inner_, LookupSchema).WillOnce(Return(VersionOf(1)));
  const auto connection = Make();
  const LookupSchemaRequest request{.subject = Subject::Parse("orders"), .content = {.text = "\"int\""}};
  EXPECT_EQ(NumberOf(connection->LookupSchema({}, request)), 1);
  EXPECT_EQ(NumberOf(connection->LookupSchema({}, request)), 1);
}

}  // namespace
}  // namespace regent::client
