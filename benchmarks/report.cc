#include "benchmarks/report.h"

#include <cstdarg>
#include <cstdio>
#include <fstream>
#include <thread>
#include <utility>

namespace regent::benchmarks {
namespace {

std::string Processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

}  // namespace

Report::Report(const std::string& title, std::string markdown) : markdown_(std::move(markdown)) {
  double load = 0;
  std::ifstream("/proc/loadavg") >> load;
  Line("# " + title + "\n");
  Print("%s, %u cores; load average at the start %.2f.", Processor().c_str(), std::thread::hardware_concurrency(),
        load);
}

void Report::Line(const std::string& text) {
  std::printf("%s\n", text.c_str());
  std::fflush(stdout);
  text_ += text + "\n";
}

void Report::Print(const char* format, ...) {
  char buffer[1024];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(buffer, sizeof(buffer), format, arguments);
  va_end(arguments);
  Line(buffer);
}

void Report::Save() const {
  if (!markdown_.empty()) std::ofstream(markdown_) << text_;
}

}  // namespace regent::benchmarks
