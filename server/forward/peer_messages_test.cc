#include "server/forward/peer_messages.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/error_reason.h"

namespace regent {
namespace {

// Through the wire and back.
template <typename Command>
Command Sent(const Command& command) {
  internal::v1::ForwardRequest request;
  ToProto(WriteCommand(command), &request);
  internal::v1::ForwardRequest received;
  EXPECT_TRUE(received.ParseFromString(request.SerializeAsString()));
  const auto back = FromProto(received);
  EXPECT_TRUE(back.ok()) << back.status();
  return std::get<Command>(*back);
}

absl::StatusOr<WriteResult> Answered(const absl::StatusOr<WriteResult>& answer) {
  internal::v1::ForwardResponse response;
  ToProto(answer, &response);
  internal::v1::ForwardResponse received;
  EXPECT_TRUE(received.ParseFromString(response.SerializeAsString()));
  return FromProto(received);
}

SchemaContent Content() {
  SchemaContent content;
  content.type = SchemaType::kProtobuf;
  content.text = "message M {}";
  content.references = {{"other.proto", Subject(".eu", "other"), Version(-1)}, {"", Subject(".", ""), Version(0)}};
  content.metadata = Metadata{{{"a.b", {"PII"}}}, {{"owner", "me"}}, {"owner"}};
  content.rule_set = RuleSet{{}, {Rule{.name = "r", .doc = "d", .tags = {"t"}, .params = {{"k", "v"}}}}, {}, "ALL"};
  return content;
}

TEST(PeerMessagesTest, ARegistrationArrivesAsTheClientGaveIt) {
  RegisterSchema command;
  command.subject = Subject(".eu", "orders");
  command.content = Content();
  command.normalize = true;
  command.force = true;
  command.validate_only = true;
  command.version = Version(-1);
  command.id = SchemaId(7);
  command.base = Version(3);
  command.edit = {{{"a.b", {"PII"}}}, {{"c", {"x", "y"}}}, true, *Content().rule_set, {"old"}};
  const RegisterSchema back = Sent(command);
  EXPECT_EQ(back.base, Version(3));
  EXPECT_EQ(back.edit, command.edit);
  EXPECT_EQ(back.subject, command.subject);
  EXPECT_EQ(back.content, command.content);
  EXPECT_TRUE(back.normalize);
  EXPECT_TRUE(back.force);
  EXPECT_TRUE(back.validate_only);
  EXPECT_EQ(back.version, Version(-1));
  EXPECT_EQ(back.id, SchemaId(7));
}

// No rule lives here: the primary must be able to say about a wrong request what any node would.
TEST(PeerMessagesTest, WhatNoClientShouldSendArrivesAsWell) {
  RegisterSchema command;
  command.subject = Subject(".", "");
  command.content.type = SchemaType::kOther;
  command.content.other_type = "THRIFT";
  const RegisterSchema back = Sent(command);
  EXPECT_EQ(back.subject, command.subject);
  EXPECT_EQ(back.content, command.content);
  EXPECT_FALSE(back.version.has_value());
  EXPECT_FALSE(back.id.has_value());
}

TEST(PeerMessagesTest, DeletesArrive) {
  for (const DeleteKind kind : {DeleteKind::kSoft, DeleteKind::kPermanent, DeleteKind::kPurge}) {
    const DeleteVersion version = Sent(DeleteVersion{Subject(".", "s"), Version(3), kind});
    EXPECT_EQ(version.subject, Subject(".", "s"));
    EXPECT_EQ(version.version, Version(3));
    EXPECT_EQ(version.kind, kind);
    EXPECT_EQ(Sent(DeleteVersion{Subject(".", "s"), std::nullopt, kind}).version, std::nullopt);
    EXPECT_EQ(Sent(DeleteSubject{Subject(".eu", "s"), kind}).subject, Subject(".eu", "s"));
    EXPECT_EQ(Sent(DeleteSubject{Subject(".eu", "s"), kind}).kind, kind);
  }
  EXPECT_EQ(Sent(UndeleteVersion{Subject(".", "s"), Version(2)}).version, Version(2));
  EXPECT_EQ(Sent(UndeleteSubject{Subject(".", "s")}).subject, Subject(".", "s"));
  EXPECT_EQ(Sent(DeleteContext{".eu"}).context, ".eu");
}

TEST(PeerMessagesTest, AssociationsArriveAndTheirOutcomesGoBack) {
  ResourceAssociations::Wanted strong;
  strong.association_type = "key";
  strong.lifecycle = Lifecycle::kStrong;
  strong.frozen = true;
  strong.schema = Content();
  strong.normalize = true;
  ResourceAssociations::Wanted open;
  open.subject = Subject(".eu", "s");
  AssociateResources command;
  command.resources = {{"t1", "ns", "id", "topic", {strong, open}}, {"t2", "", "", "", {}}};
  command.existing = AssociateResources::Existing::kChange;
  command.validate_only = true;
  command.outcomes_apart = true;
  const AssociateResources back = Sent(command);
  EXPECT_EQ(back.existing, AssociateResources::Existing::kChange);
  EXPECT_TRUE(back.validate_only);
  EXPECT_TRUE(back.outcomes_apart);
  ASSERT_EQ(back.resources.size(), 2u);
  EXPECT_EQ(back.resources[0].resource_name, "t1");
  EXPECT_EQ(back.resources[0].resource_namespace, "ns");
  EXPECT_EQ(back.resources[0].resource_id, "id");
  EXPECT_EQ(back.resources[0].resource_type, "topic");
  ASSERT_EQ(back.resources[0].associations.size(), 2u);
  const ResourceAssociations::Wanted& first = back.resources[0].associations[0];
  EXPECT_EQ(first.subject, std::nullopt);
  EXPECT_EQ(first.association_type, "key");
  EXPECT_EQ(first.lifecycle, Lifecycle::kStrong);
  EXPECT_EQ(first.frozen, true);
  EXPECT_EQ(first.schema, Content());
  EXPECT_TRUE(first.normalize);
  const ResourceAssociations::Wanted& second = back.resources[0].associations[1];
  EXPECT_EQ(second.subject, Subject(".eu", "s"));
  EXPECT_EQ(second.lifecycle, std::nullopt);
  EXPECT_EQ(second.frozen, std::nullopt);
  EXPECT_EQ(second.schema, std::nullopt);

  const DissociateResource removal = Sent(DissociateResource{"id", "topic", {"key", "value"}, true, true});
  EXPECT_EQ(removal.resource_id, "id");
  EXPECT_EQ(removal.resource_type, "topic");
  EXPECT_EQ(removal.association_types, (std::set<std::string>{"key", "value"}));
  EXPECT_TRUE(removal.cascade);
  EXPECT_TRUE(removal.validate_only);

  WriteResult result;
  result.associated.push_back(
      {absl::OkStatus(),
       {{"g", "t1", "ns", "id", "topic", "key", Subject(".ns", "t1-key"), Lifecycle::kStrong, true}}});
  result.associated.push_back({MakeError(ErrorReason::kNoActiveVersion, "none"), {}});
  const auto answer = Answered(result);
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->associated.size(), 2u);
  EXPECT_EQ(answer->associated[0].associations, result.associated[0].associations);
  EXPECT_TRUE(answer->associated[0].status.ok());
  EXPECT_EQ(ReasonOf(answer->associated[1].status), ErrorReason::kNoActiveVersion);
}

TEST(PeerMessagesTest, ConfigurationsArriveFieldByField) {
  UpdateConfig update;
  update.target = Subject(".eu", "");
  update.level = {FieldUpdate<CompatibilityLevel>::Action::kSet, CompatibilityLevel::kFull};
  update.alias.action = FieldUpdate<std::string>::Action::kClear;
  update.default_metadata = {FieldUpdate<Metadata>::Action::kSet, *Content().metadata};
  update.override_rule_set = {FieldUpdate<RuleSet>::Action::kSet, *Content().rule_set};
  const UpdateConfig back = Sent(update);
  EXPECT_EQ(back.target, update.target);
  EXPECT_EQ(back.level.action, FieldUpdate<CompatibilityLevel>::Action::kSet);
  EXPECT_EQ(back.level.value, CompatibilityLevel::kFull);
  EXPECT_EQ(back.alias.action, FieldUpdate<std::string>::Action::kClear);
  EXPECT_EQ(back.policy.action, FieldUpdate<CompatibilityPolicy>::Action::kKeep);
  EXPECT_EQ(back.default_metadata.value, update.default_metadata.value);
  EXPECT_EQ(back.override_rule_set.value, update.override_rule_set.value);
  EXPECT_EQ(Sent(UpdateConfig()).target, std::nullopt);
  EXPECT_EQ(Sent(UpdateConfig()).level.action, FieldUpdate<CompatibilityLevel>::Action::kKeep);
  EXPECT_EQ(Sent(DeleteConfig{Subject(".", "s")}).target, Subject(".", "s"));
}

TEST(PeerMessagesTest, ModesArrive) {
  const UpdateMode back = Sent(UpdateMode{Subject(".", "s"), Mode::kImport, true});
  EXPECT_EQ(back.target, Subject(".", "s"));
  EXPECT_EQ(back.mode, Mode::kImport);
  EXPECT_TRUE(back.force);
  EXPECT_EQ(Sent(UpdateMode{std::nullopt, std::nullopt, false}).mode, std::nullopt);
  EXPECT_TRUE(Sent(DeleteMode{std::nullopt, true}).recursive);
  Sent(ReadBarrier());
}

TEST(PeerMessagesTest, WhatOnlyANewerNodeCanSendIsRefused) {
  EXPECT_EQ(ReasonOf(FromProto(internal::v1::ForwardRequest()).status()), ErrorReason::kRequestInvalid);
  internal::v1::ForwardRequest request;
  request.mutable_delete_subject()->set_depth(static_cast<internal::v1::DeleteDepth>(99));
  EXPECT_EQ(ReasonOf(FromProto(request).status()), ErrorReason::kRequestInvalid);
  request.mutable_update_mode()->set_mode("SIDEWAYS");
  EXPECT_EQ(ReasonOf(FromProto(request).status()), ErrorReason::kRequestInvalid);
}

TEST(PeerMessagesTest, AResultComesBackWhole) {
  WriteResult result;
  result.position = {"log-1", Offset(41)};
  result.changed = true;
  result.registered = SchemaVersion{
      Subject(".eu", "orders"),
      Version(3),
      VersionState::kDeleted,
      std::make_shared<const StoredSchema>(StoredSchema{".eu", SchemaId(7), HashOf(Content(), ".eu"), Content()}),
      1700000000123,
      {"log-1", Offset(40)}};
  result.versions = {Version(1), Version(2)};
  result.config.level = CompatibilityLevel::kNone;
  result.config.alias = "other";
  result.mode = Mode::kReadOnly;
  const auto back = Answered(result);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->position, result.position);
  EXPECT_TRUE(back->changed);
  ASSERT_TRUE(back->registered.has_value());
  EXPECT_EQ(back->registered->subject, result.registered->subject);
  EXPECT_EQ(back->registered->version, Version(3));
  EXPECT_EQ(back->registered->state, VersionState::kDeleted);
  EXPECT_EQ(back->registered->create_time_ms, 1700000000123);
  EXPECT_EQ(back->registered->position, result.registered->position);
  EXPECT_EQ(back->registered->stored->context, ".eu");
  EXPECT_EQ(back->registered->stored->id, SchemaId(7));
  EXPECT_EQ(back->registered->stored->hash, result.registered->stored->hash);
  EXPECT_EQ(back->registered->stored->content, result.registered->stored->content);
  EXPECT_EQ(back->versions, result.versions);
  EXPECT_EQ(back->config, result.config);
  EXPECT_EQ(back->mode, Mode::kReadOnly);
}

