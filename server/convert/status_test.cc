#include "server/convert/status.h"

#include <gtest/gtest.h>

#include <optional>

#include "google/rpc/error_details.pb.h"
#include "regent/v1/compatibility.pb.h"
#include "server/convert/violations.h"

namespace regent {
namespace {

template <typename Detail>
std::optional<Detail> Find(const google::rpc::Status& status) {
  for (const auto& any : status.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

v1::ErrorDetail DetailIn(const google::rpc::Status& status) {
  return Find<v1::ErrorDetail>(status).value_or(v1::ErrorDetail());
}

TEST(ErrorReasonTest, TheProtoAndTheTableAreOneList) {
  const google::protobuf::EnumDescriptor* proto = v1::ErrorReason_descriptor();
  ASSERT_EQ(static_cast<size_t>(proto->value_count()), ErrorTable().size());
  for (const ErrorRow& row : ErrorTable()) {
    const google::protobuf::EnumValueDescriptor* value = proto->FindValueByNumber(static_cast<int>(row.reason));
    ASSERT_NE(value, nullptr) << row.name;
    EXPECT_EQ(value->name(), "ERROR_REASON_" + std::string(row.name));
  }
}

TEST(StatusToProtoTest, EveryReasonKeepsItsCodeAndName) {
  for (const ErrorRow& row : ErrorTable()) {
    if (row.reason == ErrorReason::kUnspecified) continue;
    const google::rpc::Status proto = ToProto(MakeError(row.reason, "why"));
    EXPECT_EQ(proto.code(), static_cast<int>(row.code)) << row.name;
    EXPECT_EQ(proto.message(), "why");
    const auto info = Find<google::rpc::ErrorInfo>(proto);
    ASSERT_TRUE(info.has_value()) << row.name;
    EXPECT_EQ(info->reason(), row.name);
    EXPECT_EQ(info->domain(), "regent");
    EXPECT_EQ(DetailIn(proto).reason(), ToProto(row.reason)) << row.name;
    EXPECT_EQ(DetailIn(proto).rest_code(), row.rest_code) << row.name;
    EXPECT_FALSE(DetailIn(proto).truncated()) << row.name;
  }
}

TEST(StatusToProtoTest, RetryIsAdvisedWhereItHelpsAndNowhereElse) {
  for (const ErrorRow& row : ErrorTable()) {
    if (row.reason == ErrorReason::kUnspecified) continue;
    const bool helps = row.code == absl::StatusCode::kUnavailable || row.code == absl::StatusCode::kResourceExhausted;
    const auto retry = Find<google::rpc::RetryInfo>(ToProto(MakeError(row.reason, "")));
    EXPECT_EQ(retry.has_value(), helps) << row.name;
    EXPECT_EQ(retry.has_value() && retry->retry_delay().nanos() + retry->retry_delay().seconds() > 0, helps)
        << row.name;
  }
}

TEST(StatusToProtoTest, AForeignStatusIsInternal) {
  const google::rpc::Status proto = ToProto(absl::NotFoundError("somewhere deep"));
  EXPECT_EQ(proto.code(), static_cast<int>(absl::StatusCode::kInternal));
  EXPECT_EQ(DetailIn(proto).reason(), v1::ERROR_REASON_INTERNAL);
}

TEST(StatusToProtoTest, SubjectVersionIdAndReferrersArrive) {
  ErrorDetail detail;
  detail.subject = Subject(".eu", "orders");
  detail.version = Version(2);
  detail.id = SchemaId(7);
  detail.referrers = {{Subject(".", "a"), Version(1)}, {Subject(".eu", "b"), Version(4)}};
  const google::rpc::Status proto = ToProto(MakeError(ErrorReason::kReferenceExists, "used", detail));
  const v1::ErrorDetail out = DetailIn(proto);
  EXPECT_EQ(out.subject().context(), ".eu");
  EXPECT_EQ(out.subject().subject(), "orders");
  EXPECT_EQ(out.version(), 2);
  EXPECT_EQ(out.id(), 7);
  ASSERT_EQ(out.referrers_size(), 2);
  EXPECT_EQ(out.referrers(1).subject().context(), ".eu");
  EXPECT_EQ(out.referrers(1).subject().subject(), "b");
  EXPECT_EQ(out.referrers(1).version(), 4);
  EXPECT_FALSE(out.has_source());
  const auto info = Find<google::rpc::ErrorInfo>(proto);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->metadata().at("subject"), ":.eu:orders");
  EXPECT_EQ(info->metadata().at("version"), "2");
  EXPECT_EQ(info->metadata().at("id"), "7");
}

TEST(StatusToProtoTest, PlaceInTheTextArrives) {
  const google::rpc::Status proto = ToProto(errors::SchemaInvalid("Unknown type", "/fields/3/type", 4, 17));
  EXPECT_EQ(DetailIn(proto).source().path(), "/fields/3/type");
  EXPECT_EQ(DetailIn(proto).source().line(), 4);
  EXPECT_EQ(DetailIn(proto).source().column(), 17);
  EXPECT_EQ(Find<google::rpc::ErrorInfo>(proto)->metadata().at("path"), "/fields/3/type");
}

TEST(StatusToProtoTest, FieldViolationsArrive) {
  Violations violations;
  violations.Add("subject.subject", "required");
  violations.Add("version", "not negative");
  const auto bad_request = Find<google::rpc::BadRequest>(ToProto(violations.ToStatus()));
  ASSERT_TRUE(bad_request.has_value());
  ASSERT_EQ(bad_request->field_violations_size(), 2);
  EXPECT_EQ(bad_request->field_violations(0).field(), "subject.subject");
  EXPECT_EQ(bad_request->field_violations(0).description(), "required");
  EXPECT_EQ(bad_request->field_violations(1).field(), "version");
}

TEST(StatusToProtoTest, ARefusalByTheRegistryNamesItsFieldToo) {
  const auto bad_request = Find<google::rpc::BadRequest>(ToProto(errors::RequestInvalid("page_size", "too small")));
  ASSERT_TRUE(bad_request.has_value());
  ASSERT_EQ(bad_request->field_violations_size(), 1);
  EXPECT_EQ(bad_request->field_violations(0).field(), "page_size");
}

TEST(StatusToProtoTest, ManyLongFieldViolationsAreCutAndSaySo) {
  Violations violations;
  for (int i = 0; i < 16; ++i) violations.Add(std::string(300, 'f') + std::to_string(i), std::string(300, 'd'));
  const google::rpc::Status proto = ToProto(violations.ToStatus());
  EXPECT_LE(proto.ByteSizeLong(), kMaxErrorDetailsBytes);
  EXPECT_GT(Find<google::rpc::BadRequest>(proto)->field_violations_size(), 2);
  EXPECT_TRUE(DetailIn(proto).truncated());
}

CompatibilityReport ReportOf(int differences, const std::string& message) {
  CompatibilityReport report;
  report.compatible = false;
  VersionReport& version = report.versions.emplace_back();
  version.version = Version(1);
  for (int i = 0; i < differences; ++i) {
    version.differences.push_back({"TYPE_MISMATCH", "/fields/" + std::to_string(i), "", message, "", {}});
  }
  return report;
}

google::rpc::Status Incompatible(const CompatibilityReport& report) {
  ErrorDetail detail;
  detail.report = report;
  return ToProto(MakeError(ErrorReason::kSchemaIncompatible, "incompatible", detail));
}

TEST(StatusToProtoTest, ReportArrives) {
  const google::rpc::Status proto = Incompatible(ReportOf(3, "types differ"));
  const auto report = Find<v1::CompatibilityReport>(proto);
  ASSERT_TRUE(report.has_value());
  ASSERT_EQ(report->versions_size(), 1);
  EXPECT_EQ(report->versions(0).differences_size(), 3);
  EXPECT_FALSE(report->versions(0).truncated());
  EXPECT_FALSE(DetailIn(proto).truncated());
}

TEST(StatusToProtoTest, AReportTooLongForHeadersIsCutAndSaysSo) {
  const google::rpc::Status proto = Incompatible(ReportOf(100, std::string(200, 'x')));
  EXPECT_LE(proto.ByteSizeLong(), kMaxErrorDetailsBytes);
  const auto report = Find<v1::CompatibilityReport>(proto);
  ASSERT_TRUE(report.has_value());
  EXPECT_GT(report->versions(0).differences_size(), 5);
  EXPECT_LT(report->versions(0).differences_size(), 100);
  EXPECT_TRUE(report->versions(0).truncated());
  EXPECT_TRUE(DetailIn(proto).truncated());
}

TEST(StatusToProtoTest, OneHugeDifferenceStillArrives) {
  const google::rpc::Status proto = Incompatible(ReportOf(1, std::string(1 << 20, 'x')));
  EXPECT_LE(proto.ByteSizeLong(), kMaxErrorDetailsBytes);
  EXPECT_EQ(Find<v1::CompatibilityReport>(proto)->versions(0).differences_size(), 1);
  EXPECT_TRUE(DetailIn(proto).truncated());
}

TEST(StatusToProtoTest, ThousandsOfVersionsAndReferrersAreCut) {
  ErrorDetail detail;
  detail.report.emplace();
  for (int i = 0; i < 5000; ++i) {
    detail.report->versions.push_back({Version(i + 1), {}, false});
    detail.referrers.push_back({Subject(".", std::string(1000, 'r')), Version(1)});
  }
  const google::rpc::Status proto = ToProto(MakeError(ErrorReason::kReferenceExists, "used", detail));
  EXPECT_LE(proto.ByteSizeLong(), kMaxErrorDetailsBytes);
  EXPECT_GT(DetailIn(proto).referrers_size(), 5);
  EXPECT_TRUE(DetailIn(proto).truncated());
}

TEST(StatusToProtoTest, HugeTextsAreCut) {
  ErrorDetail detail;
  const std::string huge(1 << 20, 'x');
  detail.subject = Subject("." + huge, huge);
  detail.path = huge;
  const google::rpc::Status proto = ToProto(MakeError(ErrorReason::kRequestInvalid, huge, detail));
  EXPECT_LE(proto.ByteSizeLong(), kMaxErrorDetailsBytes);
  EXPECT_EQ(proto.message().size(), kMaxErrorMessageBytes);
  EXPECT_TRUE(DetailIn(proto).truncated());
}

// A protobuf string that is not UTF-8 would make the whole answer unreadable to the client.
TEST(StatusToProtoTest, BytesThatAreNoTextAreReplaced) {
  ErrorDetail detail;
  detail.path = "/\xff";
  detail.subject = Subject(".", "\xc3");
  const google::rpc::Status proto = ToProto(MakeError(ErrorReason::kSchemaInvalid, "at '\xe2\x82'", detail));
  EXPECT_EQ(proto.message(),
            "at '?"
            "?'");
  google::rpc::Status parsed;
  ASSERT_TRUE(parsed.ParseFromString(proto.SerializeAsString()));
  EXPECT_EQ(DetailIn(parsed).source().path(), "/?");
  EXPECT_EQ(DetailIn(parsed).subject().subject(), "?");
}

}  // namespace
}  // namespace regent
