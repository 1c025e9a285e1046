// Requests to answers: what all endpoints have in common. Media types, routing, request ids, CORS, positions, errors,
// and which thread does the work.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/executor.h"
#include "server/rest/http/http_message.h"
#include "server/rest/metrics.h"
#include "server/rest/route.h"
#include "server/rest/router.h"

namespace regent {

// Thread-safe. Does not own the registry, the executor or the clock of anything; they outlive it.
class RestService {
 public:
  struct Options {
    // Reads that parse, compare, render or list: so many may wait for the executor. Beyond it they are
    // refused with OVERLOADED.
    int max_waiting_reads = 256;
    // Of a whole request, writes included; what takes longer is answered 504.
    std::chrono::milliseconds request_timeout{0};  // 0: the registry's own
    // CORS: "" is off, "*" any origin, else a comma-separated list.
    std::string allow_origin;
    std::string allow_methods = "GET,POST,PUT,DELETE,HEAD,OPTIONS";
    std::string allow_headers = "X-Requested-With,Content-Type,Accept,Origin,Authorization,X-Request-ID";
  };

  RestService(Options options, RestEnvironment environment, Executor* executor);

  // Answers once, perhaps later and from another thread.
  void Handle(std::shared_ptr<const HttpRequest> request, HttpReply reply);

  // What GET /metrics shows besides the requests; set before the first request.
  void OnMetrics(std::function<NodeFigures()> node, std::function<HttpServer::Counts()> http);

  // For requests that never become one.
  HttpResponse MakeError(int status, std::string_view what) const;

 private:
  struct Call;
  void Route(const std::shared_ptr<Call>& call);
  CallContext ContextOf(const Call& call) const;
  void Run(const std::shared_ptr<Call>& call);
  struct Queue {
    explicit Queue(int size) : most(size) {}
    const int most;
    std::atomic<int> waiting{0};
  };
  // Off the server's threads, while there is room in the queue.
  void RunSlowly(const std::shared_ptr<Call>& call, Queue* queue, std::function<absl::StatusOr<RestAnswer>()> read);
  void Write(const std::shared_ptr<Call>& call);
  void Answer(Call* call, const absl::StatusOr<RestAnswer>& answer);
  // Whether the page that asks may see the answer.
  bool AddCors(const Call& call, HttpResponse* response) const;
  void AnswerOptions(Call* call, const std::vector<HttpMethod>& allowed);
  void AnswerMetrics(const std::shared_ptr<Call>& call);

  const Options options_;
  const RestEnvironment environment_;
  Executor* const executor_;
  const Router router_;
  Metrics metrics_;
  std::function<NodeFigures()> node_figures_;
  std::function<HttpServer::Counts()> http_counts_;
  Queue reads_;
  // Of its own: when there is too much to do, somebody wants to see it.
  Queue metrics_reads_{16};
};

}  // namespace regent