TEST(PeerMessagesTest, AnErrorComesBackWhole) {
  ErrorDetail detail;
  detail.subject = Subject(".eu", "orders");
  detail.version = Version(3);
  detail.id = SchemaId(7);
  detail.referrers = {{Subject(".", "user"), Version(1)}};
  detail.line = 4;
  detail.column = 5;
  detail.path = "/fields/1";
  CompatibilityReport report;
  report.level = CompatibilityLevel::kForward;
  report.compatible = false;
  Difference difference;
  difference.type = "TYPE_MISMATCH";
  difference.path = "/fields/0";
  difference.message = "m";
  difference.breaks = Difference::Breaks::kOldReader;
  report.versions = {{Version(2), {difference}, true}};
  detail.report = report;
  const absl::Status status = MakeError(ErrorReason::kSchemaIncompatible, "why", detail);
  const absl::Status back = Answered(status).status();
  EXPECT_EQ(back.code(), status.code());
  EXPECT_EQ(back.message(), status.message());
  EXPECT_EQ(ReasonOf(back), ErrorReason::kSchemaIncompatible);
  const ErrorDetail found = DetailOf(back);
  EXPECT_EQ(found.subject, detail.subject);
  EXPECT_EQ(found.version, detail.version);
  EXPECT_EQ(found.id, detail.id);
  EXPECT_EQ(found.referrers, detail.referrers);
  EXPECT_EQ(found.line, 4);
  EXPECT_EQ(found.column, 5);
  EXPECT_EQ(found.path, detail.path);
  ASSERT_TRUE(found.report.has_value());
  EXPECT_EQ(found.report->level, CompatibilityLevel::kForward);
  EXPECT_FALSE(found.report->compatible);
  ASSERT_EQ(found.report->versions.size(), 1u);
  EXPECT_TRUE(found.report->versions[0].truncated);
  EXPECT_EQ(found.report->versions[0].differences, report.versions[0].differences);
}

