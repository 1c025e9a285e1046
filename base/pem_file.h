// Certificates and keys from files.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace regent {

enum class PemContent { kCertificates, kPrivateKey, kCertificatesAndKey };

// The text of a PEM file. CONFIGURATION_INVALID naming the file and `key`, the setting or flag that led here, when it
// cannot be read, is over a megabyte, or does not hold what `content` says.
absl::StatusOr<std::string> ReadPemFile(const std::string& path, std::string_view key, PemContent content);

}  // namespace regent
