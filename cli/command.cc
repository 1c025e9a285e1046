#include "cli/command.h"

namespace regent::cli {

const std::vector<Flag>& GlobalFlags() {
  static const auto* const flags = new std::vector<Flag>{
      {"server", "HOST:PORT,...", "the registry's servers (else $REGENT_SERVER, else 127.0.0.1:50051)"},
      {"registry", "ID", "refuse servers of another registry (else $REGENT_REGISTRY, else any)"},
      {"ca-file", "FILE", "speak TLS; who signs the servers' certificates, PEM (else $REGENT_CA_FILE)"},
      {"cert-file", "FILE", "the certificate to show where one is asked for, PEM (else $REGENT_CERT_FILE)"},
      {"key-file", "FILE", "its private key (else $REGENT_KEY_FILE)"},
      {"output", "text|json", "for people (the default), or one JSON document"},
      {"timeout", "DURATION", "how long to wait for an answer, e.g. 500ms or 10s (default 30s)"},
      {"help", "", "say how to use the command"},
  };
  return *flags;
}

}  // namespace regent::cli
