#include "server/convert/watch.h"

#include <variant>

#include "server/convert/config.h"
#include "server/convert/schema.h"
#include "server/convert/violations.h"

namespace regent {
namespace {

void ToProto(const SchemaVersionChange& change, v1::WatchEvent* proto) {
  v1::SchemaVersionChange* out = proto->mutable_schema_version();
  ToProto(change.subject, out->mutable_subject());
  out->set_version(change.version.value());
  if (change.now) ToProto(*change.now, out->mutable_now());
}

void ToProto(const ConfigChange& change, v1::WatchEvent* proto) {
  ToProto(change.target, proto->mutable_config()->mutable_target());
  if (change.now != nullptr) ToProto(*change.now, proto->mutable_config()->mutable_now());
}

void ToProto(const ModeChange& change, v1::WatchEvent* proto) {
  ToProto(change.target, proto->mutable_mode()->mutable_target());
  proto->mutable_mode()->set_now(ToProto(change.now));
}

void ToProto(const CaughtUp&, v1::WatchEvent* proto) { proto->mutable_caught_up(); }

}  // namespace

absl::StatusOr<WatchChanges> FromProto(const v1::WatchChangesRequest& proto) {
  Violations violations;
  WatchChanges query;
  switch (proto.from_case()) {
    case v1::WatchChangesRequest::kSnapshot:
      query.from = WatchChanges::From::kSnapshot;
      break;
    case v1::WatchChangesRequest::kPosition:
      query.from = WatchChanges::From::kPosition;
      query.position = {proto.position().log_id(), Offset(proto.position().offset())};
      if (query.position.log_id.empty()) violations.Add("position.log_id", "required");
      break;
    case v1::WatchChangesRequest::kNow:
    case v1::WatchChangesRequest::FROM_NOT_SET:
      break;
  }
  query.context_prefix = proto.context() == "*" ? "*" : ContextFromProto(proto.context(), "context", &violations);
  query.prefix = proto.prefix();
  if (!violations.empty()) return violations.ToStatus();
  return query;
}

void ToProto(const WatchEvent& event, v1::WatchEvent* proto) {
  if (!event.position.log_id.empty()) ToProto(event.position, proto->mutable_position());
  std::visit([proto](const auto& what) { ToProto(what, proto); }, event.what);
}

}  // namespace regent
