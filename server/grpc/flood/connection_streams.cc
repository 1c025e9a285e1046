#include "server/grpc/flood/connection_streams.h"

#include <grpc/grpc.h>
#include <grpc/support/alloc.h>

#include <charconv>
#include <functional>
#include <utility>

#include "absl/strings/escaping.h"
#include "base/json_value.h"

namespace regent {
namespace {

// gRPC hands out text that the caller frees; null when it knows nothing.
std::optional<JsonValue> Take(char* text) {
  if (text == nullptr) return std::nullopt;
  auto json = JsonValue::Parse(text);
  gpr_free(text);
  if (!json.ok()) return std::nullopt;
  return *std::move(json);
}

// Numbers of 64 bits are strings in the JSON form of Protobuf, and those that are zero are left out.
int64_t NumberIn(const JsonValue* value) {
  if (value == nullptr) return 0;
  if (!value->is_string()) return value->ToInt64().value_or(0);
  const std::string& text = value->string_value();
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

const JsonValue* Find(const JsonValue* value, std::string_view name) {
  return value == nullptr ? nullptr : value->Find(name);
}

std::optional<TcpEnd> TcpEndIn(const JsonValue* address) {
  const JsonValue* const tcp = Find(address, "tcpip_address");
  const JsonValue* const ip = Find(tcp, "ip_address");
  std::string packed;
  if (ip == nullptr || !ip->is_string() || !absl::Base64Unescape(ip->string_value(), &packed)) return std::nullopt;
  return TcpEnd::FromPacked(packed, static_cast<uint16_t>(NumberIn(Find(tcp, "port"))));
}

std::optional<OwnConnection> ConnectionIn(const JsonValue& socket) {
  const JsonValue* const local = socket.Find("local");
  const JsonValue* const path = Find(Find(local, "uds_address"), "filename");
  if (path != nullptr && path->is_string()) return UnixConnection{path->string_value()};
  const auto here = TcpEndIn(local);
  const auto there = TcpEndIn(socket.Find("remote"));
  if (!here || !there) return std::nullopt;
  return TcpConnection{*here, *there};
}

std::optional<ConnectionStreams> StreamsIn(const JsonValue& response) {
  const JsonValue* const socket = response.Find("socket");
  const JsonValue* const data = Find(socket, "data");
  if (data == nullptr) return std::nullopt;
  auto connection = ConnectionIn(*socket);
  if (!connection) return std::nullopt;
  ConnectionStreams streams;
  streams.id = NumberIn(Find(socket->Find("ref"), "socketId"));
  streams.connection = *std::move(connection);
  streams.unfinished = NumberIn(data->Find("streamsStarted")) - NumberIn(data->Find("streamsSucceeded")) -
                       NumberIn(data->Find("streamsFailed"));
  return streams;
}

void ReadServer(int64_t server, std::vector<ConnectionStreams>* out) {
  for (int64_t next = 0;;) {
    const auto page = Take(grpc_channelz_get_server_sockets(server, next, 0));
    const JsonValue* const refs = page ? page->Find("socketRef") : nullptr;
    if (refs == nullptr || !refs->is_array()) return;
    for (const JsonValue& ref : refs->items()) {
      const int64_t id = NumberIn(ref.Find("socketId"));
      next = id + 1;
      const auto response = Take(grpc_channelz_get_socket(id));
      if (!response) continue;
      if (auto streams = StreamsIn(*response)) out->push_back(*std::move(streams));
    }
    if (page->Find("end") != nullptr || refs->items().empty()) return;
  }
}

void ForEachServer(const std::function<void(const JsonValue&)>& use) {
  for (int64_t next = 0;;) {
    const auto page = Take(grpc_channelz_get_servers(next));
    const JsonValue* const servers = page ? page->Find("server") : nullptr;
    if (servers == nullptr || !servers->is_array()) return;
    for (const JsonValue& server : servers->items()) {
      next = NumberIn(Find(server.Find("ref"), "serverId")) + 1;
      use(server);
    }
    if (page->Find("end") != nullptr || servers->items().empty()) return;
  }
}

}  // namespace

std::optional<ConnectionStreams> ParseConnectionStreams(std::string_view json) {
  const auto response = JsonValue::Parse(json);
  if (!response.ok()) return std::nullopt;
  return StreamsIn(*response);
}

std::vector<ConnectionStreams> ReadConnectionStreams() {
  std::vector<ConnectionStreams> all;
  ForEachServer([&](const JsonValue& server) { ReadServer(NumberIn(Find(server.Find("ref"), "serverId")), &all); });
  return all;
}

int64_t ReadStartedCalls() {
  int64_t calls = 0;
  ForEachServer([&](const JsonValue& server) { calls += NumberIn(Find(server.Find("data"), "callsStarted")); });
  return calls;
}

}  // namespace regent
