// One HTTP connection: bytes that come in pieces, and what is sent back.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "server/rest/http/connection.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using boost::asio::ip::tcp;
using regent::HttpRequest;
using regent::HttpResponse;

class Owner : public regent::ConnectionOwner {
 public:
  explicit Owner(boost::asio::io_context* context) : context_(context) {
    options_.max_header_bytes = 1024;
    options_.max_body_bytes = 4096;
    options_.max_buffered_bytes = 3000;
    options_.gzip_from_bytes = 64;
    options_.make_error = [](int status, std::string_view what) {
      HttpResponse response;
      response.status = status;
      response.body = std::make_shared<const std::string>(what);
      return response;
    };
  }

  const regent::HttpServer::Options& options() const override { return options_; }
  // Answers at once, or later, as the request's size has it.
  void Handle(std::shared_ptr<const HttpRequest> request, regent::HttpReply reply) override {
    FUZZ_CHECK(request->body.size() <= options_.max_body_bytes);
    FUZZ_CHECK(!request->target.empty());
    HttpResponse response;
    response.content_type = "text/plain";
    response.headers.emplace_back("Method", std::string(regent::HttpMethodName(request->method)));
    response.body = std::make_shared<const std::string>(request->body.size() % 200, 'x');
    response.close = request->headers.size() == 7;
    if (request->target.size() % 2 == 0) return reply(std::move(response));
    boost::asio::post(*context_, [reply = std::move(reply), response]() mutable { reply(std::move(response)); });
  }
  void Ended(regent::Connection*) override { ended_ = true; }
  void CountTimeout() override { FUZZ_CHECK(false); }
  void CountMalformed() override {}
  bool ReserveBuffer(size_t bytes) override {
    if (buffered_ + bytes > options_.max_buffered_bytes) return false;
    buffered_ += bytes;
    return true;
  }
  bool ReserveAnswer(size_t bytes) override {
    if (buffered_ >= options_.max_buffered_bytes) return false;
    buffered_ += bytes;
    return true;
  }
  void ReleaseBuffer(size_t bytes) override {
    FUZZ_CHECK(bytes <= buffered_);
    buffered_ -= bytes;
  }
  bool draining() const override { return false; }
  bool Post(int, std::function<void()> task) override {
    boost::asio::post(*context_, std::move(task));
    return true;
  }

  bool ended() const { return ended_; }
  size_t buffered() const { return buffered_; }

 private:
  boost::asio::io_context* const context_;
  regent::HttpServer::Options options_;
  size_t buffered_ = 0;
  bool ended_ = false;
};

// The other end of the connection, which never blocks.
class Client {
 public:
  explicit Client(int socket) : socket_(socket) { fcntl(socket_, F_SETFL, O_NONBLOCK); }
  ~Client() { close(socket_); }

  // False once nothing more is taken.
  bool Send(std::string_view* bytes) {
    const ssize_t sent = send(socket_, bytes->data(), bytes->size(), MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN;
    bytes->remove_prefix(static_cast<size_t>(sent));
    return true;
  }
  void Finish() { shutdown(socket_, SHUT_WR); }
  void Receive() {
    char piece[4096];
    for (ssize_t got = 0; (got = recv(socket_, piece, sizeof(piece), 0)) > 0;) {
      received_.append(piece, static_cast<size_t>(got));
    }
  }
  const std::string& received() const { return received_; }

 private:
  const int socket_;
  std::string received_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  boost::asio::io_context context{1};
  const auto owner = std::make_shared<Owner>(&context);
  int ends[2];
  FUZZ_CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  Client client(ends[1]);
  regent::HttpSocket socket(context);
  socket.assign(tcp::v4(), ends[0]);
  socket.non_blocking(true);
  auto connection = regent::NewConnection(owner, 0, std::move(socket), nullptr);
  const auto run = [&] {
    do {
      client.Receive();
      context.restart();
    } while (context.poll() > 0);
    client.Receive();
  };
  connection->Start(regent::Connection::Welcome::kServe);
  run();
  // Each piece is read before the next one comes.
  for (std::string_view piece : regent::fuzz::Split(regent::fuzz::ToText(data, size), 32)) {
    while (!piece.empty() && client.Send(&piece)) run();
    run();
  }
  client.Finish();
  run();
  // Whatever was sent: what comes back is answers, and nothing is held on to.
  if (!client.received().empty()) FUZZ_CHECK(client.received().rfind("HTTP/1.1 ", 0) == 0);
  connection->Close();
  run();
  FUZZ_CHECK(owner->ended());
  FUZZ_CHECK(owner->buffered() == 0);
  return 0;
}
