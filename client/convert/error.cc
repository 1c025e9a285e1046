#include "client/convert/error.h"

#include <optional>

#include "base/error_reason.h"
#include "client/convert/model.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "regent/v1/error_detail.pb.h"

namespace regent::client {
namespace {

constexpr std::string_view kErrorDomain = "regent";

const ErrorRow* RowNamed(const std::string& name) {
  for (const ErrorRow& row : ErrorTable()) {
    if (row.name == name && row.reason != ErrorReason::kUnspecified) return &row;
  }
  return nullptr;
}

void Read(const v1::ErrorDetail& proto, ErrorDetail* detail) {
  if (proto.has_subject()) detail->subject = FromProto(proto.subject());
  detail->version = Version(proto.version());
  detail->id = SchemaId(proto.id());
  for (const v1::SchemaVersionRef& referrer : proto.referrers()) {
    detail->referrers.push_back({FromProto(referrer.subject()), Version(referrer.version())});
  }
  detail->line = proto.source().line();
  detail->column = proto.source().column();
  detail->path = proto.source().path();
}

}  // namespace

absl::Status ErrorFromWire(int code, std::string_view message, const std::string& details) {
  const absl::string_view text(message.data(), message.size());
  const auto canonical = static_cast<absl::StatusCode>(code);
  if (canonical == absl::StatusCode::kOk) return absl::OkStatus();
  google::rpc::Status status;
  if (details.empty() || !status.ParseFromString(details)) return absl::Status(canonical, text);

  const ErrorRow* row = nullptr;
  ErrorDetail detail;
  for (const google::protobuf::Any& any : status.details()) {
    google::rpc::ErrorInfo info;
    v1::ErrorDetail error_detail;
    v1::CompatibilityReport report;
    if (any.UnpackTo(&info)) {
      if (info.domain() == kErrorDomain) row = RowNamed(info.reason());
    } else if (any.UnpackTo(&error_detail)) {
      Read(error_detail, &detail);
    } else if (any.UnpackTo(&report)) {
      detail.report = FromProto(report);
    }
  }
  if (row == nullptr) return absl::Status(canonical, text);
  return MakeError(row->reason, message, detail);
}

}  // namespace regent::client
