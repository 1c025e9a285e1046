#include "tests/support/http2_abuser.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>

namespace regent::testing {
namespace {

// The frames of RFC 9113.
constexpr char kPreface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr char kUnix[] = "unix:";
constexpr uint8_t kHeaders = 1;
constexpr uint8_t kReset = 3;
constexpr uint8_t kSettings = 4;
constexpr uint8_t kEndHeaders = 4;
constexpr uint32_t kCancel = 8;

std::string Frame(uint8_t type, uint8_t flags, uint32_t stream, const std::string& payload) {
  std::string frame;
  for (const int shift : {16, 8, 0}) frame.push_back(static_cast<char>(payload.size() >> shift));
  frame.push_back(static_cast<char>(type));
  frame.push_back(static_cast<char>(flags));
  for (const int shift : {24, 16, 8, 0}) frame.push_back(static_cast<char>(stream >> shift));
  return frame + payload;
}

// A header of RFC 7541 that nobody remembers, its texts as they are. Both are short.
std::string Header(const std::string& name, const std::string& value) {
  std::string out(1, '\0');
  out.append(1, static_cast<char>(name.size())).append(name);
  return out.append(1, static_cast<char>(value.size())).append(value);
}

int Connected(int descriptor, const sockaddr* server, socklen_t size) {
  if (descriptor < 0 || connect(descriptor, server, size) == 0) return descriptor;
  close(descriptor);
  return -1;
}

int ConnectTcp(const std::string& address) {
  const size_t colon = address.rfind(':');
  sockaddr_in server{};
  server.sin_family = AF_INET;
  server.sin_port = htons(static_cast<uint16_t>(std::atoi(address.c_str() + colon + 1)));
  inet_pton(AF_INET, address.substr(0, colon).c_str(), &server.sin_addr);
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return Connected(descriptor, reinterpret_cast<sockaddr*>(&server), sizeof(server));
}

int ConnectUnix(const std::string& path) {
  sockaddr_un server{};
  server.sun_family = AF_UNIX;
  path.copy(server.sun_path, sizeof(server.sun_path) - 1);
  return Connected(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), reinterpret_cast<sockaddr*>(&server),
                   sizeof(server));
}

}  // namespace

Http2Abuser::Http2Abuser(const std::string& address) {
  socket_ = address.rfind(kUnix, 0) == 0 ? ConnectUnix(address.substr(sizeof(kUnix) - 1)) : ConnectTcp(address);
  if (socket_ >= 0 && !Send(kPreface + Frame(kSettings, 0, 0, ""))) {
    close(socket_);
    socket_ = -1;
  }
}

Http2Abuser::~Http2Abuser() {
  if (socket_ >= 0) close(socket_);
}

bool Http2Abuser::OpenAndReset(const std::string& path, int count) {
  const std::string headers = Header(":method", "POST") + Header(":scheme", "http") + Header(":path", path) +
                              Header(":authority", "regent") + Header("content-type", "application/grpc") +
                              Header("te", "trailers");
  std::string code;
  for (const int shift : {24, 16, 8, 0}) code.push_back(static_cast<char>(kCancel >> shift));
  std::string frames;
  for (int i = 0; i < count; ++i) {
    frames += Frame(kHeaders, kEndHeaders, next_stream_, headers) + Frame(kReset, 0, next_stream_, code);
    next_stream_ += 2;
  }
  return Send(frames);
}

bool Http2Abuser::Send(const std::string& bytes) {
  char sink[16384];
  for (size_t sent = 0; sent < bytes.size();) {
    pollfd ready{socket_, POLLIN | POLLOUT, 0};
    if (poll(&ready, 1, 5000) <= 0) return false;
    if ((ready.revents & POLLIN) != 0) {
      const ssize_t got = recv(socket_, sink, sizeof(sink), MSG_DONTWAIT);
      if (got == 0 || (got < 0 && errno != EAGAIN)) return false;
    }
    if ((ready.revents & (POLLERR | POLLHUP)) != 0) return false;
    if ((ready.revents & POLLOUT) == 0) continue;
    const ssize_t put = send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN) return false;
    if (put > 0) sent += static_cast<size_t>(put);
  }
  return true;
}

}  // namespace regent::testing
