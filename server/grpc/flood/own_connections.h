// The connections that others opened to this process, found among its descriptors and ended from outside of the library
// that reads them.
//
// gRPC tells which connection does what, but neither gives its descriptor away nor closes it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace regent {

// One end of a TCP connection. IPv4 is written as IPv6 does (::ffff:1.2.3.4), whichever of the two the socket speaks.
struct TcpEnd {
  std::array<uint8_t, 16> address{};
  uint16_t port = 0;

  // `packed` is 4 or 16 bytes in the order of the network; nothing for any other length.
  static std::optional<TcpEnd> FromPacked(std::string_view packed, uint16_t port);

  std::string ToString() const;  // "127.0.0.1:50051", "[::1]:50051"
  bool operator==(const TcpEnd&) const = default;
};

// Two ends name a TCP connection. Clients of a Unix socket have no name: all that is known is where they connected to.
struct TcpConnection {
  TcpEnd local;
  TcpEnd remote;
  bool operator==(const TcpConnection&) const = default;
};
struct UnixConnection {
  std::string path;
  bool operator==(const UnixConnection&) const = default;
};
using OwnConnection = std::variant<TcpConnection, UnixConnection>;

std::string ToString(const OwnConnection& connection);  // of the peer

// Ends these at once: what the peers sent and nobody has read yet is thrown away, whoever reads next sees an error, and
// the peers are told. A Unix socket that is named n times loses the n connections with the most unread bytes. Returns
// how many were ended; those that are gone already do not count. Thread-safe. Looks at each descriptor of the process:
// about a microsecond for each.
int EndConnections(const std::vector<OwnConnection>& connections);

}  // namespace regent
