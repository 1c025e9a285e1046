#include "server/grpc/flood/own_connections.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

namespace regent {
namespace {

// A listener and what connected to it: both ends are in this process, as if the clients were somebody else.
class Listening {
 public:
  Listening(const sockaddr* address, socklen_t size) : listener_(socket(address->sa_family, SOCK_STREAM, 0)) {
    EXPECT_EQ(bind(listener_, address, size), 0) << std::strerror(errno);
    EXPECT_EQ(listen(listener_, 10), 0);
    name_size_ = sizeof(name_);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&name_), &name_size_);
  }
  ~Listening() {
    for (const int descriptor : descriptors_) close(descriptor);
    close(listener_);
  }

  struct Pair {
    int client;
    int server;
  };
  Pair Connect(int family = 0) {
    sockaddr_storage to = name_;
    socklen_t size = name_size_;
    if (family == AF_INET && name_.ss_family == AF_INET6) {
      sockaddr_in in{};
      in.sin_family = AF_INET;
      in.sin_port = reinterpret_cast<const sockaddr_in6&>(name_).sin6_port;
      in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      std::memcpy(&to, &in, sizeof(in));
      size = sizeof(in);
    }
    const int client = socket(to.ss_family, SOCK_STREAM, 0);
    EXPECT_EQ(connect(client, reinterpret_cast<sockaddr*>(&to), size), 0) << std::strerror(errno);
    const int server = accept(listener_, nullptr, nullptr);
    EXPECT_GE(server, 0);
    descriptors_.push_back(client);
    descriptors_.push_back(server);
    return {client, server};
  }

 private:
  const int listener_;
  sockaddr_storage name_{};
  socklen_t name_size_ = 0;
  std::vector<int> descriptors_;
};

Listening OnIpv4() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return Listening(reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

Listening OnIpv6(const in6_addr& host) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = host;
  return Listening(reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

// As gRPC tells of the connection: IPv4 in four bytes, even where the socket speaks IPv6.
TcpConnection ConnectionOf(int server) {
  const auto end = [](const sockaddr_storage& name) {
    if (name.ss_family == AF_INET) {
      const auto& in = reinterpret_cast<const sockaddr_in&>(name);
      return *TcpEnd::FromPacked({reinterpret_cast<const char*>(&in.sin_addr), 4}, ntohs(in.sin_port));
    }
    const auto& in = reinterpret_cast<const sockaddr_in6&>(name);
    const char* const bytes = reinterpret_cast<const char*>(&in.sin6_addr);
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&in.sin6_addr);
    return *TcpEnd::FromPacked(mapped ? std::string_view(bytes + 12, 4) : std::string_view(bytes, 16),
                               ntohs(in.sin6_port));
  };
  sockaddr_storage local{};
  sockaddr_storage remote{};
  socklen_t size = sizeof(local);
  getsockname(server, reinterpret_cast<sockaddr*>(&local), &size);
  size = sizeof(remote);
  getpeername(server, reinterpret_cast<sockaddr*>(&remote), &size);
  return {end(local), end(remote)};
}

void Say(int descriptor, const std::string& text) {
  ASSERT_EQ(send(descriptor, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
}

std::string Hear(int descriptor) {
  char buffer[100];
  const ssize_t size = recv(descriptor, buffer, sizeof(buffer), 0);
  if (size < 0) return std::strerror(errno);
  return std::string(buffer, static_cast<size_t>(size));
}

void ExpectEnded(const Listening::Pair& pair) {
  EXPECT_EQ(Hear(pair.client), std::strerror(ECONNRESET));
  // What was sent before is gone as well.
  EXPECT_EQ(Hear(pair.server), std::strerror(ECONNRESET));
}

void ExpectAlive(const Listening::Pair& pair) {
  Say(pair.client, "well");
  EXPECT_EQ(Hear(pair.server), "well");
}

TEST(OwnConnectionsTest, EndsTheOneAndDropsWhatNobodyHasRead) {
  Listening listening = OnIpv4();
  const auto innocent = listening.Connect();
  const auto guilty = listening.Connect();
  Say(guilty.client, "more than anybody can read");
  EXPECT_EQ(EndConnections({ConnectionOf(guilty.server)}), 1);
  ExpectEnded(guilty);
  ExpectAlive(innocent);
}

TEST(OwnConnectionsTest, EndsSeveralAtOnce) {
  Listening listening = OnIpv4();
  const auto innocent = listening.Connect();
  const auto one = listening.Connect();
  const auto two = listening.Connect();
  EXPECT_EQ(EndConnections({ConnectionOf(one.server), ConnectionOf(two.server)}), 2);
  ExpectEnded(one);
  ExpectEnded(two);
  ExpectAlive(innocent);
}

TEST(OwnConnectionsTest, FindsIpv6AndIpv4OnASocketOfIpv6) {
  Listening listening = OnIpv6(in6addr_any);
  const auto six = listening.Connect();
  const auto four = listening.Connect(AF_INET);
  EXPECT_EQ(EndConnections({ConnectionOf(four.server)}), 1);
  ExpectEnded(four);
  ExpectAlive(six);
  EXPECT_EQ(EndConnections({ConnectionOf(six.server)}), 1);
  ExpectEnded(six);
}

TEST(OwnConnectionsTest, TheClientsEndIsNotTheServers) {
  Listening listening = OnIpv4();
  const auto pair = listening.Connect();
  TcpConnection connection = ConnectionOf(pair.server);
  // A connection of this process to the same port elsewhere.
  connection.local.address[15] = 77;
  EXPECT_EQ(EndConnections({connection}), 0);
  ExpectAlive(pair);
}

TEST(OwnConnectionsTest, WhatIsGoneDoesNotCount) {
  TcpConnection gone;
  {
    Listening listening = OnIpv4();
    gone = ConnectionOf(listening.Connect().server);
  }
  EXPECT_EQ(EndConnections({gone}), 0);
  EXPECT_EQ(EndConnections({}), 0);
}

TEST(OwnConnectionsTest, OfAUnixSocketTheOneWithMostUnread) {
  char directory[] = "/tmp/regent-XXXXXX";
  ASSERT_NE(mkdtemp(directory), nullptr);
  const std::string path = std::string(directory) + "/sock";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  {
    Listening listening(reinterpret_cast<sockaddr*>(&address), sizeof(address));
    const auto innocent = listening.Connect();
    const auto guilty = listening.Connect();
    Say(guilty.client, "more than anybody can read");
    EXPECT_EQ(EndConnections({UnixConnection{path + "2"}}), 0);
    EXPECT_EQ(EndConnections({UnixConnection{path}}), 1);
    EXPECT_EQ(Hear(guilty.server), "");
    EXPECT_EQ(Hear(guilty.client), "");
    ExpectAlive(innocent);
  }
  unlink(path.c_str());
  rmdir(directory);
}

TEST(OwnConnectionsTest, NamesPeers) {
  EXPECT_EQ(TcpEnd::FromPacked({"\x7f\0\0\1", 4}, 8)->ToString(), "127.0.0.1:8");
  EXPECT_EQ(TcpEnd::FromPacked(std::string(15, '\0') + '\1', 9)->ToString(), "[::1]:9");
  EXPECT_EQ(TcpEnd::FromPacked("12345", 9), std::nullopt);
  EXPECT_EQ(ToString(UnixConnection{"/run/x"}), "a client of unix:/run/x");
}

}  // namespace
}  // namespace regent
