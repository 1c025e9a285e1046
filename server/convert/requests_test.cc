#include "server/convert/requests.h"

#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "google/rpc/error_details.pb.h"
#include "server/convert/violations.h"

namespace regent {
namespace {

constexpr char kUuid[] = "7d0f1a52-94f6-4e8f-a6a4-0f0e9a3f5c11";

// The fields that a request is refused for, in order; empty when it is taken.
template <typename Request>
std::vector<std::string> Refused(const Request& request) {
  const absl::Status status = FromProto(request).status();
  if (status.ok()) return {};
  EXPECT_EQ(ReasonOf(status), ErrorReason::kRequestInvalid);
  google::rpc::BadRequest bad_request;
  EXPECT_TRUE(bad_request.ParseFromString(std::string(*status.GetPayload(kBadRequestUrl))));
  std::vector<std::string> fields;
  for (const auto& violation : bad_request.field_violations()) fields.push_back(violation.field());
  return fields;
}

using Fields = std::vector<std::string>;

TEST(RegisterSchemaRequestTest, EveryFieldArrives) {
  v1::RegisterSchemaRequest proto;
  proto.mutable_subject()->set_context(".eu");
  proto.mutable_subject()->set_subject("orders");
  proto.mutable_schema()->set_text("\"string\"");
  proto.set_normalize(true);
  proto.mutable_options()->set_request_id(kUuid);
  proto.mutable_options()->set_validate_only(true);
  const absl::StatusOr<WriteRequest> request = FromProto(proto);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->request_id, kUuid);
  const auto& command = std::get<RegisterSchema>(request->command);
  EXPECT_EQ(command.subject, Subject(".eu", "orders"));
  EXPECT_EQ(command.content.text, "\"string\"");
  EXPECT_TRUE(command.normalize);
  EXPECT_TRUE(command.validate_only);
}

TEST(RegisterSchemaRequestTest, EverythingWrongIsToldAtOnce) {
  v1::RegisterSchemaRequest proto;
  proto.mutable_options()->set_request_id("again");
  EXPECT_EQ(Refused(proto), (Fields{"subject.subject", "schema", "options.request_id"}));
}

TEST(RegisterSchemaRequestTest, ThousandsOfMistakesAreToldInPart) {
  v1::RegisterSchemaRequest proto;
  proto.mutable_subject()->set_subject("orders");
  for (int i = 0; i < 5000; ++i) proto.mutable_schema()->add_references();
  EXPECT_EQ(Refused(proto).size(), 16u);
}

TEST(RequestIdTest, IsAUuidOrNothing) {
  v1::DeleteSubjectRequest proto;
  proto.mutable_subject()->set_subject("orders");
  EXPECT_EQ(Refused(proto), Fields());
  proto.mutable_options()->set_request_id("7D0F1A52-94F6-4E8F-A6A4-0F0E9A3F5C11");
  EXPECT_EQ(Refused(proto), Fields());
  for (const char* bad : {"x", "7d0f1a5294f64e8fa6a40f0e9a3f5c11", "7d0f1a52-94f6-4e8f-a6a4-0f0e9a3f5c1g",
                          "7d0f1a52-94f6-4e8f-a6a4-0f0e9a3f5c111"}) {
    proto.mutable_options()->set_request_id(bad);
    EXPECT_EQ(Refused(proto), Fields{"options.request_id"}) << bad;
  }
}

TEST(ValidateOnlyTest, IsRefusedWhereItWouldNotBeHeeded) {
  v1::DeleteSubjectRequest delete_subject;
  delete_subject.mutable_subject()->set_subject("orders");
  delete_subject.mutable_options()->set_validate_only(true);
  EXPECT_EQ(Refused(delete_subject), Fields{"options.validate_only"});
  v1::DeleteVersionRequest delete_version;
  delete_version.mutable_subject()->set_subject("orders");
  delete_version.set_version(1);
  delete_version.mutable_options()->set_validate_only(true);
  EXPECT_EQ(Refused(delete_version), Fields{"options.validate_only"});
  v1::UpdateConfigRequest update_config;
  update_config.mutable_target()->mutable_global();
  update_config.mutable_config()->set_normalize(true);
  update_config.mutable_options()->set_validate_only(true);
  EXPECT_EQ(Refused(update_config), Fields{"options.validate_only"});
  v1::DeleteConfigRequest delete_config;
  delete_config.mutable_target()->mutable_global();
  delete_config.mutable_options()->set_validate_only(true);
  EXPECT_EQ(Refused(delete_config), Fields{"options.validate_only"});
}

v1::DeleteVersionRequest DeleteVersionOf(int32_t version) {
  v1::DeleteVersionRequest proto;
  proto.mutable_subject()->set_subject("orders");
  proto.set_version(version);
  return proto;
}

TEST(DeleteVersionRequestTest, TakesAVersionOrTheNewest) {
  const auto one = FromProto(DeleteVersionOf(3));
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(std::get<DeleteVersion>(one->command).version, Version(3));
  EXPECT_EQ(std::get<DeleteVersion>(one->command).kind, DeleteKind::kSoft);
  const auto newest = FromProto(DeleteVersionOf(-1));
  ASSERT_TRUE(newest.ok()) << newest.status();
  EXPECT_EQ(std::get<DeleteVersion>(newest->command).version, std::nullopt);
}

TEST(DeleteVersionRequestTest, ForgettingTheVersionDeletesNothing) {
  EXPECT_EQ(Refused(DeleteVersionOf(0)), Fields{"version"});
  EXPECT_EQ(Refused(DeleteVersionOf(-2)), Fields{"version"});
}

TEST(DeleteVersionRequestTest, PermanentIsAskedFor) {
  v1::DeleteVersionRequest proto = DeleteVersionOf(1);
  proto.set_kind(v1::DELETE_KIND_PERMANENT);
  const auto request = FromProto(proto);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(std::get<DeleteVersion>(request->command).kind, DeleteKind::kPermanent);
  proto.set_kind(static_cast<v1::DeleteKind>(7));
  EXPECT_EQ(Refused(proto), Fields{"kind"});
}

TEST(DeleteSubjectRequestTest, EveryFieldArrives) {
  v1::DeleteSubjectRequest proto;
  proto.mutable_subject()->set_subject("orders");
  proto.set_kind(v1::DELETE_KIND_PERMANENT);
  const auto request = FromProto(proto);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(std::get<DeleteSubject>(request->command).subject, Subject(".", "orders"));
  EXPECT_EQ(std::get<DeleteSubject>(request->command).kind, DeleteKind::kPermanent);
}

TEST(ConfigRequestTest, TargetsArrive) {
  v1::UpdateConfigRequest update;
  update.mutable_target()->set_context(".eu");
  update.mutable_config()->set_normalize(true);
  const auto update_request = FromProto(update);
  ASSERT_TRUE(update_request.ok()) << update_request.status();
  EXPECT_EQ(std::get<UpdateConfig>(update_request->command).target, Subject(".eu", ""));

  v1::DeleteConfigRequest remove;
  remove.mutable_target()->mutable_subject()->set_subject("orders");
  const auto remove_request = FromProto(remove);
  ASSERT_TRUE(remove_request.ok()) << remove_request.status();
  EXPECT_EQ(std::get<DeleteConfig>(remove_request->command).target, Subject(".", "orders"));

  v1::GetConfigRequest get;
  get.mutable_target()->mutable_global();
  get.set_view(v1::CONFIG_VIEW_EFFECTIVE);
  const auto query = FromProto(get);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->target, std::nullopt);
  EXPECT_EQ(query->view, ConfigView::kEffective);
}

