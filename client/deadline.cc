#include "client/deadline.h"

#include <algorithm>

namespace regent::client {

SteadyTime DeadlineAfter(std::chrono::milliseconds timeout) {
  const SteadyTime now = SystemClock()->Now();
  const auto longest = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyTime::max() - now);
  if (timeout >= longest) return SteadyTime::max();
  return now + std::max(timeout, std::chrono::milliseconds(0));
}

std::chrono::system_clock::time_point ToWall(SteadyTime deadline) {
  using Wall = std::chrono::system_clock;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SystemClock()->Now());
  const Wall::time_point now = Wall::now();
  if (left >= std::chrono::duration_cast<std::chrono::milliseconds>(Wall::time_point::max() - now)) {
    return Wall::time_point::max();
  }
  return now + left;
}

}  // namespace regent::client
