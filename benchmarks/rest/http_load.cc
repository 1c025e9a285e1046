#include "benchmarks/rest/http_load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <vector>

namespace regent::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;

double CpuSeconds(pid_t process) {
  std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  std::getline(stat, line);
  const size_t after_name = line.rfind(')');
  long user = 0;
  long system = 0;
  std::sscanf(line.c_str() + after_name + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system);
  return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

int Connect(uint16_t port) {
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) std::abort();
  const int on = 1;
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return connection;
}

struct Connection {
  int socket = -1;
  std::string answer;
  Clock::time_point sent;
};

// The length of the first whole answer; 0 while it is not there yet.
size_t AnswerLength(const std::string& answer) {
  const size_t head = answer.find("\r\n\r\n");
  if (head == std::string::npos) return 0;
  const size_t length = answer.find("Content-Length: ");
  const size_t body = length < head ? std::strtoull(answer.c_str() + length + 16, nullptr, 10) : 0;
  return answer.size() >= head + 4 + body ? head + 4 + body : 0;
}

}  // namespace

LoadResult RunLoad(uint16_t port, pid_t server, int connections, int64_t requests,
                   const std::function<std::string()>& next) {
  std::vector<Connection> all(static_cast<size_t>(connections));
  const int poll = epoll_create1(0);
  for (size_t i = 0; i < all.size(); ++i) {
    all[i].socket = Connect(port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    epoll_ctl(poll, EPOLL_CTL_ADD, all[i].socket, &event);
  }
  LoadResult result;
  std::vector<double> latencies;
  latencies.reserve(static_cast<size_t>(requests));
  int64_t begun = 0;
  const auto send_next = [&](Connection* connection) {
    if (begun == requests) return;
    ++begun;
    const std::string request = next();
    connection->sent = Clock::now();
    if (write(connection->socket, request.data(), request.size()) != static_cast<ssize_t>(request.size())) std::abort();
  };
  const double cpu = CpuSeconds(server);
  const auto start = Clock::now();
  for (Connection& connection : all) send_next(&connection);
  std::vector<epoll_event> events(256);
  char piece[65536];
  while (result.requests < std::min(begun, requests) || begun < requests) {
    const int ready = epoll_wait(poll, events.data(), static_cast<int>(events.size()), 60000);
    if (ready <= 0) std::abort();
    for (int i = 0; i < ready; ++i) {
      Connection& connection = all[events[static_cast<size_t>(i)].data.u64];
      const ssize_t got = read(connection.socket, piece, sizeof(piece));
      if (got <= 0) std::abort();
      connection.answer.append(piece, static_cast<size_t>(got));
      const size_t length = AnswerLength(connection.answer);
      if (length == 0) continue;
      latencies.push_back(std::chrono::duration<double, std::micro>(Clock::now() - connection.sent).count());
      result.failures += connection.answer.compare(9, 3, "200") != 0;
      connection.answer.erase(0, length);
      ++result.requests;
      send_next(&connection);
    }
  }
  result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  result.server_cpu_seconds = CpuSeconds(server) - cpu;
  for (Connection& connection : all) close(connection.socket);
  close(poll);
  std::sort(latencies.begin(), latencies.end());
  result.p50_us = latencies[latencies.size() / 2];
  result.p99_us = latencies[latencies.size() * 99 / 100];
  return result;
}

std::string GetRequest(const std::string& path) { return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"; }

std::string PostRequest(const std::string& path, const std::string& body) {
  return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/vnd.schemaregistry.v1+json\r\n" +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace regent::benchmarks