TEST(ConfigRequestTest, TargetIsRequired) {
  EXPECT_EQ(Refused(v1::GetConfigRequest()), Fields{"target"});
  EXPECT_EQ(Refused(v1::DeleteConfigRequest()), Fields{"target"});
  v1::UpdateConfigRequest update;
  update.mutable_config()->set_normalize(true);
  EXPECT_EQ(Refused(update), Fields{"target"});
}

TEST(LookupSchemaRequestTest, EveryFieldArrives) {
  v1::LookupSchemaRequest proto;
  proto.mutable_subject()->set_subject("orders");
  proto.mutable_schema()->set_text("\"int\"");
  proto.set_normalize(true);
  proto.set_deleted(v1::DELETED_FILTER_INCLUDE);
  const auto query = FromProto(proto);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->subject, Subject(".", "orders"));
  EXPECT_EQ(query->content.text, "\"int\"");
  EXPECT_TRUE(query->normalize);
  EXPECT_EQ(query->deleted, Deleted::kInclude);
  proto.set_deleted(static_cast<v1::DeletedFilter>(4));
  proto.clear_schema();
  EXPECT_EQ(Refused(proto), (Fields{"schema", "deleted"}));
}

TEST(GetSchemaVersionRequestTest, ZeroAndMinusOneAreTheNewest) {
  v1::GetSchemaVersionRequest proto;
  proto.mutable_subject()->set_subject("orders");
  for (const int32_t version : {0, -1}) {
    proto.set_version(version);
    const auto query = FromProto(proto);
    ASSERT_TRUE(query.ok()) << query.status();
    EXPECT_EQ(query->version, std::nullopt);
  }
  proto.set_version(2147483647);
  proto.set_deleted(v1::DELETED_FILTER_ONLY);
  const auto query = FromProto(proto);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->version, Version(2147483647));
  EXPECT_EQ(query->deleted, Deleted::kOnly);
  proto.set_version(-2);
  EXPECT_EQ(Refused(proto), Fields{"version"});
}

