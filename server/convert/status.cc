#include "server/convert/status.h"

#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "regent/v1/compatibility.pb.h"
#include "server/convert/compatibility.h"
#include "server/convert/schema.h"
#include "server/convert/utf8.h"
#include "server/convert/violations.h"

namespace regent {
namespace {

// A text within the details: long enough for a path or a sentence.
constexpr size_t kMaxTextBytes = 256;

// Cuts texts to size and remembers that it did.
class Cutter {
 public:
  std::string Cut(std::string_view text, size_t max_bytes = kMaxTextBytes) {
    if (text.size() > max_bytes) cut_ = true;
    return CleanUtf8(text, max_bytes);
  }
  void Cut(std::string* text) { *text = Cut(*text); }
  void Note() { cut_ = true; }
  bool cut() const { return cut_; }

 private:
  bool cut_ = false;
};

// How long to wait before trying again.
int RetryDelayMillis(const ErrorRow& row) {
  if (row.code == absl::StatusCode::kUnavailable) return 200;
  if (row.code == absl::StatusCode::kResourceExhausted) return 1000;
  return 0;
}

google::rpc::ErrorInfo MakeInfo(const ErrorRow& row, const ErrorDetail& detail, Cutter* cutter) {
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(row.name));
  info.set_domain(kErrorDomain);
  auto& metadata = *info.mutable_metadata();
  if (detail.subject) metadata["subject"] = cutter->Cut(detail.subject->Qualified());
  if (detail.version.value() != 0) metadata["version"] = std::to_string(detail.version.value());
  if (detail.id.value() != 0) metadata["id"] = std::to_string(detail.id.value());
  if (!detail.path.empty()) metadata["path"] = cutter->Cut(detail.path);
  if (detail.line != 0) metadata["line"] = std::to_string(detail.line);
  if (detail.column != 0) metadata["column"] = std::to_string(detail.column);
  return info;
}

void SetSubject(const Subject& subject, Cutter* cutter, v1::SubjectRef* proto) {
  proto->set_context(cutter->Cut(subject.context));
  proto->set_subject(cutter->Cut(subject.name));
}

v1::ErrorDetail MakeDetail(const ErrorRow& row, const ErrorDetail& detail, size_t max_bytes, Cutter* cutter) {
  v1::ErrorDetail out;
  out.set_reason(ToProto(row.reason));
  out.set_rest_code(row.rest_code);
  out.set_truncated(true);  // its room is reserved; the caller has the last word
  if (detail.subject) SetSubject(*detail.subject, cutter, out.mutable_subject());
  out.set_version(detail.version.value());
  out.set_id(detail.id.value());
  if (detail.line != 0 || detail.column != 0 || !detail.path.empty()) {
    out.mutable_source()->set_line(detail.line);
    out.mutable_source()->set_column(detail.column);
    out.mutable_source()->set_path(cutter->Cut(detail.path));
  }
  for (const ErrorDetail::Referrer& referrer : detail.referrers) {
    v1::SchemaVersionRef* ref = out.add_referrers();
    SetSubject(referrer.subject, cutter, ref->mutable_subject());
    ref->set_version(referrer.version.value());
    if (out.ByteSizeLong() > max_bytes) {
      out.mutable_referrers()->RemoveLast();
      cutter->Note();
      break;
    }
  }
  return out;
}

// As many differences as fit, in their order.
v1::CompatibilityReport CutReport(const CompatibilityReport& report, size_t max_bytes, Cutter* cutter) {
  v1::CompatibilityReport whole;
  ToProto(report, &whole);
  v1::CompatibilityReport out;
  out.set_compatible(whole.compatible());
  out.set_level(whole.level());
  for (v1::VersionReport& version : *whole.mutable_versions()) {
    v1::VersionReport* to = out.add_versions();
    to->set_version(version.version());
    to->set_truncated(true);
    bool all = out.ByteSizeLong() <= max_bytes;
    for (int i = 0; all && i < version.differences_size(); ++i) {
      v1::Difference* difference = to->add_differences();
      difference->Swap(version.mutable_differences(i));
      for (std::string* text : {difference->mutable_type(), difference->mutable_path(), difference->mutable_message(),
                                difference->mutable_fix(), difference->mutable_detail(),
                                difference->mutable_old_snippet(), difference->mutable_new_snippet()}) {
        cutter->Cut(text);
      }
      all = out.ByteSizeLong() <= max_bytes;
      if (!all) to->mutable_differences()->RemoveLast();
    }
    if (all) {
      to->set_truncated(version.truncated());
      continue;
    }
    cutter->Note();
    if (out.ByteSizeLong() > max_bytes) out.mutable_versions()->RemoveLast();
    break;
  }
  return out;
}

google::rpc::BadRequest MakeBadRequest(const absl::Status& status, const ErrorDetail& detail, size_t max_bytes,
                                       Cutter* cutter) {
  google::rpc::BadRequest all;
  const auto payload = status.GetPayload(kBadRequestUrl);
  if (!payload.has_value() || !all.ParseFromString(std::string(*payload))) {
    auto* violation = all.add_field_violations();
    violation->set_field(detail.path);
    violation->set_description(std::string(status.message()));
  }
  google::rpc::BadRequest out;
  for (const auto& violation : all.field_violations()) {
    auto* to = out.add_field_violations();
    to->set_field(cutter->Cut(violation.field()));
    to->set_description(cutter->Cut(violation.description()));
    if (out.ByteSizeLong() > max_bytes) {
      out.mutable_field_violations()->RemoveLast();
      cutter->Note();
      break;
    }
  }
  return out;
}

}  // namespace

v1::ErrorReason ToProto(ErrorReason reason) { return static_cast<v1::ErrorReason>(RowOf(reason).reason); }

google::rpc::Status ToProto(const absl::Status& status) {
  const ErrorRow& row = RowOf(ReasonOf(status));
  const ErrorDetail detail = DetailOf(status);
  Cutter cutter;
  google::rpc::Status out;
  out.set_code(static_cast<int>(row.code));
  out.set_message(
      cutter.Cut(std::string_view(status.message().data(), status.message().size()), kMaxErrorMessageBytes));

  // What is left is shared out: the head of the status and ErrorInfo are small, the lists take the rest.
  const google::rpc::ErrorInfo info = MakeInfo(row, detail, &cutter);
  constexpr size_t kTypeUrls = 5 * 64;
  const size_t head = out.ByteSizeLong() + info.ByteSizeLong() + kTypeUrls;
  const size_t room = kMaxErrorDetailsBytes - head;
  v1::ErrorDetail error_detail = MakeDetail(row, detail, room, &cutter);
  const size_t rest = room - error_detail.ByteSizeLong();
  google::rpc::BadRequest bad_request;
  if (row.reason == ErrorReason::kRequestInvalid) bad_request = MakeBadRequest(status, detail, rest, &cutter);
  v1::CompatibilityReport report;
  if (detail.report) report = CutReport(*detail.report, rest, &cutter);
  error_detail.set_truncated(cutter.cut());

  out.add_details()->PackFrom(info);
  out.add_details()->PackFrom(error_detail);
  if (const int delay_millis = RetryDelayMillis(row); delay_millis > 0) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(delay_millis / 1000);
    retry.mutable_retry_delay()->set_nanos(delay_millis % 1000 * 1000000);
    out.add_details()->PackFrom(retry);
  }
  if (row.reason == ErrorReason::kRequestInvalid) out.add_details()->PackFrom(bad_request);
  if (detail.report) out.add_details()->PackFrom(report);
  return out;
}

}  // namespace regent
