// A program under test, as a real process: started, signalled and waited for by its own id.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace regent::testing {

// Use from one thread. The destructor kills what still runs.
class ChildProcess {
 public:
  // `arguments[0]` is the program's path. Both outputs are collected together.
  explicit ChildProcess(const std::vector<std::string>& arguments);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t id() const { return id_; }
  void Signal(int number);

  // Blocks until the output holds `text` and gives the line it stands in; "" when the process ended without it, or
  // after a minute.
  std::string WaitForLine(const std::string& text);

  // Blocks until it ended. The exit code, or 128 + the signal that ended it; -1 when it still runs after a minute.
  int Wait();

  // What it has written so far.
  std::string output() const;

 private:
  void Read(int pipe);

  pid_t id_ = -1;
  int exit_code_ = -1;
  bool ended_ = false;
  std::thread reader_;
  mutable Mutex mutex_;
  CondVar changed_;
  std::string output_ GUARDED_BY(mutex_);
  bool closed_ GUARDED_BY(mutex_) = false;
};

// The path of a file that the test's `data` names, e.g. "cli/regent".
std::string Runfile(const std::string& path);

// A new empty directory under the test's own.
std::string NewDirectory(const std::string& name);

}  // namespace regent::testing
