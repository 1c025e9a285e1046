// Answers for tests of commands.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "client/registry_types.h"

namespace regent::cli {

inline client::StoredSchemaPtr SampleSchema(int id = 7) {
  auto stored = std::make_shared<StoredSchema>();
  stored->context = ".";
  stored->id = SchemaId(id);
  stored->hash = *ContentHash::ParseGuid("095d71cf-1255-6b9d-5e33-0ad575b3df5d");
  stored->content.text = "\"string\"";
  return stored;
}

// orders-value version 3, id 7.
inline client::SchemaVersion SampleVersion(std::string subject = "orders-value", int version = 3) {
  client::SchemaVersion out;
  out.subject = Subject::Parse(subject);
  out.version = Version(version);
  out.stored = SampleSchema();
  return out;
}

inline client::SchemaVersion SampleWithReference() {
  auto stored = std::make_shared<StoredSchema>(*SampleSchema(8));
  stored->content.text = "{\n  \"type\": \"record\"\n}\n";
  stored->content.references = {{"com.acme.Money", Subject(".eu", "money"), Version(2)}};
  client::SchemaVersion out = SampleVersion(":.eu:orders", 4);
  out.stored = std::move(stored);
  return out;
}

inline CompatibilityReport SampleReport() {
  CompatibilityReport report;
  report.level = CompatibilityLevel::kFullTransitive;
  report.compatible = false;
  Difference backward;
  backward.type = "READER_FIELD_MISSING_DEFAULT_VALUE";
  backward.path = "/fields/1";
  backward.detail = "amount";
  backward.message = "The new field 'amount' has no default.";
  backward.fix = "give it a default";
  Difference forward = backward;
  forward.type = "TYPE_MISMATCH";
  forward.path = "/fields/0/type";
  forward.detail = "";
  forward.message = "int cannot be read as string.";
  forward.fix = "";
  forward.breaks = Difference::Breaks::kOldReader;
  report.versions = {{Version(2), {}, false}, {Version(1), {backward, forward}, true}};
  return report;
}

}  // namespace regent::cli
