#include "server/rest/http/http_server.h"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/logging.h"
#include "base/mutex.h"
#include "server/rest/http/connection.h"

namespace regent {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

// Each connection takes a descriptor, and the usual soft limit is 1024.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::string NameOf(const HttpListener& listener) {
  const bool brackets = listener.host.find(':') != std::string::npos;
  return absl::StrCat(listener.certificate_file.empty() ? "http" : "https", "://", brackets ? "[" : "", listener.host,
                      brackets ? "]" : "", ":", listener.port);
}

absl::Status LoadTls(const HttpListener& listener, asio::ssl::context* tls) {
  boost::system::error_code error;
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  tls->use_certificate_chain_file(listener.certificate_file, error);
  if (error) {
    return MakeError(ErrorReason::kConfigurationInvalid,
                     absl::StrCat(listener.certificate_file, ": no PEM certificate chain: ", error.message()));
  }
  // Else the library would ask for it on the terminal, and the node would wait there.
  tls->set_password_callback([](size_t, asio::ssl::context::password_purpose) { return std::string(); }, error);
  tls->use_private_key_file(listener.key_file, asio::ssl::context::pem, error);
  if (error) {
    return MakeError(ErrorReason::kConfigurationInvalid,
                     absl::StrCat(listener.key_file,
                                  ": no PEM key, without a password, that fits the certificate: ", error.message()));
  }
  return absl::OkStatus();
}

}  // namespace

// Shared with every connection, so that an answer that comes late, or never, finds what it holds on to.
class HttpServer::Core : public ConnectionOwner, public std::enable_shared_from_this<Core> {
 public:
  Core(Options options, Handler handler) : options_(std::move(options)), handler_(std::move(handler)) {}

  const Options& options() const override { return options_; }
  void Handle(std::shared_ptr<const HttpRequest> request, HttpReply reply) override {
    handler_(std::move(request), std::move(reply));
  }

  absl::Status Start(std::vector<Address>* addresses);
  void Drain(std::chrono::milliseconds patience);
  Counts counts() const;

  void Ended(Connection* connection) override {
    lane_of_.at(connection->lane()).connections.erase(connection);
    if (open_.fetch_sub(1) == 1) {
      MutexLock lock(&mutex_);
      changed_.NotifyAll();
    }
  }
  void CountTimeout() override { ++timeouts_; }
  void CountMalformed() override { ++malformed_; }
  bool ReserveBuffer(size_t bytes) override {
    if (buffered_.fetch_add(bytes) + bytes <= options_.max_buffered_bytes) return true;
    buffered_.fetch_sub(bytes);
    return false;
  }
  bool ReserveAnswer(size_t bytes) override {
    if (buffered_.fetch_add(bytes) < options_.max_buffered_bytes) return true;
    buffered_.fetch_sub(bytes);
    return false;
  }
  void ReleaseBuffer(size_t bytes) override { buffered_.fetch_sub(bytes); }
  bool draining() const override { return draining_; }

  bool Post(int lane, std::function<void()> task) override {
    // After the threads have ended nobody would run it, and it would hold its connection for ever.
    MutexLock lock(&mutex_);
    if (ended_) return false;
    asio::post(lane_of_[lane].context, std::move(task));
    return true;
  }

 private:
  // A thread with the connections that it serves: no other one touches them.
  struct Lane {
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    asio::steady_timer sweep{context};
    std::map<Connection*, std::shared_ptr<Connection>> connections;
    std::thread thread;
    bool ending = false;  // its own thread's
  };
  struct Acceptor {
    explicit Acceptor(asio::io_context* context) : socket(*context), pause(*context) {}
    asio::basic_socket_acceptor<Tcp, asio::io_context::executor_type> socket;
    asio::steady_timer pause;
    std::unique_ptr<asio::ssl::context> tls;
  };

