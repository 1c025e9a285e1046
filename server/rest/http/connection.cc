#include "server/rest/http/connection.h"

#include <array>
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <ctime>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/rest/http/gzip.h"
#include "server/rest/http/media_type.h"

namespace regent {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using std::chrono::steady_clock;

// What most requests without a body fit into; idle connections hold no more.
constexpr size_t kHeaderPiece = 2048;
constexpr size_t kBodyPiece = 64 << 10;
// Smaller answers fit into what the kernel holds for a connection, and are gone at once.
constexpr size_t kLargeAnswer = 256 << 10;
// After an answer that ends a connection in the midst of a request the client may still send: if it were cut off at
// once, it would never see the answer.
constexpr std::chrono::seconds kLingerTime{2};
constexpr size_t kLingerBytes = 16 << 20;

std::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }

HttpMethod MethodOf(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return HttpMethod::kGet;
    case http::verb::head:
      return HttpMethod::kHead;
    case http::verb::post:
      return HttpMethod::kPost;
    case http::verb::put:
      return HttpMethod::kPut;
    case http::verb::delete_:
      return HttpMethod::kDelete;
    case http::verb::options:
      return HttpMethod::kOptions;
    default:
      return HttpMethod::kOther;
  }
}

std::string_view ReasonPhrase(int status) { return View(http::obsolete_reason(static_cast<http::status>(status))); }

// "Tue, 24 Nov 2026 13:18:00 GMT", made anew once a second.
std::string_view HttpDate() {
  thread_local std::time_t made_at = 0;
  thread_local std::array<char, 64> text{};
  const std::time_t now = std::time(nullptr);
  if (now != made_at) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    made_at = now;
  }
  return text.data();
}

// Whether the parser finds the end of the body where everybody else does. It passes over codings that it does not know,
// and takes what they frame for the next request: behind a proxy that knows them, a request could hide in another.
template <typename Fields>
bool IsFramingKnown(const http::request<http::string_body, Fields>& message) {
  const auto [begin, end] = message.equal_range(http::field::transfer_encoding);
  if (begin == end) return true;
  return std::next(begin) == end && message.version() >= 11 && EqualsIgnoreCase(View(begin->value()), "chunked");
}

// A request with the message that its views point into.
struct Exchange {
  http::request_parser<http::string_body> parser;
  HttpRequest request;
  std::atomic<bool> answered{false};
};

