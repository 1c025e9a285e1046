#include "base/pem_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error_reason.h"

namespace regent {
namespace {

using ::testing::HasSubstr;

constexpr char kPem[] = "base/testdata/localhost.pem";

std::string FileWith(const std::string& text) {
  const std::string path = ::testing::TempDir() + "/file.pem";
  std::ofstream(path) << text;
  return path;
}

TEST(PemFileTest, GivesTheTextOfWhatIsThere) {
  for (const PemContent content :
       {PemContent::kCertificates, PemContent::kPrivateKey, PemContent::kCertificatesAndKey}) {
    const auto text = ReadPemFile(kPem, "key", content);
    ASSERT_TRUE(text.ok()) << text.status();
    EXPECT_THAT(*text, HasSubstr("-----END CERTIFICATE-----"));
  }
}

TEST(PemFileTest, NamesFileAndSettingOfWhatIsMissing) {
  const auto refused = [](const std::string& path, PemContent content) {
    const absl::Status status = ReadPemFile(path, "ssl.keystore.location", content).status();
    EXPECT_EQ(ReasonOf(status), ErrorReason::kConfigurationInvalid) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(path));
    EXPECT_THAT(std::string(status.message()), HasSubstr("ssl.keystore.location"));
    return std::string(status.message());
  };
  EXPECT_THAT(refused("no/such.pem", PemContent::kCertificates), HasSubstr("cannot be read"));
  EXPECT_THAT(refused("/", PemContent::kCertificates), HasSubstr("/"));
  const std::string certificate = FileWith("-----BEGIN CERTIFICATE-----\n");
  EXPECT_TRUE(ReadPemFile(certificate, "key", PemContent::kCertificates).ok());
  EXPECT_THAT(refused(certificate, PemContent::kCertificatesAndKey), HasSubstr("private key"));
  EXPECT_THAT(refused(certificate, PemContent::kPrivateKey), HasSubstr("private key"));
  EXPECT_THAT(refused(FileWith("-----BEGIN PRIVATE KEY-----\n"), PemContent::kCertificates), HasSubstr("certificates"));
  EXPECT_THAT(refused(FileWith(std::string((1 << 20) + 1, '-')), PemContent::kCertificates), HasSubstr("megabyte"));
}

}  // namespace
}  // namespace regent