  absl::Status Listen(const HttpListener& listener, Address* address);
  void Accept(Acceptor* acceptor);
  void Take(Acceptor* acceptor, size_t lane, HttpSocket socket);
  void Sweep(Lane* lane);
  // `visit` may end the connection, which takes it out of the map.
  template <typename Visit>
  static void ForEach(Lane* lane, const Visit& visit) {
    for (auto next = lane->connections.begin(); next != lane->connections.end();) {
      const std::shared_ptr<Connection> connection = (next++)->second;
      visit(connection.get());
    }
  }
  std::chrono::milliseconds SweepPeriod() const;

  const Options options_;
  const Handler handler_;
  std::vector<Lane> lane_of_{static_cast<size_t>(std::max(1, options_.threads))};
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  size_t next_lane_ = 0;  // on the first lane's thread

  std::atomic<int64_t> open_{0};
  std::atomic<int64_t> accepted_{0};
  std::atomic<int64_t> refused_{0};
  std::atomic<int64_t> timeouts_{0};
  std::atomic<int64_t> malformed_{0};
  std::atomic<size_t> buffered_{0};
  std::atomic<bool> draining_{false};

  Mutex mutex_;
  CondVar changed_;
  bool started_ = false;
  bool deaf_ GUARDED_BY(mutex_) = false;  // no connection will come any more
  bool ended_ GUARDED_BY(mutex_) = false;
};

absl::Status HttpServer::Core::Listen(const HttpListener& listener, Address* address) {
  asio::io_context& context = lane_of_[0].context;
  auto acceptor = std::make_unique<Acceptor>(&context);
  if (!listener.certificate_file.empty()) {
    acceptor->tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    if (absl::Status status = LoadTls(listener, acceptor->tls.get()); !status.ok()) return status;
  }
  boost::system::error_code error;
  asio::ip::basic_resolver<Tcp, asio::io_context::executor_type> resolver(context);
  const auto found =
      resolver.resolve(listener.host, std::to_string(listener.port),
                       asio::ip::resolver_base::numeric_service | asio::ip::resolver_base::passive, error);
  if (!error && !found.empty()) {
    const Tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor->socket.open(endpoint.protocol(), error);
    if (!error) acceptor->socket.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor->socket.bind(endpoint, error);
    if (!error) acceptor->socket.listen(asio::socket_base::max_listen_connections, error);
  }
  if (error || found.empty()) {
    return MakeError(ErrorReason::kConfigurationInvalid,
                     absl::StrCat("Cannot listen on '", NameOf(listener), "' (listeners): ", error.message()));
  }
  address->host = listener.host;
  address->port = acceptor->socket.local_endpoint().port();
  address->tls = acceptor->tls != nullptr;
  acceptors_.push_back(std::move(acceptor));
  return absl::OkStatus();
}

absl::Status HttpServer::Core::Start(std::vector<Address>* addresses) {
  RaiseDescriptorLimit();
  for (const HttpListener& listener : options_.listeners) {
    if (absl::Status status = Listen(listener, &addresses->emplace_back()); !status.ok()) return status;
  }
  started_ = true;
  for (auto& acceptor : acceptors_) Accept(acceptor.get());
  for (Lane& lane : lane_of_) {
    Sweep(&lane);
    lane.thread = std::thread([&lane] { lane.context.run(); });
  }
  return absl::OkStatus();
}

void HttpServer::Core::Accept(Acceptor* acceptor) {
  const size_t lane = next_lane_++ % lane_of_.size();
  acceptor->socket.async_accept(lane_of_[lane].context,
                                [this, acceptor, lane](boost::system::error_code error, HttpSocket socket) {
                                  if (!acceptor->socket.is_open()) return;
                                  if (!error) {
                                    Take(acceptor, lane, std::move(socket));
                                    Accept(acceptor);
                                    return;
                                  }
                                  if (error != asio::error::connection_aborted) {
                                    // No descriptors, no memory: it would fail again at once, until connections end.
                                    LOG_EVERY_N(WARNING, 100) << "HTTP cannot accept connections: " << error.message();
                                    acceptor->pause.expires_after(std::chrono::milliseconds(100));
                                    acceptor->pause.async_wait([this, acceptor](boost::system::error_code stopped) {
                                      if (!stopped && acceptor->socket.is_open()) Accept(acceptor);
                                    });
                                    return;
                                  }
                                  Accept(acceptor);
                                });
}

