// `regent serve` as a real process on a free port of loopback.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "client/registry_client.h"
#include "tests/support/child_process.h"

namespace regent::testing {

// Use from one thread; clients may be used from any.
class NodeProcess {
 public:
  // Starts it on `data_dir` with further --set KEY=VALUE settings and waits until it serves. An empty address() tells
  // that it does not; then output() tells why.
  explicit NodeProcess(const std::string& data_dir, const std::vector<std::string>& settings = {},
                       const std::string& program = "cli/regent");

  const std::string& address() const { return address_; }
  // "http://127.0.0.1:40123".
  const std::string& rest_url() const { return rest_url_; }
  std::string output() const { return process_->output(); }
  client::RegistryClient Client() const;
  // The epoch of the last claim of its own that the node speaks of; 0: none.
  int64_t ClaimedEpoch() const;
  void Signal(int number) { process_->Signal(number); }
  int Wait() { return process_->Wait(); }
  pid_t id() const { return process_->id(); }

 private:
  std::unique_ptr<ChildProcess> process_;
  std::string address_;
  std::string rest_url_;
};

}  // namespace regent::testing