class HttpConnection : public Connection, public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(std::shared_ptr<ConnectionOwner> owner, int lane)
      : owner_(std::move(owner)),
        options_(owner_->options()),
        lane_(lane),
        buffer_(options_.max_header_bytes + kBodyPiece) {}

  int lane() const override { return lane_; }

  void Start(Welcome welcome) override {
    error_code ignored;
    const auto peer = Socket().remote_endpoint(ignored);
    if (!ignored) peer_ = absl::StrCat(peer.address().to_string(), ":", peer.port());
    if (owner_->draining()) return Close();
    if (welcome == Welcome::kRefuse) return Refuse(503, "Too many connections; try again, or another node.");
    if (!NeedsHandshake()) return Begin();
    SetPhase(Phase::kHandshake, options_.header_timeout);
    ++operations_;
    Handshake();
  }

  void CloseIfLate(steady_clock::time_point now) override {
    if (now < deadline_ || phase_ == Phase::kHandling) return;
    if (phase_ != Phase::kIdle && phase_ != Phase::kLingering) owner_->CountTimeout();
    if (phase_ == Phase::kHeader || phase_ == Phase::kBody) {
      // It may be a slow network: tell why.
      late_ = true;
      error_code ignored;
      Socket().cancel(ignored);
      deadline_ = now + kLingerTime;
      return;
    }
    Close();
  }

  void CloseIfIdle() override {
    if (phase_ == Phase::kIdle && buffer_.size() == 0) Close();
  }

  void Close() override {
    if (phase_ == Phase::kClosed) return;
    phase_ = Phase::kClosed;
    error_code ignored;
    Socket().close(ignored);
    EndIfQuiet();
  }

 protected:
  // Each runs the On... of its name on the lane, later. One is under way at a time.
  virtual bool NeedsHandshake() const = 0;
  virtual void Handshake() = 0;
  virtual void ReadSome(asio::mutable_buffer into) = 0;
  virtual void WriteSome(const std::array<asio::const_buffer, 2>& from) = 0;
  virtual HttpSocket& Socket() = 0;
  virtual const HttpSocket& Socket() const = 0;

  void OnHandshake(error_code error) {
    if (!Arrived()) return;
    return error ? Close() : Begin();
  }

  void OnRead(error_code error, size_t size) {
    if (!Arrived()) return;
    if (late_) {
      late_ = false;
      return Refuse(408, "The request did not arrive in time.");
    }
    if (phase_ == Phase::kLingering) {
      lingered_ += size;
      if (error || lingered_ > kLingerBytes) return Close();
      return ReadMore();
    }
    if (error) return Close();  // the client went away; half a request is none
    buffer_.commit(size);
    Pump();
  }

  void OnWrite(error_code error, size_t size) {
    if (!Arrived()) return;
    if (error) return Close();
    written_ += size;
    if (written_ < head_.size() + BodySize()) {
      deadline_ = steady_clock::now() + options_.body_timeout;
      return WriteMore();
    }
    head_.clear();
    body_ = nullptr;
    written_ = 0;
    if (continuing_) {
      continuing_ = false;
      SetPhase(Phase::kBody, options_.body_timeout);
      return Pump();
    }
    if (lingering_) return Linger();
    if (closing_ || owner_->draining()) {
      error_code ignored;
      Socket().shutdown(asio::socket_base::shutdown_both, ignored);
      return Close();
    }
    Begin();
  }

 private:
  enum class Phase { kHandshake, kIdle, kHeader, kBody, kHandling, kWriting, kLingering, kClosed };

  void SetPhase(Phase phase, std::chrono::milliseconds patience) {
    phase_ = phase;
    deadline_ = steady_clock::now() + patience;
  }

  // Whether there is still something to do after an operation came back.
  bool Arrived() {
    --operations_;
    if (phase_ != Phase::kClosed) return true;
    EndIfQuiet();
    return false;
  }

  void EndIfQuiet() {
    if (operations_ > 0 || ended_) return;
    ended_ = true;
    Release();
    owner_->Ended(this);
  }

  // Ready for the next request, which may be in the buffer already.
  void Begin() {
    Release();
    exchange_ = std::make_shared<Exchange>();
    exchange_->parser.header_limit(static_cast<uint32_t>(options_.max_header_bytes));
    exchange_->parser.body_limit(options_.max_body_bytes);
    header_done_ = false;
    if (buffer_.size() == 0 && buffer_.capacity() > kHeaderPiece) buffer_.shrink_to_fit();
    SetPhase(Phase::kIdle, options_.idle_timeout);
    Pump();
  }

  void Pump() {
    http::request_parser<http::string_body>& parser = exchange_->parser;
    while (true) {
      if (buffer_.size() == 0) return ReadMore();
      if (phase_ == Phase::kIdle) SetPhase(Phase::kHeader, options_.header_timeout);
      error_code error;
      buffer_.consume(parser.put(buffer_.data(), error));
      if (error == http::error::need_more) {
        // The parser bounds headers; what else it wants to see whole, as the fields behind a chunked body, it does not.
        if (buffer_.size() > options_.max_header_bytes) return Malformed(http::error::header_limit);
        return ReadMore();
      }
      if (error) return Malformed(error);
      if (!Reserve(parser.get().body().size())) return Overloaded();
      if (!header_done_ && parser.is_header_done()) {
        header_done_ = true;
        if (!IsFramingKnown(parser.get())) {
          return Refuse(400, "Transfer-Encoding may only be chunked, once, and with HTTP/1.1.");
        }
        if (!parser.is_done() && !BeginBody()) return;
      }
      if (parser.is_done()) return Dispatch();
    }
  }

  // False when something else is under way now.
  bool BeginBody() {
    SetPhase(Phase::kBody, options_.body_timeout);
    const auto length = exchange_->parser.content_length();
    if (length && !Reserve(*length)) {
      Overloaded();
      return false;
    }
    if (!EqualsIgnoreCase(View(exchange_->parser.get()[http::field::expect]), "100-continue") || buffer_.size() > 0) {
      return true;
    }
    continuing_ = true;
    head_ = "HTTP/1.1 100 Continue\r\n\r\n";
    WriteMore();
    return false;
  }

  // Of the memory that all requests share; `bytes` in all for this one.
  bool Reserve(size_t bytes) {
    if (bytes <= reserved_) return true;
    if (!owner_->ReserveBuffer(bytes - reserved_)) return false;
    reserved_ = bytes;
    return true;
  }

  // Until it is taken.
  bool ReserveAnswer() {
    if (!owner_->ReserveAnswer(BodySize())) return false;
    reserved_ += BodySize();
    return true;
  }

  void Release() {
    if (reserved_ > 0) owner_->ReleaseBuffer(reserved_);
    reserved_ = 0;
  }

  void Overloaded() { Refuse(503, "Too many large requests at once; try again."); }

  void Malformed(error_code error) {
    if (error == http::error::body_limit) return TooLarge();
    if (error == http::error::header_limit) {
      return Refuse(431, absl::StrCat("Request line and headers are longer than ", options_.max_header_bytes,
                                      " bytes (max.request.header.size)."));
    }
    Refuse(400, absl::StrCat("This is no HTTP/1.1 request: ", error.message(), "."));
  }

  void TooLarge() { Refuse(413, absl::StrCat("The body is larger than ", options_.max_body_bytes, " bytes.")); }

  // Answers what never becomes a request, and ends the connection.
  void Refuse(int status, std::string_view what) {
    owner_->CountMalformed();
    HttpResponse response = options_.make_error(status, what);
    response.close = true;
    lingering_ = true;
    phase_ = Phase::kHandling;
    Answer(std::move(response));
  }

  void Dispatch() {
    auto& message = exchange_->parser.get();
    HttpRequest& request = exchange_->request;
    request.method = MethodOf(message.method());
    request.target = View(message.target());
    for (const auto& field : message) request.headers.emplace_back(View(field.name_string()), View(field.value()));
    request.body = std::move(message.body());
    request.peer = peer_;
    closing_ = !message.keep_alive();
    old_client_ = message.version() < 11;
    if (!old_client_ && message.count(http::field::host) != 1) {
      return Refuse(400, "An HTTP/1.1 request has one Host header.");
    }
    accepts_gzip_ = options_.gzip_from_bytes > 0 && AcceptsGzip(request.Header("Accept-Encoding"));
    if (!InflateBody(&request)) return;
    phase_ = Phase::kHandling;
    owner_->Handle(std::shared_ptr<const HttpRequest>(exchange_, &request), NewReply());
  }

  bool InflateBody(HttpRequest* request) {
    const std::string_view coding = request->Header("Content-Encoding");
    if (coding.empty() || EqualsIgnoreCase(coding, "identity")) return true;
    if (!EqualsIgnoreCase(coding, "gzip") && !EqualsIgnoreCase(coding, "x-gzip") &&
        !EqualsIgnoreCase(coding, "deflate")) {
      Refuse(415, "Content-Encoding may be gzip, deflate or identity.");
      return false;
    }
    auto inflated = Inflate(request->body, options_.max_body_bytes);
    if (!inflated.ok()) {
      absl::IsOutOfRange(inflated.status()) ? TooLarge() : Refuse(400, std::string(inflated.status().message()));
      return false;
    }
    request->body = *std::move(inflated);
    if (Reserve(request->body.size())) return true;
    Overloaded();
    return false;
  }

  HttpReply NewReply() {
    return [weak = weak_from_this(), owner = std::weak_ptr<ConnectionOwner>(owner_), lane = lane_,
            exchange = exchange_](HttpResponse response) {
      if (exchange->answered.exchange(true)) return;
      const std::shared_ptr<HttpConnection> self = weak.lock();
      if (self == nullptr) return;
      if (self->Socket().get_executor().running_in_this_thread()) return self->AnswerTo(exchange, std::move(response));
      self->owner_->Post(lane, [self, exchange, response = std::move(response)]() mutable {
        self->AnswerTo(exchange, std::move(response));
      });
    };
  }

  void AnswerTo(const std::shared_ptr<Exchange>& exchange, HttpResponse response) {
    if (phase_ == Phase::kHandling && exchange == exchange_) Answer(std::move(response));
  }

  void Answer(HttpResponse response) {
    closing_ = closing_ || response.close || owner_->draining();
    body_ = std::move(response.body);
    if (BodySize() >= kLargeAnswer && !ReserveAnswer()) {
      response = options_.make_error(503, "Too many large answers wait for who asked for them; try again.");
      body_ = std::move(response.body);
    }
    const bool compressible = options_.gzip_from_bytes > 0 && BodySize() >= options_.gzip_from_bytes &&
                              BodySize() <= options_.gzip_most_bytes;
    const bool compressed = compressible && accepts_gzip_;
    if (compressed) body_ = std::make_shared<const std::string>(Gzip(*body_));
    head_.clear();
    absl::StrAppend(&head_, "HTTP/1.1 ", response.status, " ", ToAbsl(ReasonPhrase(response.status)),
                    "\r\nDate: ", ToAbsl(HttpDate()), "\r\n");
    if (!response.content_type.empty()) absl::StrAppend(&head_, "Content-Type: ", response.content_type, "\r\n");
    if (response.status != 204) absl::StrAppend(&head_, "Content-Length: ", BodySize(), "\r\n");
    if (compressed) head_ += "Content-Encoding: gzip\r\n";
    if (compressible) head_ += "Vary: Accept-Encoding\r\n";
    for (const auto& [name, value] : response.headers) absl::StrAppend(&head_, name, ": ", value, "\r\n");
    if (closing_) {
      head_ += "Connection: close\r\n";
    } else if (old_client_) {
      head_ += "Connection: keep-alive\r\n";
    }
    head_ += "\r\n";
    if (exchange_ != nullptr && exchange_->request.method == HttpMethod::kHead) body_ = nullptr;
    WriteMore();
  }

  static absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }
  size_t BodySize() const { return body_ == nullptr ? 0 : body_->size(); }

  void WriteMore() {
    SetPhase(Phase::kWriting, options_.body_timeout);
    const size_t of_head = std::min(written_, head_.size());
    const size_t of_body = written_ - of_head;
    std::array<asio::const_buffer, 2> buffers = {asio::buffer(head_) + of_head, asio::const_buffer()};
    if (body_ != nullptr) buffers[1] = asio::buffer(*body_) + of_body;
    ++operations_;
    WriteSome(buffers);
  }

  void ReadMore() {
    ++operations_;
    if (phase_ == Phase::kLingering) buffer_.clear();
    ReadSome(buffer_.prepare(phase_ == Phase::kBody || phase_ == Phase::kLingering ? kBodyPiece : kHeaderPiece));
  }

  void Linger() {
    error_code ignored;
    Socket().shutdown(asio::socket_base::shutdown_send, ignored);
    SetPhase(Phase::kLingering, kLingerTime);
    ReadMore();
  }

  const std::shared_ptr<ConnectionOwner> owner_;
  const HttpServer::Options& options_;
  const int lane_;
  std::string peer_;

  Phase phase_ = Phase::kIdle;
  steady_clock::time_point deadline_ = steady_clock::time_point::max();
  int operations_ = 0;  // reads and writes under way
  bool ended_ = false;
  bool late_ = false;

  boost::beast::flat_buffer buffer_;
  std::shared_ptr<Exchange> exchange_;
  bool header_done_ = false;
  size_t reserved_ = 0;
  size_t lingered_ = 0;

  // The answer being written.
  std::string head_;
  std::shared_ptr<const std::string> body_;
  size_t written_ = 0;
  bool continuing_ = false;  // it is only "100 Continue"
  bool closing_ = false;
  bool lingering_ = false;
  bool accepts_gzip_ = false;
  bool old_client_ = false;
};

