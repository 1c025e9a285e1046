#include "tests/support/certificates.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <vector>

#include "tests/support/child_process.h"

namespace regent::testing {
namespace {

void OpenSsl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "/usr/bin/openssl");
  ChildProcess process(arguments);
  if (process.Wait() == 0) return;
  std::cerr << "openssl " << arguments[1] << ": " << process.output() << std::endl;
  std::abort();
}

}  // namespace

std::string TextOfFile(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

CertificateAuthority::CertificateAuthority() : directory_(NewDirectory("authority")), file_(directory_ + "/ca.pem") {
  OpenSsl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
           "/CN=Authority of a test", "-keyout", directory_ + "/ca.key", "-out", file_});
}

std::string CertificateAuthority::Issue(const std::string& name) const {
  const std::string path = directory_ + "/" + name;
  OpenSsl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=" + name,
           "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", path + ".key", "-out", path + ".csr"});
  OpenSsl({"x509", "-req", "-days", "2", "-in", path + ".csr", "-CA", file_, "-CAkey", directory_ + "/ca.key",
           "-CAcreateserial", "-copy_extensions", "copy", "-out", path + ".crt"});
  std::ofstream(path + ".pem") << TextOfFile(path + ".key") << TextOfFile(path + ".crt") << TextOfFile(file_);
  return path + ".pem";
}

}  // namespace regent::testing
