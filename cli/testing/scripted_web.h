// A web server that answers what a test writes down, on a free port of loopback.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace regent::cli {

class ScriptedWeb {
 public:
  // The whole answer, head and all, for a request's target and head. Empty: the connection is closed without one.
  using Answer = std::function<std::string(const std::string& target, const std::string& head)>;

  explicit ScriptedWeb(Answer answer);
  ~ScriptedWeb();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }

  // An answer with this status and body, after which the connection is kept.
  static std::string Reply(int status, const std::string& body);

 private:
  void Accept();
  void Serve(int socket);

  const Answer answer_;
  const int listener_;
  int port_ = 0;
  std::atomic<int> connections_{0};
  Mutex mutex_;
  std::vector<int> sockets_ GUARDED_BY(mutex_);
  std::vector<std::thread> servers_ GUARDED_BY(mutex_);
  std::thread accepter_;
};

}  // namespace regent::cli
