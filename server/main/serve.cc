#include "server/main/serve.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "base/error_reason.h"
#include "base/logging.h"
#include "server/main/node.h"
#include "server/main/node_options.h"

namespace regent {
namespace {

constexpr int kExitFailed = 1;
constexpr int kExitConfiguration = 2;

int Fail(const absl::Status& status) {
  std::cerr << "regent serve: " << status.message() << std::endl;
  return ReasonOf(status) == ErrorReason::kConfigurationInvalid || ReasonOf(status) == ErrorReason::kElectionMixed
             ? kExitConfiguration
             : kExitFailed;
}

LoggingOptions LoggingOptionsFrom(const Config& config) {
  LoggingOptions options;
  options.level = *ParseLogLevel(config.Text("regent.log.level"));  // checked when it was loaded
  options.verbosity = static_cast<int>(config.Number("regent.log.verbosity"));
  options.directory = config.Text("regent.log.dir");
  return options;
}

// The logging library itself would say nothing, and write to stderr or nowhere.
absl::Status CheckLogDirectory(const std::string& directory) {
  if (directory.empty()) return absl::OkStatus();
  std::error_code error;
  const bool usable = std::filesystem::is_directory(directory, error) && access(directory.c_str(), W_OK) == 0;
  if (usable) return absl::OkStatus();
  return MakeError(ErrorReason::kConfigurationInvalid,
                   "regent.log.dir=" + directory + ": no directory that can be written to.");
}

// Whether one of the signals that RunServe blocks and waits for has come already.
bool StopIsPending() {
  sigset_t pending;
  sigemptyset(&pending);
  sigpending(&pending);
  return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
}

// What reading the log took for a while, the heap keeps for later, which is as much again as a small state.
void ReturnFreeMemory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace

int RunServe(const Config& config, std::function<std::unique_ptr<Log>(std::unique_ptr<Log>)> wrap_log) {
  // Blocked before any thread exists, so that every thread inherits it and only sigwait below sees them.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
  // A reader of our output that went away is no reason to stop.
  signal(SIGPIPE, SIG_IGN);

  const LoggingOptions logging = LoggingOptionsFrom(config);
  if (absl::Status status = CheckLogDirectory(logging.directory); !status.ok()) return Fail(status);
  InitLogging("regent", logging);
  for (const std::string& warning : config.warnings()) LOG(WARNING) << warning;
  auto options = NodeOptionsFrom(config);
  if (!options.ok()) return Fail(options.status());
  options->wrap_log = std::move(wrap_log);
  options->backends.cancelled = [] { return StopIsPending(); };
  auto node = Node::Create(*std::move(options));
  if (!node.ok() && StopIsPending()) {
    std::cout << "regent: stopped before it had a log" << std::endl;
    return 0;
  }
  if (!node.ok()) return Fail(node.status());
  const absl::Status started = (*node)->Start([node = node->get()] {
    ReturnFreeMemory();
    std::cout << "regent: serving " << node->Describe() << std::endl;
  });
  if (!started.ok()) return Fail(started);
  if ((*node)->WaitsForLog()) {
    std::cout << "regent: waits for its log, " << (*node)->Describe() << std::endl;
    LOG(WARNING) << (*node)->registry().Ready().message();
  }

  int signal_number = 0;
  sigwait(&stop_signals, &signal_number);
  LOG(INFO) << "Stopping on signal " << signal_number << ".";
  (*node)->Stop();
  std::cout << "regent: stopped" << std::endl;
  return 0;
}

}  // namespace regent
