// A socket that sends bytes as they are and reads answers: for what no well-behaved HTTP client does.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace regent {

// Blocks, at most a minute for one answer.
class RawClient {
 public:
  explicit RawClient(uint16_t port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  // False when the other side has closed the connection.
  bool Send(std::string_view bytes);
  void ShutdownSend();

  struct Answer {
    int status = 0;                              // 0: the connection ended without one
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
  };
  // By Content-Length; `head_only` for answers to HEAD and 1xx.
  Answer Read(bool head_only = false);

  // Blocks until the other side closes; whether it did within a minute, without sending anything more.
  bool WaitForClose();

 private:
  bool ReadSome();

  int socket_ = -1;
  std::string buffer_;
};

}  // namespace regent
