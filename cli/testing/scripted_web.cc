#include "cli/testing/scripted_web.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace regent::cli {

ScriptedWeb::ScriptedWeb(Answer answer) : answer_(std::move(answer)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
  listen(listener_, 16);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  accepter_ = std::thread([this] { Accept(); });
}

ScriptedWeb::~ScriptedWeb() {
  shutdown(listener_, SHUT_RDWR);
  accepter_.join();
  std::vector<std::thread> servers;
  {
    MutexLock lock(&mutex_);
    for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
    servers.swap(servers_);
  }
  for (std::thread& server : servers) server.join();
  for (const int socket : sockets_) close(socket);
  close(listener_);
}

void ScriptedWeb::Accept() {
  while (true) {
    const int socket = accept(listener_, nullptr, nullptr);
    if (socket < 0) return;
    ++connections_;
    MutexLock lock(&mutex_);
    sockets_.push_back(socket);
    servers_.emplace_back([this, socket] { Serve(socket); });
  }
}

void ScriptedWeb::Serve(int socket) {
  std::string received;
  char buffer[4096];
  while (true) {
    const size_t end = received.find("\r\n\r\n");
    if (end == std::string::npos) {
      const ssize_t size = recv(socket, buffer, sizeof(buffer), 0);
      if (size <= 0) return;
      received.append(buffer, size);
      continue;
    }
    const std::string head = received.substr(0, end);
    received.erase(0, end + 4);
    const size_t target = head.find(' ') + 1;
    const std::string answer = answer_(head.substr(target, head.find(' ', target) - target), head);
    if (answer.empty() || send(socket, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) {
      shutdown(socket, SHUT_RDWR);
      return;
    }
  }
}

std::string ScriptedWeb::Reply(int status, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Said\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

}  // namespace regent::cli
