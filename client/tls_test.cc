#include "client/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent::client {
namespace {

using ::testing::HasSubstr;

constexpr char kCertificate[] = "-----BEGIN CERTIFICATE-----\n";
constexpr char kKey[] = "-----BEGIN PRIVATE KEY-----\n";

TEST(TlsOptionsTest, TheSystemsAuthoritiesAndNoCertificateWillDo) { EXPECT_TRUE(TlsOptions().Validate().ok()); }

TEST(TlsOptionsTest, NamesTheFieldThatIsWrong) {
  const auto problem = [](const TlsOptions& options) {
    const absl::Status status = options.Validate();
    EXPECT_EQ(ReasonOf(status), ErrorReason::kConfigurationInvalid) << status;
    return std::string(status.message());
  };
  EXPECT_TRUE(TlsOptions({kCertificate, kCertificate, kKey}).Validate().ok());
  EXPECT_THAT(problem({"ca.pem", "", ""}), HasSubstr("root_certificates"));
  EXPECT_THAT(problem({"", kCertificate, ""}), HasSubstr("only together"));
  EXPECT_THAT(problem({"", "", kKey}), HasSubstr("only together"));
  EXPECT_THAT(problem({"", "me.pem", kKey}), HasSubstr("certificate_chain"));
  EXPECT_THAT(problem({"", kCertificate, "me.key"}), HasSubstr("private_key"));
}

}  // namespace
}  // namespace regent::client
