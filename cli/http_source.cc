#include "cli/http_source.h"

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "cli/printable.h"

namespace regent::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr size_t kHeaderBytesMax = 64u << 10;

absl::Status BadUrl(const std::string& url) {
  // Without what may be a password.
  const size_t at = url.rfind('@');
  const std::string shown = at == std::string::npos ? url : "..." + url.substr(at);
  return MakeError(
      ErrorReason::kRequestInvalid,
      absl::StrCat("the address is http://HOST[:PORT] or https://HOST[:PORT], not '", Printable(shown), "'"));
}

// %3A and the like as what they stand for; nothing where one is not whole.
std::optional<std::string> Unescape(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    int byte = 0;
    const char* const end = text.data() + std::min(text.size(), i + 3);
    const auto [read, error] = std::from_chars(text.data() + i + 1, end, byte, 16);
    if (error != std::errc() || read != text.data() + i + 3) return std::nullopt;
    out.push_back(static_cast<char>(byte));
    i += 2;
  }
  return out;
}

}  // namespace

absl::StatusOr<HttpUrl> ParseHttpUrl(const std::string& url) {
  HttpUrl out;
  std::string rest;
  if (url.rfind("http://", 0) == 0) {
    rest = url.substr(7);
  } else if (url.rfind("https://", 0) == 0) {
    rest = url.substr(8);
    out.tls = true;
  } else {
    return BadUrl(url);
  }
  if (rest.find_first_of("?# \t\r\n") != std::string::npos) return BadUrl(url);
  const size_t slash = rest.find('/');
  if (slash != std::string::npos) {
    out.path = rest.substr(slash);
    rest.resize(slash);
    while (!out.path.empty() && out.path.back() == '/') out.path.pop_back();
  }
  if (const size_t at = rest.rfind('@'); at != std::string::npos) {
    const auto user = Unescape(rest.substr(0, at));
    if (!user) return BadUrl(url);
    out.user = *user;
    rest.erase(0, at + 1);
  }
  const size_t bracket = rest.find(']');
  const size_t colon = rest.find(':', bracket == std::string::npos ? 0 : bracket);
  out.host = rest.substr(0, colon);
  if (colon != std::string::npos) out.port = rest.substr(colon + 1);
  if (out.host.size() > 1 && out.host.front() == '[') out.host = out.host.substr(1, out.host.size() - 2);
  const bool digits = out.port.find_first_not_of("0123456789") == std::string::npos && out.port.size() <= 5;
  if (out.host.empty() || !digits || (colon != std::string::npos && out.port.empty())) return BadUrl(url);
  if (out.port.empty()) out.port = out.tls ? "443" : "80";
  return out;
}

std::string EscapeForUrl(const std::string& text) {
  static const char* const digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                       byte == '-' || byte == '_' || byte == '.' || byte == '~';
    if (plain) {
      out.push_back(c);
    } else {
      out.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
  }
  return out;
}

// Beast's timeouts hold for asynchronous operations only: each is begun and then run to its end.
class HttpSource::Connection {
 public:
  explicit Connection(const HttpUrl& url) : tls_context_(asio::ssl::context::tls_client), url_(url) {}

