#include "server/rest/rest_server.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace regent {
namespace {

RestEnvironment WithRegistries(RestEnvironment environment, Registry* registry, Registry* without_forwarding) {
  environment.registry = registry;
  environment.registry_without_forwarding = without_forwarding;
  return environment;
}

HttpServer::Options WithErrors(HttpServer::Options options, const RestService* service) {
  options.make_error = [service](int status, std::string_view what) { return service->MakeError(status, what); };
  return options;
}

}  // namespace

RestServer::RestServer(const Options& options, Registry* registry, Registry* registry_without_forwarding,
                       Executor* executor)
    : service_(options.service, WithRegistries(options.environment, registry, registry_without_forwarding), executor),
      http_(WithErrors(options.http, &service_), [this](std::shared_ptr<const HttpRequest> request, HttpReply reply) {
        service_.Handle(std::move(request), std::move(reply));
      }) {}

RestServer::~RestServer() = default;

void RestServer::OnMetrics(std::function<NodeFigures()> node) {
  service_.OnMetrics(std::move(node), [this] { return http_.counts(); });
}

absl::Status RestServer::Start() { return http_.Start(); }

std::vector<std::string> RestServer::urls() const {
  std::vector<std::string> urls;
  for (const HttpServer::Address& address : http_.addresses()) {
    const bool brackets = address.host.find(':') != std::string::npos;
    urls.push_back(absl::StrCat(address.tls ? "https" : "http", "://", brackets ? "[" : "", address.host,
                                brackets ? "]" : "", ":", address.port));
  }
  return urls;
}

void RestServer::Drain(std::chrono::milliseconds patience) { http_.Drain(patience); }

}  // namespace regent
