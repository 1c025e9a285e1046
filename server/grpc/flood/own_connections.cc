#include "server/grpc/flood/own_connections.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>
#include <memory>
#include <utility>

namespace regent {
namespace {

constexpr std::array<uint8_t, 12> kIpv4Prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// A second name for somebody's descriptor. While it lives, the socket behind it stays the same, even when the first one
// is closed and its number used again.
class Duplicate {
 public:
  explicit Duplicate(int descriptor) : descriptor_(fcntl(descriptor, F_DUPFD_CLOEXEC, 0)) {}
  Duplicate(Duplicate&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Duplicate& operator=(Duplicate&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Duplicate() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

using GetName = int (*)(int, sockaddr*, socklen_t*);

std::optional<TcpEnd> EndOf(int descriptor, GetName get_name) {
  sockaddr_storage name{};
  socklen_t size = sizeof(name);
  if (get_name(descriptor, reinterpret_cast<sockaddr*>(&name), &size) != 0) return std::nullopt;
  if (name.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &name, sizeof(in));
    return TcpEnd::FromPacked({reinterpret_cast<const char*>(&in.sin_addr), sizeof(in.sin_addr)}, ntohs(in.sin_port));
  }
  if (name.ss_family != AF_INET6) return std::nullopt;
  sockaddr_in6 in{};
  std::memcpy(&in, &name, sizeof(in));
  return TcpEnd::FromPacked({reinterpret_cast<const char*>(&in.sin6_addr), sizeof(in.sin6_addr)}, ntohs(in.sin6_port));
}

std::optional<TcpConnection> TcpConnectionOf(int descriptor) {
  const auto remote = EndOf(descriptor, getpeername);
  if (!remote) return std::nullopt;
  const auto local = EndOf(descriptor, getsockname);
  if (!local) return std::nullopt;
  return TcpConnection{*local, *remote};
}

// Where a Unix socket that somebody connected to was listened on. Nothing for all others, and for what listens itself.
std::optional<std::string> UnixPathOf(int descriptor) {
  sockaddr_un name{};
  socklen_t size = sizeof(name);
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&name), &size) != 0 || name.sun_family != AF_UNIX) {
    return std::nullopt;
  }
  name = {};
  size = sizeof(name);
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &size) != 0) return std::nullopt;
  return std::string(name.sun_path, strnlen(name.sun_path, sizeof(name.sun_path)));
}

// Unlike shutdown(), this throws away what was received and not read: megabytes of it may wait in the kernel.
bool Disconnect(int descriptor) {
  sockaddr nowhere{};
  nowhere.sa_family = AF_UNSPEC;
  return connect(descriptor, &nowhere, sizeof(nowhere)) == 0;
}

// For Unix sockets, which cannot be disconnected: nothing more comes in, and what is there is read away.
bool ShutAndDrain(int descriptor) {
  if (shutdown(descriptor, SHUT_RDWR) != 0) return false;
  char sink[65536];
  while (recv(descriptor, sink, sizeof(sink), MSG_DONTWAIT) > 0) {
  }
  return true;
}

int UnreadBytes(int descriptor) {
  int bytes = 0;
  return ioctl(descriptor, FIONREAD, &bytes) == 0 ? bytes : 0;
}

std::vector<int> OwnDescriptors() {
  std::vector<int> descriptors;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir("/proc/self/fd"), closedir);
  if (directory == nullptr) return descriptors;
  while (const dirent* entry = readdir(directory.get())) {
    int descriptor = -1;
    const char* const name = entry->d_name;
    const char* const end = name + std::strlen(name);
    const auto [stop, error] = std::from_chars(name, end, descriptor);
    if (error == std::errc() && stop == end) descriptors.push_back(descriptor);
  }
  return descriptors;
}

int EndTcpConnections(const std::vector<int>& descriptors, const std::vector<TcpConnection>& wanted) {
  int ended = 0;
  for (const int number : descriptors) {
    // Most are told apart without a second name.
    const auto seems = TcpConnectionOf(number);
    if (!seems || std::find(wanted.begin(), wanted.end(), *seems) == wanted.end()) continue;
    const Duplicate descriptor(number);
    if (descriptor.get() >= 0 && TcpConnectionOf(descriptor.get()) == seems && Disconnect(descriptor.get())) ++ended;
  }
  return ended;
}

int EndUnixConnections(const std::vector<int>& descriptors, const std::string& path, size_t count) {
  std::vector<std::pair<int, Duplicate>> found;  // unread bytes, and where
  for (const int number : descriptors) {
    if (UnixPathOf(number) != path) continue;
    Duplicate descriptor(number);
    if (descriptor.get() < 0 || UnixPathOf(descriptor.get()) != path) continue;
    const int unread = UnreadBytes(descriptor.get());
    found.emplace_back(unread, std::move(descriptor));
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  int ended = 0;
  for (size_t i = 0; i < found.size() && i < count; ++i) ended += ShutAndDrain(found[i].second.get());
  return ended;
}

}  // namespace

std::optional<TcpEnd> TcpEnd::FromPacked(std::string_view packed, uint16_t port) {
  TcpEnd end;
  end.port = port;
  if (packed.size() == 4) {
    std::copy(kIpv4Prefix.begin(), kIpv4Prefix.end(), end.address.begin());
    std::memcpy(&end.address[kIpv4Prefix.size()], packed.data(), packed.size());
    return end;
  }
  if (packed.size() != end.address.size()) return std::nullopt;
  std::memcpy(end.address.data(), packed.data(), packed.size());
  return end;
}

std::string TcpEnd::ToString() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (std::equal(kIpv4Prefix.begin(), kIpv4Prefix.end(), address.begin())) {
    inet_ntop(AF_INET, &address[kIpv4Prefix.size()], text, sizeof(text));
    return std::string(text) + ":" + std::to_string(port);
  }
  inet_ntop(AF_INET6, address.data(), text, sizeof(text));
  return "[" + std::string(text) + "]:" + std::to_string(port);
}

std::string ToString(const OwnConnection& connection) {
  if (const auto* tcp = std::get_if<TcpConnection>(&connection)) return tcp->remote.ToString();
  return "a client of unix:" + std::get<UnixConnection>(connection).path;
}

int EndConnections(const std::vector<OwnConnection>& connections) {
  std::vector<TcpConnection> tcp;
  std::map<std::string, size_t> unix_counts;
  for (const OwnConnection& connection : connections) {
    if (const auto* one = std::get_if<TcpConnection>(&connection)) tcp.push_back(*one);
    if (const auto* one = std::get_if<UnixConnection>(&connection)) ++unix_counts[one->path];
  }
  if (connections.empty()) return 0;
  const std::vector<int> descriptors = OwnDescriptors();
  int ended = tcp.empty() ? 0 : EndTcpConnections(descriptors, tcp);
  for (const auto& [path, count] : unix_counts) ended += EndUnixConnections(descriptors, path, count);
  return ended;
}

}  // namespace regent