TEST(CheckCompatibilityRequestTest, SaysWhatToCompareWith) {
  v1::CheckCompatibilityRequest proto;
  proto.mutable_subject()->set_subject("orders");
  proto.mutable_schema()->set_text("\"int\"");
  auto query = FromProto(proto);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->against, CheckSchema::Against::kConfigured);
  EXPECT_EQ(query->level, std::nullopt);
  proto.set_version(-1);
  query = FromProto(proto);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->against, CheckSchema::Against::kLatest);
  proto.set_version(4);
  proto.set_level(v1::COMPATIBILITY_LEVEL_FULL);
  query = FromProto(proto);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->against, CheckSchema::Against::kVersion);
  EXPECT_EQ(query->version, Version(4));
  EXPECT_EQ(query->level, CompatibilityLevel::kFull);
  proto.set_version(-5);
  proto.set_level(static_cast<v1::CompatibilityLevel>(77));
  EXPECT_EQ(Refused(proto), (Fields{"level", "version"}));
}

TEST(GetSchemaRequestTest, TakesAnIdOrAGuid) {
  v1::GetSchemaRequest proto;
  proto.mutable_id_in_context()->set_id(7);
  auto key = FromProto(proto);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(std::get<IdInContext>(*key).context, ".");
  EXPECT_EQ(std::get<IdInContext>(*key).id, SchemaId(7));
  proto.set_guid("095d71cf-1255-6b9d-5e33-0ad575b3df5d");
  key = FromProto(proto);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(std::get<ContentHash>(*key).ToGuid(), "095d71cf-1255-6b9d-5e33-0ad575b3df5d");
}

TEST(GetSchemaRequestTest, RefusesKeysThatNameNothing) {
  v1::GetSchemaRequest proto;
  EXPECT_EQ(Refused(proto), Fields{"key"});
  proto.mutable_id_in_context()->set_id(0);
  EXPECT_EQ(Refused(proto), Fields{"id_in_context.id"});
  proto.mutable_id_in_context()->set_id(-1);
  proto.mutable_id_in_context()->set_context("x");
  EXPECT_EQ(Refused(proto), (Fields{"id_in_context.id", "id_in_context.context"}));
  proto.set_guid("095d71cf");
  EXPECT_EQ(Refused(proto), Fields{"guid"});
}

TEST(ListSubjectsRequestTest, DefaultsAreTheDefaultContextAndThePageOfTheRegistry) {
  const auto query = FromProto(v1::ListSubjectsRequest());
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->context_prefix, ".");
  EXPECT_EQ(query->prefix, "");
  EXPECT_EQ(query->deleted, Deleted::kExclude);
  EXPECT_EQ(query->page_size, 0);
  EXPECT_EQ(query->after, "");
}

