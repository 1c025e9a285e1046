// What gRPC counts of each connection to a server of this process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/grpc/flood/own_connections.h"

namespace regent {

struct ConnectionStreams {
  int64_t id = 0;  // gRPC's own, never used twice
  OwnConnection connection;
  // Streams that were opened and that gRPC has not done with: calls under way, and those that the client has reset
  // while nobody has come round to them. A connection that was closed is listed until it has none.
  int64_t unfinished = 0;
};

// All of them, in the order in which they were opened. Thread-safe; some ten microseconds for each.
std::vector<ConnectionStreams> ReadConnectionStreams();

// Calls that the servers of this process have accepted since the beginning.
int64_t ReadStartedCalls();

// One answer of gRPC's, the JSON form of grpc.channelz.v1.GetSocketResponse. Nothing when it tells of no connection.
std::optional<ConnectionStreams> ParseConnectionStreams(std::string_view json);

}  // namespace regent
