#include "client/convert/error.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error_reason.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "regent/v1/compatibility.pb.h"
#include "regent/v1/error_detail.pb.h"

namespace regent::client {
namespace {

google::rpc::Status With(const std::string& reason, const std::string& domain = "regent") {
  google::rpc::Status status;
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain(domain);
  status.add_details()->PackFrom(info);
  return status;
}

TEST(ErrorFromWireTest, GivesBackEveryReasonOfTheTable) {
  for (const ErrorRow& row : ErrorTable()) {
    if (row.reason == ErrorReason::kUnspecified) continue;
    const absl::Status status =
        ErrorFromWire(static_cast<int>(row.code), "why", With(std::string(row.name)).SerializeAsString());
    EXPECT_EQ(ReasonOf(status), row.reason) << row.name;
    EXPECT_EQ(status.code(), row.code) << row.name;
    EXPECT_EQ(std::string(status.message()), "why");
  }
}

TEST(ErrorFromWireTest, GivesBackWhatTheErrorIsAbout) {
  google::rpc::Status wire = With("SCHEMA_INVALID");
  v1::ErrorDetail detail;
  detail.mutable_subject()->set_subject("orders");
  detail.set_version(3);
  detail.set_id(7);
  detail.mutable_source()->set_line(4);
  detail.mutable_source()->set_column(9);
  detail.mutable_source()->set_path("/fields/0");
  wire.add_details()->PackFrom(detail);
  const ErrorDetail back = DetailOf(ErrorFromWire(3, "why", wire.SerializeAsString()));
  EXPECT_EQ(back.subject, Subject(".", "orders"));
  EXPECT_EQ(back.version, Version(3));
  EXPECT_EQ(back.id, SchemaId(7));
  EXPECT_EQ(back.line, 4);
  EXPECT_EQ(back.column, 9);
  EXPECT_EQ(back.path, "/fields/0");
}

TEST(ErrorFromWireTest, GivesBackTheReportOfAnIncompatibleSchema) {
  google::rpc::Status wire = With("SCHEMA_INCOMPATIBLE");
  v1::CompatibilityReport report;
  report.set_level(v1::COMPATIBILITY_LEVEL_FULL);
  v1::VersionReport* version = report.add_versions();
  version->set_version(2);
  version->set_truncated(true);
  v1::Difference* difference = version->add_differences();
  difference->set_type("NAME_MISMATCH");
  difference->set_path("/name");
  difference->set_breaks(v1::BREAKS_OLD_READER);
  wire.add_details()->PackFrom(report);
  const ErrorDetail back = DetailOf(ErrorFromWire(9, "why", wire.SerializeAsString()));
  ASSERT_TRUE(back.report.has_value());
  EXPECT_EQ(back.report->level, CompatibilityLevel::kFull);
  EXPECT_FALSE(back.report->compatible);
  ASSERT_EQ(back.report->versions.size(), 1u);
  EXPECT_EQ(back.report->versions[0].version, Version(2));
  EXPECT_TRUE(back.report->versions[0].truncated);
  EXPECT_EQ(back.report->versions[0].differences[0].type, "NAME_MISMATCH");
  EXPECT_EQ(back.report->versions[0].differences[0].breaks, Difference::Breaks::kOldReader);
}

TEST(ErrorFromWireTest, KeepsTheCodeOfAnErrorThatIsNotTheRegistrys) {
  for (const std::string& details :
       {std::string(), std::string("\xff\xff garbage"), google::rpc::Status().SerializeAsString(),
        With("SUBJECT_NOT_FOUND", "googleapis.com").SerializeAsString(),
        With("A_REASON_OF_TOMORROW").SerializeAsString()}) {
    const absl::Status status = ErrorFromWire(14, "refused", details);
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(ReasonOf(status), ErrorReason::kInternal);
    EXPECT_EQ(std::string(status.message()), "refused");
  }
}

TEST(ErrorFromWireTest, TakesCodeZeroAsSuccess) { EXPECT_TRUE(ErrorFromWire(0, "", "").ok()); }

}  // namespace
}  // namespace regent::client
