#include "benchmarks/server_process.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

namespace regent::benchmarks {
namespace {

std::string Contents(const std::string& path) {
  std::ifstream in(path);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

ServerProcess::ServerProcess(const std::vector<std::string>& arguments, const std::string& sign) {
  const auto begin = std::chrono::steady_clock::now();
  process_ = std::make_unique<testing::ChildProcess>(arguments);
  const std::string line = process_->WaitForLine(sign);
  start_seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const size_t at = line.find(sign);
  if (at == std::string::npos) {
    std::fprintf(stderr, "%s did not start: %s\n", arguments[0].c_str(), process_->output().c_str());
    std::exit(1);
  }
  address_ = line.substr(at + sign.size(), line.find(',', at) - at - sign.size());
}

double ServerProcess::cpu_seconds() const {
  // Behind the name, which may hold anything: user time is the 12th field, system time the 13th.
  const std::string text = Contents("/proc/" + std::to_string(process_->id()) + "/stat");
  std::istringstream rest(text.substr(text.rfind(')') + 2));
  std::string field;
  double ticks = 0;
  for (int i = 0; i < 13 && rest >> field; ++i) {
    if (i >= 11) ticks += std::atof(field.c_str());
  }
  return ticks / sysconf(_SC_CLK_TCK);
}

double ServerProcess::resident_mebibytes() const {
  const std::string text = Contents("/proc/" + std::to_string(process_->id()) + "/status");
  const size_t at = text.find("VmRSS:");
  return at == std::string::npos ? 0 : std::atof(text.c_str() + at + 6) / 1024;
}

void ServerProcess::Stop() {
  process_->Signal(SIGTERM);
  process_->Wait();
}

ServerProcess StartRegent(const std::string& data_dir) {
  return ServerProcess({testing::Runfile("cli/regent"), "serve", "--set", "regent.data.dir=" + data_dir, "--set",
                        "regent.grpc.listener=127.0.0.1:0", "--set", "listeners=http://127.0.0.1:0"},
                       "gRPC on ");
}

ServerProcess StartEcho(size_t payload_bytes) {
  return ServerProcess({testing::Runfile("benchmarks/echo/echo_server"), std::to_string(payload_bytes)},
                       "listening on ");
}

}  // namespace regent::benchmarks
