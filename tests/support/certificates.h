// Certificates for tests of TLS, made by the openssl command.
#pragma once

#include <string>

namespace regent::testing {

// An authority that nobody else knows. Aborts, saying why, when openssl does not do what it is told.
class CertificateAuthority {
 public:
  CertificateAuthority();

  // A PEM file with its certificate.
  const std::string& file() const { return file_; }
  // A PEM file with a new private key (PKCS #8), a certificate for localhost and 127.0.0.1 that it has signed, and its
  // own: for servers and for callers.
  std::string Issue(const std::string& name) const;

 private:
  std::string directory_;
  std::string file_;
};

// The whole of a file.
std::string TextOfFile(const std::string& path);

}  // namespace regent::testing
