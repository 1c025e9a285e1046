#include "server/rest/rest_service.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error_reason.h"
#include "base/logging.h"
#include "server/convert/position.h"
#include "server/registry/await_read.h"
#include "server/rest/association_endpoints.h"
#include "server/rest/context_path.h"
#include "server/rest/http/media_type.h"
#include "server/rest/node_endpoints.h"
#include "server/rest/schema_endpoints.h"
#include "server/rest/settings_endpoints.h"
#include "server/rest/subject_endpoints.h"

namespace regent {
namespace {

constexpr std::string_view kRequestId = "X-Request-ID";
constexpr std::string_view kMinPosition = "regent-min-position";
constexpr std::string_view kConsistency = "regent-consistency";

std::vector<regent::Route> AllRoutes() {
  std::vector<regent::Route> routes = SchemaRoutes();
  for (auto part : {SubjectRoutes(), SettingsRoutes(), AssociationRoutes(), NodeRoutes()}) {
    routes.insert(routes.end(), part.begin(), part.end());
  }
  return routes;
}

std::vector<Metrics::Endpoint> EndpointsOf(const Router& router) {
  std::vector<Metrics::Endpoint> endpoints;
  for (const regent::Route& route : router.routes()) {
    endpoints.push_back({std::string(HttpMethodName(route.method)), std::string(route.pattern)});
  }
  return endpoints;
}

// A version 4 UUID. Ids of requests are no secrets.
std::string NewRequestId() {
  thread_local std::mt19937_64 random(std::random_device{}());
  const uint64_t a = random();
  const uint64_t b = random();
  std::array<char, 37> text{};
  std::snprintf(text.data(), text.size(), "%08x-%04x-4%03x-%04x-%012llx", static_cast<unsigned>(a >> 32),
                static_cast<unsigned>(a >> 16 & 0xffff), static_cast<unsigned>(a & 0xfff),
                static_cast<unsigned>((b >> 48 & 0x3fff) | 0x8000),
                static_cast<unsigned long long>(b & 0xffffffffffff));
  return text.data();
}

// One that is not blank, cannot break the answer's headers and is no burden.
bool IsUsableId(std::string_view id) {
  constexpr size_t kLongest = 256;
  bool blank = true;
  for (const char c : id) {
    if (static_cast<unsigned char>(c) < ' ' || c == 127) return false;
    blank = blank && c == ' ';
  }
  return !blank && id.size() <= kLongest;
}

// Some of a header, for an error: what is not ASCII text is a '?'.
std::string Printable(std::string_view text) {
  constexpr size_t kLongest = 100;
  std::string printable(text.substr(0, kLongest));
  for (char& c : printable) {
    if (c < ' ' || c > '~') c = '?';
  }
  return printable;
}

// How fresh the answer is to be.
absl::StatusOr<ReadOptions> ReadOptionsOf(const HttpRequest& request) {
  ReadOptions options;
  const std::string_view consistency = request.Header(kConsistency);
  if (EqualsIgnoreCase(consistency, "linearizable")) {
    options.consistency = Consistency::kLinearizable;
  } else if (!consistency.empty() && !EqualsIgnoreCase(consistency, "local")) {
    return errors::RequestInvalid(kConsistency, "is neither 'local' nor 'linearizable'");
  }
  const std::string_view wanted = request.Header(kMinPosition);
  if (wanted.empty()) return options;
  const auto position = PositionFromText(wanted);
  if (!position) return errors::RequestInvalid(kMinPosition, "is not of the form OFFSET@LOG");
  options.min_position = *position;
  return options;
}

bool HasBody(HttpMethod method) { return method == HttpMethod::kPost || method == HttpMethod::kPut; }

// A client's word for one write. It goes into a record's header, where a space would begin a number, and into messages
// between nodes, which are UTF-8.
absl::StatusOr<std::string> WriteKeyOf(const HttpRequest& request) {
  constexpr std::string_view kName = "Idempotency-Key";
  constexpr size_t kLongest = 128;
  const std::string_view key = request.Header(kName);
  const bool usable = std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!usable || key.size() > kLongest) {
    return errors::RequestInvalid(kName, "is at most 128 characters of ASCII without spaces, for example a UUID");
  }
  return std::string(key);
}

// Whether a text is asked for in another form, which is parsed for it.
bool Renders(const RestRequest& request) {
  const std::string* format = request.url.Parameter("format");
  return format != nullptr && !format->empty();
}

std::string Allowed(const std::vector<HttpMethod>& methods) {
  std::string text;
  for (const HttpMethod method : methods) {
    absl::StrAppend(&text, text.empty() ? "" : ",", std::string(HttpMethodName(method)));
    if (method == HttpMethod::kGet) text += ",HEAD";
  }
  return text + ",OPTIONS";
}

}  // namespace

// One request on its way.
struct RestService::Call {
  std::shared_ptr<const HttpRequest> http;
  HttpReply reply;
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
  std::string request_id;
  std::string media_type{kSchemaRegistryV1Json};
  Position position;  // before the answer was made: never ahead of what it saw
  RestRequest request;
  const regent::Route* route = nullptr;
  size_t endpoint = Metrics::kOther;
  std::string allow;  // with 405
};