  // Says what failed, or nothing.
  std::optional<std::string> Open(const HttpSourceOptions& options) {
    error_code error;
    if (url_.tls) {
      if (options.ca_file.empty()) {
        tls_context_.set_default_verify_paths(error);
      } else {
        tls_context_.load_verify_file(options.ca_file, error);
        if (error) return absl::StrCat("the file ", options.ca_file, ": ", error.message());
      }
    }
    stream_.emplace(context_, tls_context_);
    asio::ip::tcp::resolver resolver(context_);
    const auto addresses = resolver.resolve(url_.host, url_.port, error);
    if (error) return error.message();
    Lowest().expires_after(options.timeout);
    Lowest().async_connect(addresses, [&](error_code result, const auto&) { error = result; });
    RunAll();
    if (error) return error.message();
    if (!url_.tls) return std::nullopt;
    stream_->set_verify_mode(asio::ssl::verify_peer);
    std::string distrust;
    stream_->set_verify_callback([&](bool trusted, asio::ssl::verify_context& context) {
      const bool good = asio::ssl::host_name_verification(url_.host)(trusted, context);
      if (!good && distrust.empty()) {
        distrust = trusted ? "it is not for " + url_.host
                           : X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.native_handle()));
      }
      return good;
    });
    if (SSL_set_tlsext_host_name(stream_->native_handle(), url_.host.c_str()) != 1) return "the host name";
    stream_->async_handshake(asio::ssl::stream_base::client, [&](error_code result) { error = result; });
    RunAll();
    if (error && !distrust.empty()) {
      return "TLS: the certificate is not trusted: " + distrust + " (--from-ca-file names whom to trust)";
    }
    if (error) return "TLS: " + error.message();
    return std::nullopt;
  }

  std::optional<std::string> Ask(const std::string& target, const HttpSourceOptions& options, HttpAnswer* answer) {
    http::request<http::empty_body> request(http::verb::get, url_.path + target, 11);
    request.set(http::field::host, url_.host.find(':') == std::string::npos ? url_.host + ":" + url_.port
                                                                            : "[" + url_.host + "]:" + url_.port);
    request.set(http::field::accept, "application/vnd.schemaregistry.v1+json, application/json");
    request.set(http::field::user_agent, "regent");
    if (!url_.user.empty()) {
      std::string encoded;
      absl::Base64Escape(url_.user, &encoded);
      request.set(http::field::authorization, "Basic " + encoded);
    }
    http::response_parser<http::string_body> parser;
    parser.header_limit(kHeaderBytesMax);
    error_code error;
    Lowest().expires_after(options.timeout);
    const auto written = [&](error_code result, size_t) { error = result; };
    url_.tls ? http::async_write(*stream_, request, written) : http::async_write(Lowest(), request, written);
    RunAll();
    if (error) return error.message();
    Lowest().expires_after(options.timeout);
    // Piece by piece: whoever sends without end is stopped where the limit is, whatever it said in the head.
    parser.body_limit(std::numeric_limits<uint64_t>::max());
    const auto read = [&](error_code result, size_t) { error = result; };
    while (!parser.is_done()) {
      url_.tls ? http::async_read_some(*stream_, buffer_, parser, read)
               : http::async_read_some(Lowest(), buffer_, parser, read);
      RunAll();
      if (error) return error.message();
      if (parser.get().body().size() > options.answer_bytes_max) {
        return absl::StrCat("the answer is longer than ", options.answer_bytes_max, " bytes");
      }
    }
    answer->status = static_cast<int>(parser.get().result_int());
    keeps_ = parser.keep_alive();
    answer->body = std::move(parser.get().body());
    return std::nullopt;
  }

  bool keeps() const { return keeps_; }

 private:
  beast::tcp_stream& Lowest() { return stream_->next_layer(); }
  void RunAll() {
    context_.restart();
    context_.run();
  }

  asio::io_context context_;
  asio::ssl::context tls_context_;
  const HttpUrl& url_;
  std::optional<beast::ssl_stream<beast::tcp_stream>> stream_;  // plain HTTP uses the layer below
  beast::flat_buffer buffer_;
  bool keeps_ = false;
};

HttpSource::HttpSource(HttpUrl url, HttpSourceOptions options) : url_(std::move(url)), options_(std::move(options)) {}

HttpSource::~HttpSource() = default;

absl::Status HttpSource::Failed(const std::string& what, const std::string& why) const {
  return absl::UnavailableError(absl::StrCat(url_.host, ":", url_.port, what, ": ", why));
}

absl::StatusOr<HttpAnswer> HttpSource::Get(const std::string& target) {
  for (const bool again : {connection_ != nullptr, false}) {
    if (connection_ == nullptr) {
      connection_ = std::make_unique<Connection>(url_);
      if (const auto failed = connection_->Open(options_)) {
        connection_.reset();
        return Failed("", *failed);
      }
    }
    HttpAnswer answer;
    const auto failed = connection_->Ask(target, options_, &answer);
    if (failed || !connection_->keeps()) connection_.reset();
    if (!failed) return answer;
    if (!again) return Failed(" " + Printable(target), *failed);
  }
  return absl::InternalError("unreachable");
}

}  // namespace regent::cli