class PlainConnection : public HttpConnection {
 public:
  PlainConnection(std::shared_ptr<ConnectionOwner> owner, int lane, HttpSocket socket)
      : HttpConnection(std::move(owner), lane), socket_(std::move(socket)) {}

 private:
  bool NeedsHandshake() const override { return false; }
  void Handshake() override {}
  void ReadSome(asio::mutable_buffer into) override {
    socket_.async_read_some(into, [this, self = shared_from_this()](error_code e, size_t n) { OnRead(e, n); });
  }
  void WriteSome(const std::array<asio::const_buffer, 2>& from) override {
    socket_.async_write_some(from, [this, self = shared_from_this()](error_code e, size_t n) { OnWrite(e, n); });
  }
  HttpSocket& Socket() override { return socket_; }
  const HttpSocket& Socket() const override { return socket_; }

  HttpSocket socket_;
};

class TlsConnection : public HttpConnection {
 public:
  TlsConnection(std::shared_ptr<ConnectionOwner> owner, int lane, HttpSocket socket, asio::ssl::context* tls)
      : HttpConnection(std::move(owner), lane), stream_(std::move(socket), *tls) {}

 private:
  bool NeedsHandshake() const override { return true; }
  void Handshake() override {
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [this, self = shared_from_this()](error_code e) { OnHandshake(e); });
  }
  void ReadSome(asio::mutable_buffer into) override {
    stream_.async_read_some(into, [this, self = shared_from_this()](error_code e, size_t n) { OnRead(e, n); });
  }
  void WriteSome(const std::array<asio::const_buffer, 2>& from) override {
    // TLS takes one buffer at a time: an empty one first would end in nothing.
    const asio::const_buffer& next = from[0].size() > 0 ? from[0] : from[1];
    stream_.async_write_some(next, [this, self = shared_from_this()](error_code e, size_t n) { OnWrite(e, n); });
  }
  HttpSocket& Socket() override { return stream_.next_layer(); }
  const HttpSocket& Socket() const override { return stream_.next_layer(); }

  asio::ssl::stream<HttpSocket> stream_;
};

}  // namespace

std::shared_ptr<Connection> NewConnection(std::shared_ptr<ConnectionOwner> owner, int lane, HttpSocket socket,
                                          asio::ssl::context* tls) {
  if (tls == nullptr) return std::make_shared<PlainConnection>(std::move(owner), lane, std::move(socket));
  return std::make_shared<TlsConnection>(std::move(owner), lane, std::move(socket), tls);
}

}  // namespace regent
