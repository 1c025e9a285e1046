// Closed-loop load over HTTP/1.1: so many connections, one request after the other on each, from one thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>

namespace regent::benchmarks {

struct LoadResult {
  int64_t requests = 0;
  int64_t failures = 0;  // answers other than 200
  double seconds = 0;
  double server_cpu_seconds = 0;  // of the process `server`, user and system
  double p50_us = 0;
  double p99_us = 0;

  double PerSecond() const { return requests / seconds; }
  double CpuMicrosPerRequest() const { return server_cpu_seconds * 1e6 / requests; }
};

// `next` gives the bytes of each request; it runs `requests` times in all.
LoadResult RunLoad(uint16_t port, pid_t server, int connections, int64_t requests,
                   const std::function<std::string()>& next);

std::string GetRequest(const std::string& path);
std::string PostRequest(const std::string& path, const std::string& body);

}  // namespace regent::benchmarks
