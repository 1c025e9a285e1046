// A server under load, as a process of its own, and what it used.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/child_process.h"

namespace regent::benchmarks {

class ServerProcess {
 public:
  // Starts `arguments` and waits for a line with `sign`, behind which its address stands. Ends the program with what
  // the server said when it does not come.
  ServerProcess(const std::vector<std::string>& arguments, const std::string& sign);

  const std::string& address() const { return address_; }
  // From the start to the line.
  double start_seconds() const { return start_seconds_; }
  double cpu_seconds() const;
  double resident_mebibytes() const;
  // SIGTERM, and waits for the end.
  void Stop();

 private:
  std::unique_ptr<testing::ChildProcess> process_;
  std::string address_;
  double start_seconds_ = 0;
};

// `regent serve` on a free port, with its log in `data_dir`.
ServerProcess StartRegent(const std::string& data_dir);
ServerProcess StartEcho(size_t payload_bytes);

}  // namespace regent::benchmarks
