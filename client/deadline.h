// Deadlines that do not overflow, whatever a caller calls a long time.
#pragma once

#include <chrono>

#include "base/clock.h"

namespace regent::client {

// `timeout` from now; SteadyTime::max(), which is never, for what lies beyond it. At once for one below zero.
SteadyTime DeadlineAfter(std::chrono::milliseconds timeout);

// The same moment on the wall's clock, as gRPC takes deadlines; its maximum for what lies beyond it.
std::chrono::system_clock::time_point ToWall(SteadyTime deadline);

}  // namespace regent::client