void HttpServer::Core::Take(Acceptor* acceptor, size_t lane, HttpSocket socket) {
  ++accepted_;
  const bool too_many = open_.fetch_add(1) >= options_.max_connections;
  if (too_many) ++refused_;
  boost::system::error_code ignored;
  socket.set_option(Tcp::no_delay(true), ignored);
  std::shared_ptr<Connection> connection =
      NewConnection(shared_from_this(), static_cast<int>(lane), std::move(socket), acceptor->tls.get());
  asio::post(lane_of_[lane].context, [this, lane, connection = std::move(connection), too_many] {
    lane_of_[lane].connections.emplace(connection.get(), connection);
    connection->Start(too_many ? Connection::Welcome::kRefuse : Connection::Welcome::kServe);
  });
}

std::chrono::milliseconds HttpServer::Core::SweepPeriod() const {
  const auto shortest = std::min({options_.idle_timeout, options_.header_timeout, options_.body_timeout});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(1000));
}

// Deadlines are looked at now and then: a timer for each read would cost more than the read.
void HttpServer::Core::Sweep(Lane* lane) {
  lane->sweep.expires_after(SweepPeriod());
  lane->sweep.async_wait([this, lane](boost::system::error_code stopped) {
    // A wait that had just ended cannot be cancelled any more, and would begin the next for ever.
    if (stopped || lane->ending) return;
    const auto now = std::chrono::steady_clock::now();
    ForEach(lane, [now](Connection* connection) { connection->CloseIfLate(now); });
    Sweep(lane);
  });
}

void HttpServer::Core::Drain(std::chrono::milliseconds patience) {
  {
    MutexLock lock(&mutex_);
    if (ended_) return;
  }
  if (!started_) return;
  draining_ = true;
  Post(0, [this] {
    for (auto& acceptor : acceptors_) {
      boost::system::error_code ignored;
      acceptor->socket.close(ignored);
      acceptor->pause.cancel();
    }
    MutexLock lock(&mutex_);
    deaf_ = true;
    changed_.NotifyAll();
  });
  for (size_t i = 0; i < lane_of_.size(); ++i) {
    Post(static_cast<int>(i),
         [this, i] { ForEach(&lane_of_[i], [](Connection* connection) { connection->CloseIfIdle(); }); });
  }
  const auto deadline = std::chrono::steady_clock::now() + patience;
  {
    MutexLock lock(&mutex_);
    while (!deaf_) changed_.Wait(&mutex_);
    while (open_ > 0 && changed_.WaitUntil(&mutex_, deadline)) {
    }
  }
  for (size_t i = 0; i < lane_of_.size(); ++i) {
    Post(static_cast<int>(i), [this, i] {
      Lane& lane = lane_of_[i];
      lane.ending = true;
      lane.sweep.cancel();
      ForEach(&lane, [](Connection* connection) { connection->Close(); });
      lane.work.reset();
    });
  }
  {
    MutexLock lock(&mutex_);
    ended_ = true;
  }
  // They run out of work once every socket is closed.
  for (Lane& lane : lane_of_) lane.thread.join();
}

HttpServer::Counts HttpServer::Core::counts() const { return {open_, accepted_, refused_, timeouts_, malformed_}; }

HttpServer::HttpServer(Options options, Handler handler)
    : core_(std::make_shared<Core>(std::move(options), std::move(handler))) {}

HttpServer::~HttpServer() { Drain(std::chrono::milliseconds(0)); }

absl::Status HttpServer::Start() {
  absl::Status status = core_->Start(&addresses_);
  if (!status.ok()) addresses_.clear();
  return status;
}

void HttpServer::Drain(std::chrono::milliseconds patience) { core_->Drain(patience); }

HttpServer::Counts HttpServer::counts() const { return core_->counts(); }

}  // namespace regent
