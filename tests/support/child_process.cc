#include "tests/support/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

namespace regent::testing {
namespace {

constexpr std::chrono::seconds kPatience{60};

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
  id_ = fork();
  if (id_ == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(ends[1]);
  reader_ = std::thread([this, pipe = ends[0]] { Read(pipe); });
}

ChildProcess::~ChildProcess() {
  if (!ended_) {
    Signal(SIGKILL);
    Wait();
  }
  reader_.join();
}

void ChildProcess::Signal(int number) {
  if (!ended_) kill(id_, number);
}

void ChildProcess::Read(int pipe) {
  char buffer[4096];
  for (ssize_t got; (got = read(pipe, buffer, sizeof(buffer))) > 0;) {
    MutexLock lock(&mutex_);
    output_.append(buffer, got);
    changed_.NotifyAll();
  }
  close(pipe);
  MutexLock lock(&mutex_);
  closed_ = true;
  changed_.NotifyAll();
}

std::string ChildProcess::WaitForLine(const std::string& text) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  MutexLock lock(&mutex_);
  while (true) {
    const size_t at = output_.find(text);
    const size_t end = at == std::string::npos ? at : output_.find('\n', at);
    if (end != std::string::npos) {
      const size_t begin = output_.rfind('\n', at);
      return output_.substr(begin == std::string::npos ? 0 : begin + 1,
                            end - (begin == std::string::npos ? 0 : begin + 1));
    }
    if (closed_ || !changed_.WaitUntil(&mutex_, deadline)) return "";
  }
}

int ChildProcess::Wait() {
  if (ended_) return exit_code_;
  {
    // Its end of the pipe closes when it ends.
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    MutexLock lock(&mutex_);
    while (!closed_) {
      if (!changed_.WaitUntil(&mutex_, deadline)) return -1;
    }
  }
  int status = 0;
  if (waitpid(id_, &status, 0) != id_) return -1;
  ended_ = true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return exit_code_;
}

std::string ChildProcess::output() const {
  MutexLock lock(&mutex_);
  return output_;
}

std::string Runfile(const std::string& path) {
  const char* root = std::getenv("TEST_SRCDIR");
  const char* workspace = std::getenv("TEST_WORKSPACE");
  if (root == nullptr || workspace == nullptr) return path;
  return std::string(root) + "/" + workspace + "/" + path;
}

std::string NewDirectory(const std::string& name) {
  const char* root = std::getenv("TEST_TMPDIR");
  std::string path = std::string(root ? root : "/tmp") + "/" + name + "-XXXXXX";
  if (mkdtemp(path.data()) == nullptr) std::abort();
  return path;
}

}  // namespace regent::testing
