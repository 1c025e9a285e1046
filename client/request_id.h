#pragma once

#include <string>

namespace regent::client {

// A random UUID (version 4), new every time. Thread-safe.
std::string NewRequestId();

}  // namespace regent::client
