#include "server/convert/violations.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "google/rpc/error_details.pb.h"

namespace regent {
namespace {

// A request with thousands of bad references is answered with the first few: errors travel in headers.
constexpr size_t kMaxListed = 16;

}  // namespace

void Violations::Add(std::string_view field, std::string_view what) {
  if (list_.size() <= kMaxListed) list_.emplace_back(field, what);
}

absl::Status Violations::ToStatus() const {
  if (list_.empty()) return absl::OkStatus();
  google::rpc::BadRequest bad_request;
  std::string message;
  for (size_t i = 0; i < list_.size() && i < kMaxListed; ++i) {
    const auto& [field, what] = list_[i];
    google::rpc::BadRequest::FieldViolation* violation = bad_request.add_field_violations();
    violation->set_field(field);
    violation->set_description(what);
    absl::StrAppend(&message, i == 0 ? "" : "; ", field, ": ", what);
  }
  if (list_.size() > kMaxListed) absl::StrAppend(&message, "; and more");
  ErrorDetail detail;
  detail.path = list_.front().first;
  absl::Status status = MakeError(ErrorReason::kRequestInvalid, message, detail);
  status.SetPayload(kBadRequestUrl, absl::Cord(bad_request.SerializeAsString()));
  return status;
}

}  // namespace regent
