// A client that speaks just enough HTTP/2 to be a nuisance: connections that do nothing, streams that are opened and
// reset.
#pragma once

#include <cstdint>
#include <string>

namespace regent::testing {

// One connection. Use from one thread.
class Http2Abuser {
 public:
  // Connects to "127.0.0.1:port" or "unix:path" and says hello. ok() tells whether that worked.
  explicit Http2Abuser(const std::string& address);
  ~Http2Abuser();
  Http2Abuser(const Http2Abuser&) = delete;
  Http2Abuser& operator=(const Http2Abuser&) = delete;

  bool ok() const { return socket_ >= 0; }

  // Opens `count` streams that call `path`, each reset at once. What the server sends is read and thrown away. False
  // when the server has closed the connection, as it may.
  bool OpenAndReset(const std::string& path, int count = 1);

 private:
  bool Send(const std::string& bytes);

  int socket_ = -1;
  uint32_t next_stream_ = 1;
};

}  // namespace regent::testing