TEST(ListSubjectsRequestTest, StarIsEveryContext) {
  v1::ListSubjectsRequest proto;
  proto.set_context("*");
  proto.set_page_size(1000000);
  const auto query = FromProto(proto);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->context_prefix, "*");
  EXPECT_EQ(query->page_size, 1000000) << "the registry knows how many are too many";
}

TEST(ListSubjectsRequestTest, GoesOnWhereThePageBeforeEnded) {
  v1::ListSubjectsRequest proto;
  proto.set_prefix("orders-");
  proto.set_page_token(NextPageToken(proto, "orders-7"));
  proto.set_page_size(3);
  const auto query = FromProto(proto);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->after, "orders-7");
  EXPECT_EQ(query->page_size, 3);
  EXPECT_EQ(NextPageToken(proto, ""), "");
  proto.set_prefix("payments-");
  proto.set_page_size(-1);
  EXPECT_EQ(Refused(proto), (Fields{"page_size", "page_token"}));
}

TEST(ListVersionsRequestTest, GoesOnWhereThePageBeforeEnded) {
  v1::ListVersionsRequest proto;
  proto.mutable_subject()->set_subject("orders");
  proto.set_deleted(v1::DELETED_FILTER_ONLY);
  proto.set_page_token(NextPageToken(proto, Version(500)));
  proto.mutable_subject()->set_context(".");  // the same subject, spelled out
  const auto query = FromProto(proto);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->list.subject, Subject(".", "orders"));
  EXPECT_EQ(query->list.deleted, Deleted::kOnly);
  EXPECT_EQ(query->after, Version(500));
  EXPECT_EQ(query->page_size, 0);
  proto.mutable_subject()->set_subject("payments");
  EXPECT_EQ(Refused(proto), Fields{"page_token"});
}

TEST(RegisterSchemaRequestTest, NumberAndIdArrive) {
  v1::RegisterSchemaRequest proto;
  proto.mutable_subject()->set_subject("orders");
  proto.mutable_schema()->set_text("x");
  proto.set_force(true);
  proto.set_version(-1);
  proto.set_id(7);
  auto command = std::get<RegisterSchema>(FromProto(proto)->command);
  EXPECT_TRUE(command.force);
  EXPECT_EQ(command.version, Version(-1));
  EXPECT_EQ(command.id, SchemaId(7));
  proto.set_version(0);
  proto.set_id(0);
  command = std::get<RegisterSchema>(FromProto(proto)->command);
  EXPECT_EQ(command.version, std::nullopt);
  EXPECT_EQ(command.id, std::nullopt);
  proto.set_version(-2);
  proto.set_id(-1);
  EXPECT_EQ(Refused(proto), (Fields{"version", "id"}));
}

TEST(BatchRequestTest, ItemsAreJudgedByTheirPlace) {
  v1::BatchRegisterSchemasRequest proto;
  EXPECT_EQ(Refused(proto), (Fields{"requests"}));
  auto* item = proto.add_requests();
  item->mutable_subject()->set_subject("orders");
  item->mutable_schema()->set_text("x");
  proto.mutable_options()->set_request_id(kUuid);
  proto.mutable_options()->set_validate_only(true);
  const auto batch = FromProto(proto);
  ASSERT_TRUE(batch.ok()) << batch.status();
  EXPECT_EQ(batch->request_id, kUuid);
  EXPECT_TRUE(batch->commands[0].validate_only);
  *proto.add_requests() = *item;
  proto.mutable_requests(1)->mutable_options();
  proto.mutable_requests(1)->clear_schema();
  EXPECT_EQ(Refused(proto), (Fields{"requests[1].options", "requests[1].schema"}));
  while (proto.requests_size() <= 1000) *proto.add_requests() = proto.requests(0);
  EXPECT_EQ(Refused(proto), (Fields{"requests"}));
}

TEST(PurgeRequestTest, WhatIsInUseNeedsAWord) {
  v1::PurgeVersionRequest version;
  version.mutable_subject()->set_subject("orders");
  version.set_version(3);
  EXPECT_EQ(std::get<DeleteVersion>(FromProto(version)->command).kind, DeleteKind::kPermanent);
  version.set_allow_active(true);
  EXPECT_EQ(std::get<DeleteVersion>(FromProto(version)->command).kind, DeleteKind::kPurge);
  version.set_version(0);
  EXPECT_EQ(Refused(version), (Fields{"version"}));
  v1::PurgeSubjectRequest subject;
  subject.mutable_subject()->set_subject("orders");
  EXPECT_EQ(std::get<DeleteSubject>(FromProto(subject)->command).kind, DeleteKind::kPermanent);
  subject.set_allow_active(true);
  EXPECT_EQ(std::get<DeleteSubject>(FromProto(subject)->command).kind, DeleteKind::kPurge);
}

