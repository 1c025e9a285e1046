#include "tests/rest/http_call.h"

#include <cstdint>
#include <cstdlib>

#include "server/rest/http/testing/raw_client.h"

namespace regent::testing {

std::string HttpAnswer::Header(const std::string& name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return "";
}

HttpAnswer Send(const std::string& url, const HttpCall& call) {
  const size_t colon = url.rfind(':');
  RawClient client(static_cast<uint16_t>(std::atoi(url.c_str() + colon + 1)));
  std::string head = call.method + " " + call.path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
  for (const auto& [name, value] : call.headers) head += name + ": " + value + "\r\n";
  if (!call.body.empty() || call.method == "POST" || call.method == "PUT") {
    head += "Content-Length: " + std::to_string(call.body.size()) + "\r\n";
  }
  client.Send(head + "\r\n");
  client.Send(call.body);
  const RawClient::Answer answer = client.Read(call.method == "HEAD");
  return {answer.status, {answer.headers.begin(), answer.headers.end()}, answer.body};
}

}  // namespace regent::testing
