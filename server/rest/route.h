// An endpoint: which requests are its own, and what it does. Endpoints are pure: they decode, ask the registry and
// encode; threads and connections are none of their business.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/registry/registry.h"
#include "server/rest/http/http_message.h"
#include "server/rest/http/url.h"
#include "server/rest/rest_error.h"

namespace regent {

// What all endpoints know of the node.
struct RestEnvironment {
  Registry* registry = nullptr;
  // For writes that another node's REST door sent on (X-Forward): one that hands nothing on, so that none goes in
  // circles. Null: as `registry`.
  Registry* registry_without_forwarding = nullptr;
  CompatProfile profile = CompatProfile::k8;
  std::vector<SchemaType> schema_types;
  // Of `schema.search.*`: how many schemas a list holds if the caller did not say, and at most.
  int schemas_default = 1000;
  int schemas_max = 1000;
  // For /v1/metadata.
  std::string cluster_id;
  std::string group_id;
  std::string version;
};

struct RestRequest {
  std::vector<std::string> arguments;  // what the pattern's {} stand for, decoded
  Url url;
  std::string_view body;

  const std::string& argument(size_t index) const { return arguments[index]; }
  // Only "true", in any case, is true.
  bool Flag(std::string_view name) const;
  // Empty when there is none.
  std::string Text(std::string_view name) const;
  // REQUEST_INVALID for what is no number.
  absl::StatusOr<int64_t> Number(std::string_view name, int64_t if_absent) const;
};

struct RestAnswer {
  int status = 200;
  std::shared_ptr<const std::string> body;
  std::string content_type;  // empty: as negotiated
};
RestAnswer JsonAnswer(std::string json);

struct RestWrite {
  WriteCommand command;
  std::function<RestAnswer(const WriteResult&)> encode;
  // What REST clients are told of a failure, where it is more than the registry's own message.
  std::function<absl::Status(const absl::Status&)> explain;
};

using RestRead = absl::StatusOr<RestAnswer> (*)(const RestEnvironment&, const RestRequest&);
using RestWriter = absl::StatusOr<RestWrite> (*)(const RestEnvironment&, const RestRequest&);

struct Route {
  HttpMethod method = HttpMethod::kGet;
  std::string_view pattern;  // "/subjects/{}/versions/{}"
  // One of the two. `slow` reads parse or compare, and run off the server's threads.
  RestRead read = nullptr;
  RestWriter write = nullptr;
  bool slow = false;
};

}  // namespace regent