TEST(UndeleteRequestTest, NamesAVersionOrAll) {
  v1::UndeleteVersionRequest version;
  version.mutable_subject()->set_subject("orders");
  version.set_version(3);
  EXPECT_EQ(std::get<UndeleteVersion>(FromProto(version)->command).version, Version(3));
  version.set_version(-1);
  EXPECT_EQ(Refused(version), (Fields{"version"}));
  v1::UndeleteSubjectRequest subject;
  EXPECT_EQ(Refused(subject), (Fields{"subject.subject"}));
}

TEST(ModeRequestTest, NamesTargetAndMode) {
  v1::UpdateModeRequest proto;
  proto.mutable_target()->set_context(".eu");
  proto.set_mode(v1::MODE_IMPORT);
  proto.set_force(true);
  const auto command = std::get<UpdateMode>(FromProto(proto)->command);
  EXPECT_EQ(command.target, ConfigTarget(Subject(".eu", "")));
  EXPECT_EQ(command.mode, Mode::kImport);
  EXPECT_TRUE(command.force);
  proto.clear_mode();
  proto.clear_target();
  EXPECT_EQ(Refused(proto), (Fields{"target", "mode"}));
  v1::DeleteModeRequest deletion;
  deletion.mutable_target()->mutable_global();
  deletion.set_recursive(true);
  EXPECT_TRUE(std::get<DeleteMode>(FromProto(deletion)->command).recursive);
  EXPECT_EQ(Refused(v1::DeleteContextRequest()), (Fields{"context"}));
}

TEST(ReadOptionsTest, ArriveOrNameTheField) {
  v1::ReadOptions proto;
  EXPECT_EQ(*FromProto(proto), ReadOptions());
  proto.set_consistency(v1::CONSISTENCY_LINEARIZABLE);
  proto.mutable_min_position()->set_log_id("log");
  proto.mutable_min_position()->set_offset(7);
  EXPECT_EQ(*FromProto(proto), (ReadOptions{Consistency::kLinearizable, {"log", Offset(7)}}));
  proto.set_consistency(static_cast<v1::Consistency>(9));
  proto.mutable_min_position()->clear_log_id();
  EXPECT_EQ(Refused(proto), (Fields{"read_options.consistency", "read_options.min_position.log_id"}));
}

TEST(ListSchemasRequestTest, PageTokenIsBoundToTheFilter) {
  v1::ListSchemasRequest proto;
  proto.set_context("*");
  proto.set_prefix("or");
  proto.set_latest_only(true);
  proto.set_view(v1::SCHEMA_VIEW_FULL);
  const VersionKey last{Subject(".eu", "or ders"), Version(12)};
  proto.set_page_token(NextPageToken(proto, last));
  const auto query = FromProto(proto);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->list.after, last);
  EXPECT_TRUE(query->full);
  EXPECT_EQ(query->list.versions, ListSchemas::Versions::kLatest);
  proto.set_view(v1::SCHEMA_VIEW_BASIC);
  EXPECT_TRUE(FromProto(proto).ok()) << "the view may change";
  proto.set_latest_only(false);
  EXPECT_EQ(Refused(proto), (Fields{"page_token"}));
}

TEST(ListSchemaUsesRequestTest, TakesAnIdOrAGuid) {
  v1::ListSchemaUsesRequest proto;
  EXPECT_EQ(Refused(proto), (Fields{"key"}));
  proto.mutable_id_in_context()->set_id(7);
  EXPECT_EQ(std::get<IdInContext>(FromProto(proto)->key), (IdInContext{".", SchemaId(7)}));
  proto.set_guid("zzz");
  EXPECT_EQ(Refused(proto), (Fields{"guid"}));
}

}  // namespace
}  // namespace regent
