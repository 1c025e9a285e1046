// One HTTP connection, on one thread ("lane"). Inner to the HTTP server.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "server/rest/http/http_server.h"

namespace regent {

using HttpSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

class Connection;

// What a connection asks of its server. Thread-safe, except Ended.
class ConnectionOwner {
 public:
  virtual ~ConnectionOwner() = default;
  virtual const HttpServer::Options& options() const = 0;
  virtual void Handle(std::shared_ptr<const HttpRequest> request, HttpReply reply) = 0;
  // On the lane's thread, once, when nothing of the connection is under way any more.
  virtual void Ended(Connection* connection) = 0;
  virtual void CountTimeout() = 0;
  virtual void CountMalformed() = 0;
  // Of the memory for bodies: false where there is not as much left.
  virtual bool ReserveBuffer(size_t bytes) = 0;
  // The same for one that is there already: false only where there is nothing left.
  virtual bool ReserveAnswer(size_t bytes) = 0;
  virtual void ReleaseBuffer(size_t bytes) = 0;
  virtual bool draining() const = 0;
  // Runs `task` on the lane's thread; false when that has ended.
  virtual bool Post(int lane, std::function<void()> task) = 0;
};

// Everything on the lane's thread.
class Connection {
 public:
  virtual ~Connection() = default;
  enum class Welcome { kServe, kRefuse };
  virtual void Start(Welcome welcome) = 0;
  virtual void CloseIfLate(std::chrono::steady_clock::time_point now) = 0;
  // When no request is under way.
  virtual void CloseIfIdle() = 0;
  virtual void Close() = 0;
  virtual int lane() const = 0;
};

// `tls` is null for a plain one, else it outlives the connection's use.
std::shared_ptr<Connection> NewConnection(std::shared_ptr<ConnectionOwner> owner, int lane, HttpSocket socket,
                                          boost::asio::ssl::context* tls);

}  // namespace regent
