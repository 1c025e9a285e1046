// Puts the id of its schema before an order's bytes, and finds the schema of an order that somebody else wrote.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "client/registry_client.h"

namespace quickstart {

// Thread-safe. Give it a client whose connection caches: it asks for a schema with every message.
class OrderCodec {
 public:
  explicit OrderCodec(regent::client::RegistryClient registry) : registry_(std::move(registry)) {}

  // Registers the schema of orders, which does nothing when it is there, and frames `payload` with its id.
  absl::StatusOr<std::string> Frame(std::string_view payload) const;

  // The text of the schema that `message` was written with. INVALID_ARGUMENT for bytes that were not framed.
  absl::StatusOr<std::string> WriterSchema(std::string_view message) const;

 private:
  regent::client::RegistryClient registry_;
};

}  // namespace quickstart