RestService::RestService(Options options, RestEnvironment environment, Executor* executor)
    : options_(std::move(options)),
      environment_(std::move(environment)),
      executor_(executor),
      router_(AllRoutes()),
      metrics_(EndpointsOf(router_)),
      reads_(options_.max_waiting_reads) {}

void RestService::OnMetrics(std::function<NodeFigures()> node, std::function<HttpServer::Counts()> http) {
  node_figures_ = std::move(node);
  http_counts_ = std::move(http);
}

HttpResponse RestService::MakeError(int status, std::string_view what) const {
  HttpResponse response;
  response.status = status;
  response.content_type = std::string(kSchemaRegistryV1Json);
  response.body = std::make_shared<const std::string>(ErrorBody(status, what));
  return response;
}

void RestService::Handle(std::shared_ptr<const HttpRequest> request, HttpReply reply) {
  auto call = std::make_shared<Call>();
  call->http = std::move(request);
  call->reply = std::move(reply);
  const std::string_view id = call->http->Header(kRequestId);
  call->request_id = IsUsableId(id) ? std::string(id) : NewRequestId();
  const std::string_view type = NegotiateMediaType(call->http->Header("Accept"));
  if (!type.empty()) call->media_type = std::string(type);
  auto url = ParseUrl(call->http->target);
  if (!url.ok()) return Answer(call.get(), url.status());
  call->request.url = *std::move(url);
  if (absl::Status status = ApplyContextPrefix(&call->request.url); !status.ok()) return Answer(call.get(), status);
  // Health and metrics are plain text, whatever a caller would rather have.
  const std::vector<std::string>& segments = call->request.url.segments;
  const bool plain =
      segments.size() == 1 && (segments[0] == "healthz" || segments[0] == "readyz" || segments[0] == "metrics");
  if (type.empty() && !plain) {
    return Answer(call.get(), HttpError(406, absl::StrCat("HTTP 406 Not Acceptable: no answer is '",
                                                          Printable(call->http->Header("Accept")), "'")));
  }
  if (plain && segments[0] == "metrics" && node_figures_ != nullptr) return AnswerMetrics(call);
  Route(call);
}

void RestService::Route(const std::shared_ptr<Call>& call) {
  Router::Match match = router_.Find(call->http->method, call->request.url.segments);
  if (match.allowed.empty()) return Answer(call.get(), HttpError(404, "HTTP 404 Not Found"));
  if (call->http->method == HttpMethod::kOptions) return AnswerOptions(call.get(), match.allowed);
  if (match.route == nullptr) {
    call->allow = Allowed(match.allowed);
    return Answer(call.get(), HttpError(405, "HTTP 405 Method Not Allowed"));
  }
  call->route = match.route;
  call->endpoint = match.index;
  call->request.arguments = std::move(match.arguments);
  call->request.body = call->http->body;
  if (HasBody(call->http->method) && !IsAcceptedContentType(call->http->Header("Content-Type"))) {
    return Answer(call.get(), HttpError(415, absl::StrCat("HTTP 415 Unsupported Media Type: '",
                                                          Printable(call->http->Header("Content-Type")),
                                                          "'; bodies are application/vnd.schemaregistry.v1+json or "
                                                          "application/json")));
  }
  const auto options = ReadOptionsOf(*call->http);
  if (!options.ok()) return Answer(call.get(), options.status());
  if (*options == ReadOptions()) return Run(call);
  // Off the thread that says so: others wait for it.
  AwaitRead(environment_.registry, ContextOf(*call), *options, [this, call](const absl::Status& status) {
    if (!status.ok()) return Answer(call.get(), status);
    executor_->Post([this, call] { Run(call); });
  });
}

CallContext RestService::ContextOf(const Call& call) const {
  CallContext context;
  if (options_.request_timeout.count() > 0) context.deadline = call.begun + options_.request_timeout;
  context.caller = call.http->peer;
  return context;
}

void RestService::Run(const std::shared_ptr<Call>& call) {
  call->position = environment_.registry->AppliedPosition();
  if (call->route->write != nullptr) return Write(call);
  if (call->route->slow || Renders(call->request)) {
    return RunSlowly(call, &reads_, [this, call] { return call->route->read(environment_, call->request); });
  }
  Answer(call.get(), call->route->read(environment_, call->request));
}

void RestService::RunSlowly(const std::shared_ptr<Call>& call, Queue* queue,
                            std::function<absl::StatusOr<RestAnswer>()> read) {
  if (queue->waiting.fetch_add(1) >= queue->most) {
    queue->waiting.fetch_sub(1);
    return Answer(call.get(), regent::MakeError(ErrorReason::kOverloaded, "Too many requests wait; try again."));
  }
  executor_->Post([this, call, queue, read = std::move(read)] {
    const absl::StatusOr<RestAnswer> answer = read();
    // Before the answer: behind the last one the service may be gone.
    queue->waiting.fetch_sub(1);
    Answer(call.get(), answer);
  });
}

