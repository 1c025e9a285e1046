// One HTTP request to a registry, for tests. HTTP/1.1 in clear text over IPv4, one connection for each call.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace regent::testing {

struct HttpCall {
  std::string method = "GET";
  std::string path = "/";  // as it is sent, percent-encoded
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct HttpAnswer {
  int status = 0;                                            // 0: none came
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  std::string Header(const std::string& name) const;
};

// `url` is "http://127.0.0.1:8081". Blocks, at most a minute.
HttpAnswer Send(const std::string& url, const HttpCall& call);

}  // namespace regent::testing
