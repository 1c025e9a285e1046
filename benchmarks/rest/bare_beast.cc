// The least that Boost.Beast can do: every request gets the same body of as many bytes as the argument says. What the
// REST door is measured against. Prints its port.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(asio::ip::tcp::socket socket, std::shared_ptr<const std::string> body)
      : stream_(std::move(socket)), body_(std::move(body)) {}

  void Read() {
    request_ = {};
    http::async_read(stream_, buffer_, request_, [self = shared_from_this()](beast::error_code error, size_t) {
      if (!error) self->Write();
    });
  }

 private:
  void Write() {
    response_ = {http::status::ok, request_.version()};
    response_.set(http::field::content_type, "application/vnd.schemaregistry.v1+json");
    response_.keep_alive(request_.keep_alive());
    response_.body() = *body_;
    response_.prepare_payload();
    http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code error, size_t) {
      if (!error) self->Read();
    });
  }

  beast::tcp_stream stream_;
  const std::shared_ptr<const std::string> body_;
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response<http::string_body> response_;
};

void Accept(asio::ip::tcp::acceptor* acceptor, std::vector<std::unique_ptr<asio::io_context>>* contexts, size_t next,
            const std::shared_ptr<const std::string>& body) {
  acceptor->async_accept(*(*contexts)[next % contexts->size()],
                         [=](beast::error_code error, asio::ip::tcp::socket socket) {
                           if (error) return;
                           socket.set_option(asio::ip::tcp::no_delay(true));
                           auto session = std::make_shared<Session>(std::move(socket), body);
                           asio::post(*(*contexts)[next % contexts->size()], [session] { session->Read(); });
                           Accept(acceptor, contexts, next + 1, body);
                         });
}

}  // namespace

int main(int argc, char** argv) {
  const auto body = std::make_shared<const std::string>(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 500, 'x');
  std::vector<std::unique_ptr<asio::io_context>> contexts;
  for (int i = 0; i < 2; ++i) contexts.push_back(std::make_unique<asio::io_context>(1));
  asio::ip::tcp::acceptor acceptor(*contexts[0], {asio::ip::address_v4::loopback(), 0});
  std::cout << "port " << acceptor.local_endpoint().port() << std::endl;
  Accept(&acceptor, &contexts, 0, body);
  auto work = asio::make_work_guard(*contexts[1]);
  std::thread other([&contexts] { contexts[1]->run(); });
  contexts[0]->run();
  other.join();
}
