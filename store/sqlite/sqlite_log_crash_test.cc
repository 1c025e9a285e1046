// Kills a process in the middle of its appends, again and again, and looks for what it said was there.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <map>
#include <random>
#include <sstream>

#include "base/error_reason.h"
#include "gtest/gtest.h"
#include "store/log_testing.h"
#include "store/sqlite/sqlite_log.h"
#include "store/sqlite/temporary_directory.h"
#include "tools/cpp/runfiles/runfiles.h"

namespace regent {
namespace {

using bazel::tools::cpp::runfiles::Runfiles;

constexpr int kKills = 20;

// A child that writes, and what it said so far.
class Child {
 public:
  Child(const std::string& program, const std::string& directory, const std::string& run) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execl(program.c_str(), program.c_str(), directory.c_str(), run.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    out_ = ends[0];
  }
  ~Child() {
    Kill();
    close(out_);
  }

  // Takes what the child says until `until`, or until it ends.
  void Listen(std::chrono::steady_clock::time_point until) {
    while (true) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      pollfd ready{out_, POLLIN, 0};
      if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) <= 0) return;
      if (!ReadSome()) return;
    }
  }
  bool WaitUntilReady() {
    const auto deadline = std::chrono::steady_clock::now() + kTestPatience;
    while (said_.find('\n') == std::string::npos && std::chrono::steady_clock::now() < deadline) {
      if (!ReadSome()) break;
    }
    return said_.rfind("ready\n", 0) == 0;
  }
  // As a power switch would, as far as the process is concerned.
  void Kill() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
    while (ReadSome()) continue;
  }
  pid_t pid() const { return pid_; }

  // The offset of every record acknowledged, by its key. A last line that is cut off was not said.
  std::map<std::string, int64_t> Acknowledged() const {
    std::map<std::string, int64_t> out;
    std::istringstream lines(said_.substr(0, said_.rfind('\n') + 1));
    std::string line;
    std::getline(lines, line);  // ready
    while (std::getline(lines, line)) {
      const size_t space = line.find(' ');
      out[line.substr(space + 1)] = std::stoll(line.substr(0, space));
    }
    return out;
  }

 private:
  bool ReadSome() {
    char bytes[65536];
    const ssize_t size = read(out_, bytes, sizeof(bytes));
    if (size > 0) said_.append(bytes, size);
    return size > 0;
  }

  pid_t pid_ = -1;
  int out_ = -1;
  std::string said_;
};

std::string ChildProgram() {
  std::string error;
  const std::unique_ptr<Runfiles> runfiles(Runfiles::CreateForTest(&error));
  EXPECT_NE(runfiles, nullptr) << error;
  return runfiles == nullptr ? "" : runfiles->Rlocation("regent/store/sqlite/crash_child");
}

std::map<std::string, int64_t> OffsetsIn(const std::string& directory) {
  std::map<std::string, int64_t> out;
  SqliteLogOptions options;
  options.directory = directory;
  const absl::StatusOr<std::unique_ptr<Log>> log = OpenSqliteLog(options);
  EXPECT_TRUE(log.ok()) << log.status();
  if (!log.ok()) return out;
  RecordingSink sink;
  EXPECT_TRUE((*log)->StartReading(Offset(0), &sink).ok());
  EXPECT_TRUE(sink.WaitForCaughtUp());
  (*log)->Close();
  for (const LogRecord& record : sink.records()) {
    EXPECT_TRUE(out.emplace(record.record.key, record.offset.value()).second) << record.record.key << " stands twice";
  }
  return out;
}

TEST(SqliteLogCrashTest, WhatWasAcknowledgedSurvivesEveryKill) {
  const std::string program = ChildProgram();
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  SCOPED_TRACE("seed " + std::to_string(seed));
  TemporaryDirectory temporary;
  std::map<std::string, int64_t> acknowledged;
  for (int run = 0; run < kKills; ++run) {
    Child child(program, temporary.path() + "/data", std::to_string(run));
    ASSERT_TRUE(child.WaitUntilReady());
    const std::chrono::milliseconds life(std::uniform_int_distribution<int>(0, 250)(random));
    child.Listen(std::chrono::steady_clock::now() + life);
    child.Kill();
    for (const auto& [key, offset] : child.Acknowledged()) acknowledged[key] = offset;
    const std::map<std::string, int64_t> found = OffsetsIn(temporary.path() + "/data");
    for (const auto& [key, offset] : acknowledged) {
      const auto there = found.find(key);
      ASSERT_NE(there, found.end()) << key << " is lost after kill " << run;
      ASSERT_EQ(there->second, offset) << key << " has moved";
    }
    // What nobody acknowledged may have landed: no more of it than was on its way.
    EXPECT_LE(found.size(), acknowledged.size() + 32 * (run + 1));
  }
  std::printf("FIGURE %zu acknowledged records survived %d kills (seed %u)\n", acknowledged.size(), kKills, seed);
  EXPECT_GT(acknowledged.size(), 0u);
}

TEST(SqliteLogCrashTest, ASecondProcessIsToldWhoHoldsTheDirectory) {
  TemporaryDirectory temporary;
  Child child(ChildProgram(), temporary.path(), "0");
  ASSERT_TRUE(child.WaitUntilReady());
  SqliteLogOptions options;
  options.directory = temporary.path();
  const absl::Status status = OpenSqliteLog(options).status();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kLogLocked) << status;
  const std::string message(status.message());
  EXPECT_NE(message.find("process " + std::to_string(child.pid()) + ":"), std::string::npos) << message;
  EXPECT_NE(message.find(temporary.path()), std::string::npos) << message;
  child.Kill();
  EXPECT_TRUE(OpenSqliteLog(options).ok());
}

}  // namespace
}  // namespace regent
