// Errors as REST clients see them: {"error_code":40401,"message":"Subject 'x' not found."}.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace regent {

// Whose answers are imitated where versions of Confluent's registry differ.
enum class CompatProfile { k8, k7 };

// An error that only HTTP knows (404 for a path, 415, 422 for a missing body): its number is its status.
absl::Status HttpError(int http_status, std::string_view message);

struct RestError {
  int http_status = 500;
  int code = 500;
  std::string message;
};
RestError ToRestError(const absl::Status& status, CompatProfile profile);

std::string ErrorBody(int code, std::string_view message);

}  // namespace regent