TEST(PeerMessagesTest, AReportAndItsAnswerComeBackWhole) {
  PeerReport report;
  report.status = {
      NodeInfo{"n", "i", "g", "r", true, "v"}, {"log", Offset(4)}, 2, NodeState::kStale, 5000, "why", true};
  report.state_hash = "hash";
  internal::v1::ReportRequest request;
  ToProto(report, &request);
  const PeerReport back = FromProto(request);
  EXPECT_EQ(back.status.info, report.status.info);
  EXPECT_EQ(back.status.position, report.status.position);
  EXPECT_EQ(back.status.state, NodeState::kStale);
  EXPECT_EQ(back.status.last_seen_ms, 5000);
  EXPECT_EQ(back.status.reason, "why");
  EXPECT_TRUE(back.status.diverged);
  EXPECT_EQ(back.state_hash, "hash");
  PeerView view{{report.status}, WriteState::kForeignWriter, "reason", true};
  internal::v1::ReportResponse response;
  ToProto(view, &response);
  const PeerView seen = FromProto(response);
  ASSERT_EQ(seen.nodes.size(), 1u);
  EXPECT_EQ(seen.nodes[0].lag, 2);
  EXPECT_EQ(seen.write_state, WriteState::kForeignWriter);
  EXPECT_EQ(seen.reason, "reason");
  EXPECT_TRUE(seen.duplicate_node);
}

}  // namespace
}  // namespace regent
