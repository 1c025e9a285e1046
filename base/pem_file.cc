#include "base/pem_file.h"

#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"

namespace regent {
namespace {

constexpr size_t kBytesMax = 1 << 20;

std::string_view NameOf(PemContent content) {
  switch (content) {
    case PemContent::kCertificates:
      return "certificates";
    case PemContent::kPrivateKey:
      return "a private key";
    case PemContent::kCertificatesAndKey:
      break;
  }
  return "certificate chain and private key";
}

}  // namespace

absl::StatusOr<std::string> ReadPemFile(const std::string& path, std::string_view key, PemContent content) {
  const auto wrong = [&](const std::string& what) {
    return MakeError(ErrorReason::kConfigurationInvalid, path + ": " + what + " (" + std::string(key) + ")");
  };
  std::ifstream file(path, std::ios::binary);
  std::string text(kBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad()) return wrong("cannot be read");
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > kBytesMax) return wrong("is larger than a megabyte");
  const bool certificates = absl::StrContains(text, "-----BEGIN CERTIFICATE-----");
  const bool private_key = absl::StrContains(text, " KEY-----");
  if ((!certificates && content != PemContent::kPrivateKey) || (!private_key && content != PemContent::kCertificates)) {
    return wrong("no PEM file with " + std::string(NameOf(content)));
  }
  return text;
}

}  // namespace regent
