// HTTP/1.1 on a few threads: what Boost.Beast's parser leaves to us. Listening, keep-alive, pipelining, limits,
// timeouts, gzip, TLS, draining. What requests mean is the handler's matter.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "server/rest/http/http_message.h"

namespace regent {

struct HttpListener {
  std::string host = "127.0.0.1";  // a name, an IPv4 or IPv6 address; "0.0.0.0" and "::" are all of them
  uint16_t port = 0;               // 0: any free one
  // PEM files; with both, the listener speaks TLS 1.2 and 1.3 only.
  std::string certificate_file;
  std::string key_file;
};

// Start, then Drain, from one thread; the rest is thread-safe.
class HttpServer {
 public:
  struct Options {
    std::vector<HttpListener> listeners;

    // Connections are shared out among them. More than two pay only beyond some ten thousand requests a second.
    int threads = 2;

    // Open at once; a further one is answered 503 and closed.
    int max_connections = 20000;

    // Request line and headers of one request. Beyond it: 431.
    size_t max_header_bytes = 8192;

    // Of one request, inflated. Beyond it: 413.
    size_t max_body_bytes = 8u << 20;

    // Of all requests being received, and of large answers that are not taken yet. Beyond it: 503, so that a crowd
    // cannot exhaust memory.
    size_t max_buffered_bytes = 256u << 20;

    // From a connection's last answer, or its beginning, to the first byte of a request.
    std::chrono::milliseconds idle_timeout = std::chrono::seconds(30);

    // From that byte to the end of the headers: against clients that send one byte now and then.
    std::chrono::milliseconds header_timeout = std::chrono::seconds(10);

    // From there to the end of the body; and how long a client may take no byte of an answer.
    std::chrono::milliseconds body_timeout = std::chrono::seconds(30);

    // Answers of this size and above are compressed for clients that accept gzip. 0: never.
    size_t gzip_from_bytes = 1400;

    // Larger ones are not: others would wait for the thread that compresses.
    size_t gzip_most_bytes = 8u << 20;

    // What a client gets whose request the handler never sees: the status and a sentence.
    std::function<HttpResponse(int status, std::string_view what)> make_error;
  };

  struct Counts {
    int64_t connections = 0;           // open now
    int64_t connections_accepted = 0;  // ever
    int64_t connections_refused = 0;   // ever
    int64_t timeouts = 0;              // connections closed in the midst of a request, ever
    int64_t malformed = 0;             // requests that the handler never saw, ever
  };

  // Runs on one of the server's threads, and must not block it.
  using Handler = std::function<void(std::shared_ptr<const HttpRequest>, HttpReply)>;

  HttpServer(Options options, Handler handler);
  // Drains without patience.
  ~HttpServer();

  // CONFIGURATION_INVALID naming the listener, or the file, that is in the way. Once only.
  absl::Status Start();

  // In the order of the options, with real ports; empty before Start.
  struct Address {
    std::string host;
    uint16_t port = 0;
    bool tls = false;
  };
  const std::vector<Address>& addresses() const { return addresses_; }

  // Takes no new connection, closes those without a request, answers the others and closes them; after `patience` it
  // closes what is left. Blocks until nothing runs. Idempotent.
  void Drain(std::chrono::milliseconds patience);

  Counts counts() const;

 private:
  class Core;  // keeps Boost's headers out of this one
  std::shared_ptr<Core> core_;
  std::vector<Address> addresses_;
};

}  // namespace regent
