#include "client/quickstart/order_codec.h"

#include <variant>

#include "client/wire_format.h"

namespace quickstart {
namespace {

constexpr char kSchema[] = R"({"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]})";

}  // namespace

absl::StatusOr<std::string> OrderCodec::Frame(std::string_view payload) const {
  const auto registered = registry_.Register(regent::Subject::Parse("orders-value"), {.text = kSchema});
  if (!registered.ok()) return registered.status();
  std::string message;
  const absl::Status appended = regent::client::AppendSchemaKey(registered->registered.stored->id, &message);
  if (!appended.ok()) return appended;
  return message.append(payload);
}

absl::StatusOr<std::string> OrderCodec::WriterSchema(std::string_view message) const {
  const auto key = regent::client::TakeSchemaKey(&message);
  if (!key.ok()) return key.status();
  const auto schema = std::visit([this](const auto& id_or_guid) { return registry_.GetSchema(id_or_guid); }, *key);
  if (!schema.ok()) return schema.status();
  return (*schema)->content.text;
}

}  // namespace quickstart
