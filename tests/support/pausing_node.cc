// A node that stops itself (SIGSTOP) between deciding on a write and appending it, when a test asks for it by making
// the file $REGENT_TEST_PAUSE.<process id>: the append then comes late for certain. `regent serve` has no such thing.
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "tests/support/wrapped_node.h"

namespace regent::testing {
namespace {

class PausingLog : public WrappedLog {
 public:
  PausingLog(std::unique_ptr<Log> log, std::string sign) : WrappedLog(std::move(log)), sign_(std::move(sign)) {}

  void Append(absl::Span<const Record> records, AppendDone done) override {
    // What is decided under the claim at hand, and not the claim itself.
    if (!records[0].headers.empty() && unlink(sign_.c_str()) == 0) raise(SIGSTOP);
    WrappedLog::Append(records, std::move(done));
  }

 private:
  const std::string sign_;
};

}  // namespace
}  // namespace regent::testing

int main(int argc, char** argv) {
  const char* sign = std::getenv("REGENT_TEST_PAUSE");
  if (sign == nullptr) std::abort();
  return regent::testing::RunWrappedNode(argc, argv,
                                         [&](std::unique_ptr<regent::Log> log) -> std::unique_ptr<regent::Log> {
                                           return std::make_unique<regent::testing::PausingLog>(
                                               std::move(log), std::string(sign) + "." + std::to_string(getpid()));
                                         });
}
