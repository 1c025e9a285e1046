#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error_reason.h"
#include "server/grpc/testing/served_registry.h"

namespace regent {
namespace {

using ::testing::Return;

class SubjectAdminServiceTest : public ::testing::Test {
 protected:
  // The next write is checked by `check` and answered with `result`.
  template <typename Command>
  void ExpectWrite(std::function<void(const Command&)> check, WriteResult result) {
    result.position = {"log", Offset(42)};
    result.changed = true;
    EXPECT_CALL(served_.registry(), Write)
        .WillOnce([check, result](const CallContext&, WriteCommand command, WriteDone done) {
          check(std::get<Command>(command));
          done(result);
        });
  }

  ServedRegistry served_;
  grpc::ClientContext context_;
};

TEST_F(SubjectAdminServiceTest, DeleteVersionAnswersWhichOne) {
  WriteResult result;
  result.versions = {Version(3)};
  ExpectWrite<DeleteVersion>(
      [](const DeleteVersion& command) {
        EXPECT_EQ(command.subject, Subject(".eu", "orders"));
        EXPECT_EQ(command.version, std::nullopt);
        EXPECT_EQ(command.kind, DeleteKind::kPermanent);
      },
      result);
  v1::DeleteVersionRequest request;
  request.mutable_subject()->set_context(".eu");
  request.mutable_subject()->set_subject("orders");
  request.set_version(-1);
  request.set_kind(v1::DELETE_KIND_PERMANENT);
  v1::DeleteVersionResponse response;
  const grpc::Status status = served_.admin().DeleteVersion(&context_, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.version(), 3);
  EXPECT_EQ(response.result().position().offset(), 42);
  EXPECT_TRUE(response.result().changed());
}

TEST_F(SubjectAdminServiceTest, DeleteSubjectAnswersItsVersions) {
  WriteResult result;
  result.versions = {Version(1), Version(2), Version(5)};
  ExpectWrite<DeleteSubject>([](const DeleteSubject& command) { EXPECT_EQ(command.kind, DeleteKind::kSoft); }, result);
  v1::DeleteSubjectRequest request;
  request.mutable_subject()->set_subject("orders");
  v1::DeleteSubjectResponse response;
  const grpc::Status status = served_.admin().DeleteSubject(&context_, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(std::vector<int>(response.versions().begin(), response.versions().end()), (std::vector<int>{1, 2, 5}));
}

TEST_F(SubjectAdminServiceTest, ABlockedDeleteNamesTheReferrers) {
  EXPECT_CALL(served_.registry(), Write).WillOnce([](const CallContext&, WriteCommand, WriteDone done) {
    ErrorDetail detail;
    detail.referrers = {{Subject(".eu", "invoices"), Version(4)}};
    done(MakeError(ErrorReason::kReferenceExists, "still referred to", detail));
  });
  v1::DeleteSubjectRequest request;
  request.mutable_subject()->set_subject("orders");
  v1::DeleteSubjectResponse response;
  const grpc::Status status = served_.admin().DeleteSubject(&context_, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  const auto detail = FindDetail<v1::ErrorDetail>(status);
  ASSERT_TRUE(detail.has_value());
  ASSERT_EQ(detail->referrers_size(), 1);
  EXPECT_EQ(detail->referrers(0).subject().context(), ".eu");
  EXPECT_EQ(detail->referrers(0).subject().subject(), "invoices");
  EXPECT_EQ(detail->referrers(0).version(), 4);
}

TEST_F(SubjectAdminServiceTest, GetConfigAnswersTheViewAskedFor) {
  SubjectConfig config;
  config.level = CompatibilityLevel::kForward;
  EXPECT_CALL(served_.registry(), GetConfig(ConfigTarget(Subject(".", "orders")), ConfigView::kEffective))
      .WillOnce(Return(config));
  v1::GetConfigRequest request;
  request.mutable_target()->mutable_subject()->set_subject("orders");
  request.set_view(v1::CONFIG_VIEW_EFFECTIVE);
  v1::SubjectConfig response;
  const grpc::Status status = served_.admin().GetConfig(&context_, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.level(), v1::COMPATIBILITY_LEVEL_FORWARD);
  EXPECT_FALSE(response.has_normalize());
  EXPECT_EQ(PositionIn(context_), "41@log");
}

TEST_F(SubjectAdminServiceTest, UpdateConfigAnswersTheMergedOne) {
  WriteResult result;
  result.config.level = CompatibilityLevel::kFull;
  result.config.normalize = true;
  ExpectWrite<UpdateConfig>(
      [](const UpdateConfig& command) {
        EXPECT_EQ(command.target, std::nullopt);
        EXPECT_EQ(command.level.action, FieldUpdate<CompatibilityLevel>::Action::kSet);
        EXPECT_EQ(command.level.value, CompatibilityLevel::kFull);
        EXPECT_EQ(command.normalize.action, FieldUpdate<bool>::Action::kKeep);
        EXPECT_EQ(command.alias.action, FieldUpdate<std::string>::Action::kClear);
      },
      result);
  v1::UpdateConfigRequest request;
  request.mutable_target()->mutable_global();
  request.mutable_config()->set_level(v1::COMPATIBILITY_LEVEL_FULL);
  request.mutable_update_mask()->add_paths("level");
  request.mutable_update_mask()->add_paths("alias");
  v1::UpdateConfigResponse response;
  const grpc::Status status = served_.admin().UpdateConfig(&context_, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.config().level(), v1::COMPATIBILITY_LEVEL_FULL);
  EXPECT_TRUE(response.config().normalize());
  EXPECT_EQ(response.result().position().log_id(), "log");
}

TEST_F(SubjectAdminServiceTest, DeleteConfigAnswersTheOldOne) {
  WriteResult result;
  result.config.level = CompatibilityLevel::kNone;
  ExpectWrite<DeleteConfig>([](const DeleteConfig& command) { EXPECT_EQ(command.target, Subject(".eu", "")); }, result);
  v1::DeleteConfigRequest request;
  request.mutable_target()->set_context(".eu");
  v1::DeleteConfigResponse response;
  const grpc::Status status = served_.admin().DeleteConfig(&context_, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.config().level(), v1::COMPATIBILITY_LEVEL_NONE);
}

TEST_F(SubjectAdminServiceTest, MalformedRequestsNeverReachTheRegistry) {
  EXPECT_CALL(served_.registry(), Write).Times(0);
  EXPECT_CALL(served_.registry(), GetConfig).Times(0);
  for (const char* method : {"DeleteVersion", "DeleteSubject", "GetConfig", "UpdateConfig", "DeleteConfig"}) {
    std::string response;
    const grpc::Status status = served_.CallRaw(std::string("/regent.v1.SubjectAdmin/") + method, "", &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << method;
    EXPECT_EQ(ReasonIn(status), v1::ERROR_REASON_REQUEST_INVALID) << method;
  }
}

TEST_F(SubjectAdminServiceTest, UndeleteAnswersTheVersions) {
  WriteResult result;
  result.versions = {Version(1), Version(2)};
  ExpectWrite<UndeleteSubject>(
      [](const UndeleteSubject& command) { EXPECT_EQ(command.subject, Subject(".", "orders")); }, result);
  v1::UndeleteSubjectRequest request;
  request.mutable_subject()->set_subject("orders");
  v1::UndeleteSubjectResponse response;
  const grpc::Status status = served_.admin().UndeleteSubject(&context_, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.versions_size(), 2);
}

TEST_F(SubjectAdminServiceTest, PurgeAnswersTheVersion) {
  WriteResult result;
  result.versions = {Version(3)};
  ExpectWrite<DeleteVersion>([](const DeleteVersion& command) { EXPECT_EQ(command.kind, DeleteKind::kPurge); }, result);
  v1::PurgeVersionRequest request;
  request.mutable_subject()->set_subject("orders");
  request.set_version(3);
  request.set_allow_active(true);
  v1::PurgeVersionResponse response;
  ASSERT_TRUE(served_.admin().PurgeVersion(&context_, request, &response).ok());
  EXPECT_EQ(response.version(), 3);
}

TEST_F(SubjectAdminServiceTest, ModesAreSetReadAndDeleted) {
  WriteResult result;
  result.mode = Mode::kReadOnly;
  ExpectWrite<UpdateMode>([](const UpdateMode& command) { EXPECT_EQ(command.mode, Mode::kReadOnly); }, result);
  v1::UpdateModeRequest update;
  update.mutable_target()->mutable_global();
  update.set_mode(v1::MODE_READONLY);
  v1::UpdateModeResponse updated;
  ASSERT_TRUE(served_.admin().UpdateMode(&context_, update, &updated).ok());
  EXPECT_EQ(updated.mode(), v1::MODE_READONLY);

  EXPECT_CALL(served_.registry(), GetMode(ConfigTarget(), ConfigView::kEffective)).WillOnce(Return(Mode::kImport));
  v1::GetModeRequest get;
  get.mutable_target()->mutable_global();
  get.set_view(v1::CONFIG_VIEW_EFFECTIVE);
  v1::GetModeResponse got;
  grpc::ClientContext second;
  ASSERT_TRUE(served_.admin().GetMode(&second, get, &got).ok());
  EXPECT_EQ(got.mode(), v1::MODE_IMPORT);

  result.mode = std::nullopt;
  ExpectWrite<DeleteMode>([](const DeleteMode& command) { EXPECT_TRUE(command.recursive); }, result);
  v1::DeleteModeRequest deletion;
  deletion.mutable_target()->mutable_global();
  deletion.set_recursive(true);
  v1::DeleteModeResponse deleted;
  grpc::ClientContext third;
  ASSERT_TRUE(served_.admin().DeleteMode(&third, deletion, &deleted).ok());
  EXPECT_EQ(deleted.mode(), v1::MODE_UNSPECIFIED);
}

TEST_F(SubjectAdminServiceTest, ContextsAreListedAndDeleted) {
  EXPECT_CALL(served_.registry(), Contexts()).WillOnce(Return(std::vector<std::string>{".", ".eu"}));
  EXPECT_CALL(served_.registry(), MaxId(".")).WillOnce(Return(SchemaId(7)));
  EXPECT_CALL(served_.registry(), MaxId(".eu")).WillOnce(Return(SchemaId()));
  v1::ListContextsResponse contexts;
  ASSERT_TRUE(served_.admin().ListContexts(&context_, {}, &contexts).ok());
  ASSERT_EQ(contexts.contexts_size(), 2);
  EXPECT_EQ(contexts.contexts(1), ".eu");
  EXPECT_EQ(contexts.highest_ids_size(), 1) << "none where none was given out";
  EXPECT_EQ(contexts.highest_ids().at("."), 7);
  ExpectWrite<DeleteContext>([](const DeleteContext& command) { EXPECT_EQ(command.context, ".eu"); }, {});
  v1::DeleteContextRequest request;
  request.set_context(".eu");
  v1::DeleteContextResponse response;
  grpc::ClientContext second;
  ASSERT_TRUE(served_.admin().DeleteContext(&second, request, &response).ok());
  EXPECT_TRUE(response.result().changed());
}

TEST_F(SubjectAdminServiceTest, AssociationsAreListedMadeAndTakenBack) {
  const Association orders{.guid = "g",
                           .resource_name = "t",
                           .resource_namespace = "n",
                           .resource_id = "i",
                           .resource_type = "topic",
                           .association_type = "value",
                           .subject = Subject::Parse("orders")};
  EXPECT_CALL(served_.registry(), Associations).WillOnce([&](const ListAssociations& query) {
    EXPECT_EQ(query.subject, Subject::Parse("orders"));
    EXPECT_EQ(query.resource_type, "");
    return std::vector<Association>{orders};
  });
  v1::ListAssociationsRequest list;
  list.mutable_subject()->set_subject("orders");
  v1::ListAssociationsResponse listed;
  ASSERT_TRUE(served_.admin().ListAssociations(&context_, list, &listed).ok());
  ASSERT_EQ(listed.associations_size(), 1);
  EXPECT_EQ(listed.associations(0).resource_name(), "t");

  WriteResult made;
  made.associated = {{absl::OkStatus(), {orders}}};
  ExpectWrite<AssociateResources>(
      [](const AssociateResources& command) {
        EXPECT_EQ(command.existing, AssociateResources::Existing::kChange);
        EXPECT_EQ(command.resources.at(0).resource_id, "i");
        EXPECT_EQ(command.resources.at(0).associations.at(0).subject, Subject::Parse("orders"));
      },
      made);
  v1::AssociateResourceRequest associate;
  *associate.mutable_association() = listed.associations(0);
  associate.mutable_association()->clear_guid();
  associate.set_change_existing(true);
  v1::AssociateResourceResponse associated;
  grpc::ClientContext second;
  ASSERT_TRUE(served_.admin().AssociateResource(&second, associate, &associated).ok());
  EXPECT_EQ(associated.association().guid(), "g");
  EXPECT_EQ(associated.result().position().offset(), 42);

  ExpectWrite<DissociateResource>(
      [](const DissociateResource& command) {
        EXPECT_EQ(command.resource_id, "i");
        EXPECT_EQ(command.resource_type, "topic");
        EXPECT_TRUE(command.cascade);
      },
      {});
  v1::DissociateResourceRequest dissociate;
  dissociate.set_resource_id("i");
  dissociate.set_cascade(true);
  v1::DissociateResourceResponse taken_back;
  grpc::ClientContext third;
  ASSERT_TRUE(served_.admin().DissociateResource(&third, dissociate, &taken_back).ok());
  EXPECT_TRUE(taken_back.result().changed());
}

}  // namespace
}  // namespace regent
