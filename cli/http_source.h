// Reads from a web server, for imports from another registry: GET only, one connection kept open.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace regent::cli {

struct HttpUrl {
  bool tls = false;
  std::string host;  // without the brackets of an IPv6 address
  std::string port;
  std::string path;  // before what is asked for; without a slash at the end
  std::string user;  // "name:password", no longer escaped; or empty
};

// http://[NAME:PASSWORD@]HOST[:PORT][/PATH], or https. REQUEST_INVALID for anything else.
absl::StatusOr<HttpUrl> ParseHttpUrl(const std::string& url);

struct HttpSourceOptions {
  // A PEM file with the authorities that are trusted with https; empty: those of the system.
  std::string ca_file;
  // For each answer, connecting included.
  std::chrono::milliseconds timeout{30000};
  // Of one answer. A registry of a million subjects lists them in some 50 MB.
  size_t answer_bytes_max = 256u << 20;
};

struct HttpAnswer {
  int status = 0;
  std::string body;
};

// Used by one thread at a time. Owns its connection.
class HttpSource {
 public:
  HttpSource(HttpUrl url, HttpSourceOptions options);
  ~HttpSource();

  // `target` begins with a slash and is escaped already. UNAVAILABLE when no answer came; an answer of any status is
  // no error. A kept connection that turns out closed is opened anew, once.
  absl::StatusOr<HttpAnswer> Get(const std::string& target);

 private:
  class Connection;
  absl::StatusOr<std::unique_ptr<Connection>> Connect();
  absl::Status Failed(const std::string& what, const std::string& why) const;

  const HttpUrl url_;
  const HttpSourceOptions options_;
  std::unique_ptr<Connection> connection_;
};

// For a path segment or the value of a query.
std::string EscapeForUrl(const std::string& text);

}  // namespace regent::cli
