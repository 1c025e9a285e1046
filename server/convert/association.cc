#include "server/convert/association.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/content_hash.h"
#include "server/convert/schema.h"

namespace regent {

ResourceAssociations FromProto(const v1::Association& proto, std::string_view field, Violations* violations) {
  const std::string path(field);
  ResourceAssociations resource;
  resource.resource_name = proto.resource_name();
  resource.resource_namespace = proto.resource_namespace();
  if (proto.resource_id().empty()) violations->Add(absl::StrCat(path, ".resource_id"), "required");
  resource.resource_id = proto.resource_id();
  resource.resource_type = proto.resource_type().empty() ? kTopic : proto.resource_type();
  ResourceAssociations::Wanted& wanted = resource.associations.emplace_back();
  if (proto.has_subject()) wanted.subject = FromProto(proto.subject(), absl::StrCat(path, ".subject"), violations);
  wanted.association_type = proto.association_type().empty() ? "value" : proto.association_type();
  wanted.lifecycle = FromProto(proto.lifecycle(), absl::StrCat(path, ".lifecycle"), violations);
  if (proto.has_frozen()) wanted.frozen = proto.frozen();
  if (!proto.guid().empty() && !ContentHash::ParseGuid(proto.guid())) {
    violations->Add(absl::StrCat(path, ".guid"), "a UUID");
  }
  wanted.guid = proto.guid();
  wanted.create_time_ms = MillisOf(proto.create_time());
  return resource;
}

std::optional<Lifecycle> FromProto(v1::AssociationLifecycle lifecycle, std::string_view field, Violations* violations) {
  switch (lifecycle) {
    case v1::ASSOCIATION_LIFECYCLE_UNSPECIFIED:
      return std::nullopt;
    case v1::ASSOCIATION_LIFECYCLE_STRONG:
      return Lifecycle::kStrong;
    case v1::ASSOCIATION_LIFECYCLE_WEAK:
      return Lifecycle::kWeak;
    default:
      violations->Add(field, absl::StrCat(static_cast<int>(lifecycle), " is no AssociationLifecycle"));
      return std::nullopt;
  }
}

void ToProto(const Association& association, v1::Association* proto) {
  proto->set_guid(association.guid);
  proto->set_resource_name(association.resource_name);
  proto->set_resource_namespace(association.resource_namespace);
  proto->set_resource_id(association.resource_id);
  proto->set_resource_type(association.resource_type);
  proto->set_association_type(association.association_type);
  ToProto(association.subject, proto->mutable_subject());
  proto->set_lifecycle(association.lifecycle == Lifecycle::kStrong ? v1::ASSOCIATION_LIFECYCLE_STRONG
                                                                   : v1::ASSOCIATION_LIFECYCLE_WEAK);
  proto->set_frozen(association.frozen);
  if (association.create_time_ms != 0) SetTime(association.create_time_ms, proto->mutable_create_time());
}

}  // namespace regent
