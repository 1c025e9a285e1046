#include "server/rest/rest_error.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/json_value.h"

namespace regent {
namespace {

// Never leaves this room.
constexpr char kPayloadUrl[] = "type.regent/http";

}  // namespace

absl::Status HttpError(int http_status, std::string_view message) {
  absl::Status status(absl::StatusCode::kInvalidArgument, absl::string_view(message.data(), message.size()));
  status.SetPayload(kPayloadUrl, absl::Cord(absl::StrCat(http_status)));
  return status;
}

RestError ToRestError(const absl::Status& status, CompatProfile profile) {
  RestError error;
  error.message = std::string(status.message());
  if (const auto payload = status.GetPayload(kPayloadUrl)) {
    if (!absl::SimpleAtoi(std::string(*payload), &error.http_status)) error.http_status = 500;
    error.code = error.http_status;
    return error;
  }
  const ErrorReason reason = ReasonOf(status);
  const ErrorRow& row = RowOf(reason);
  error.http_status = row.http_status;
  error.code = row.rest_code;
  if (profile == CompatProfile::k7 && reason == ErrorReason::kSchemaIncompatible) error.code = 409;
  return error;
}

std::string ErrorBody(int code, std::string_view message) {
  std::string body = absl::StrCat("{\"error_code\":", code, ",\"message\":");
  AppendJsonString(message, &body);
  body.push_back('}');
  return body;
}

}  // namespace regent
