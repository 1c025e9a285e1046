// Keeps a number of gRPC calls in flight, as so many callers would, and counts what came of them. Messages are bytes:
// the same client, at the same cost, loads any method of any server.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace regent::benchmarks {

struct LoadOptions {
  std::string target;
  std::string method;  // "/regent.v1.SchemaRegistry/GetSchema"
  int in_flight = 64;
  int channels = 2;
  int threads = 2;
  // Ends after so many seconds, or after so many calls, whichever is set.
  double seconds = 0;
  uint64_t calls = 0;
};

struct LoadResult {
  double seconds = 0;
  uint64_t calls = 0;
  uint64_t errors = 0;
  std::string first_error;
  double client_cpu_seconds = 0;
  std::vector<uint32_t> micros;  // of each call, sorted

  double rate() const { return calls / seconds; }
  // 0.5 for the median; in milliseconds.
  double quantile(double q) const;
};

// The bytes of the request of call number n, from 0. Called by several threads.
using MakeRequest = std::function<std::string(uint64_t n)>;

LoadResult RunLoad(const LoadOptions& options, const MakeRequest& request);

// One call; the answer's bytes, or nothing after printing the error.
std::string CallOnce(const std::string& target, const std::string& method, const std::string& request);

}  // namespace regent::benchmarks
