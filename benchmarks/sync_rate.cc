#include "benchmarks/sync_rate.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>

namespace regent::benchmarks {

double SyncsPerSecond(const std::string& directory, double seconds) {
  using std::chrono::steady_clock;
  const auto since = [](steady_clock::time_point start) {
    return std::chrono::duration<double>(steady_clock::now() - start).count();
  };
  const std::string path = directory + "/sync";
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return 0;
  const std::string bytes(4096 * 4, 'x');
  constexpr int kPlaces = 250;
  for (int i = 0; i < kPlaces; ++i) {
    if (pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(i) * bytes.size()) < 0) return 0;
  }
  fsync(fd);
  const auto start = steady_clock::now();
  int syncs = 0;
  while (since(start) < seconds) {
    const off_t place = static_cast<off_t>(syncs % kPlaces) * bytes.size();
    if (pwrite(fd, bytes.data(), bytes.size(), place) < 0 || fdatasync(fd) != 0) return 0;
    ++syncs;
  }
  const double rate = syncs / since(start);
  close(fd);
  unlink(path.c_str());
  return rate;
}

}  // namespace regent::benchmarks