void RestService::Write(const std::shared_ptr<Call>& call) {
  absl::StatusOr<RestWrite> write = call->route->write(environment_, call->request);
  if (!write.ok()) return Answer(call.get(), write.status());
  CallContext context = ContextOf(*call);
  // Not X-Request-ID: people send one for all the requests of a trace.
  auto key = WriteKeyOf(*call->http);
  if (!key.ok()) return Answer(call.get(), key.status());
  context.request_id = *std::move(key);
  Registry* registry = environment_.registry;
  const bool forwarded = EqualsIgnoreCase(call->http->Header("X-Forward"), "true");
  if (forwarded && environment_.registry_without_forwarding != nullptr) {
    registry = environment_.registry_without_forwarding;
  }
  registry->Write(context, std::move(write->command),
                  [this, call, encode = std::move(write->encode),
                   explain = std::move(write->explain)](const absl::StatusOr<WriteResult>& result) {
                    if (!result.ok()) {
                      return Answer(call.get(), explain == nullptr ? result.status() : explain(result.status()));
                    }
                    call->position = result->position;
                    if (!Renders(call->request)) return Answer(call.get(), encode(*result));
                    // Not on the thread that applies the log. How many writes wait is bounded where they begin.
                    executor_->Post([this, call, encode, result = *result] { Answer(call.get(), encode(result)); });
                  });
}

void RestService::Answer(Call* call, const absl::StatusOr<RestAnswer>& answer) {
  HttpResponse response;
  response.content_type = call->media_type;
  if (answer.ok()) {
    response.status = answer->status;
    response.body = answer->body;
    if (!answer->content_type.empty()) response.content_type = answer->content_type;
    if (response.body == nullptr) response.content_type.clear();
  } else {
    const RestError error = ToRestError(answer.status(), environment_.profile);
    response.status = error.http_status;
    response.body = std::make_shared<const std::string>(ErrorBody(error.code, error.message));
    if (error.http_status == 429 || error.http_status == 503) response.headers.emplace_back("Retry-After", "1");
    if (!call->allow.empty()) response.headers.emplace_back("Allow", call->allow);
  }
  response.headers.emplace_back(kRequestId, call->request_id);
  if (!call->position.log_id.empty()) {
    response.headers.emplace_back(kPositionMetadata, PositionToText(call->position));
  }
  AddCors(*call, &response);
  const auto took = std::chrono::steady_clock::now() - call->begun;
  metrics_.CountRequest(call->endpoint, response.status, took);
  VLOG(1) << HttpMethodName(call->http->method) << " " << call->http->target << " " << response.status << " "
          << std::chrono::duration_cast<std::chrono::microseconds>(took).count() << " us, " << call->http->peer << ", "
          << call->request_id;
  call->reply(std::move(response));
}

bool RestService::AddCors(const Call& call, HttpResponse* response) const {
  if (options_.allow_origin.empty()) return false;
  // Whoever asked: a cache must not give one page's answer to another.
  response->headers.emplace_back("Vary", "Origin");
  const std::string_view origin = call.http->Header("Origin");
  if (origin.empty()) return false;
  bool allowed = false;
  for (absl::string_view each : absl::StrSplit(options_.allow_origin, ',')) {
    each = absl::StripAsciiWhitespace(each);
    allowed = allowed || each == "*" || EqualsIgnoreCase({each.data(), each.size()}, origin);
  }
  if (!allowed) return false;
  response->headers.emplace_back("Access-Control-Allow-Origin", std::string(origin));
  response->headers.emplace_back("Access-Control-Expose-Headers", absl::StrCat("X-Request-ID,", kPositionMetadata));
  return true;
}

void RestService::AnswerOptions(Call* call, const std::vector<HttpMethod>& allowed) {
  HttpResponse response;
  response.headers.emplace_back("Allow", Allowed(allowed));
  response.headers.emplace_back(kRequestId, call->request_id);
  const bool is_preflight = !call->http->Header("Access-Control-Request-Method").empty();
  if (AddCors(*call, &response) && is_preflight) {
    response.headers.emplace_back("Access-Control-Allow-Methods", options_.allow_methods);
    response.headers.emplace_back("Access-Control-Allow-Headers", options_.allow_headers);
    response.headers.emplace_back("Access-Control-Max-Age", "1800");
  }
  metrics_.CountRequest(Metrics::kOther, response.status, std::chrono::steady_clock::now() - call->begun);
  call->reply(std::move(response));
}

void RestService::AnswerMetrics(const std::shared_ptr<Call>& call) {
  // It walks all subjects: not on a thread that others wait for.
  RunSlowly(call, &metrics_reads_, [this]() -> absl::StatusOr<RestAnswer> {
    RestAnswer answer;
    answer.body = std::make_shared<const std::string>(metrics_.Render(node_figures_(), http_counts_()));
    answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
    return answer;
  });
}

}  // namespace regent
