// Configuration: between regent.v1 and the domain's structs.
#pragma once

#include <optional>
#include <string_view>

#include "base/model.h"
#include "google/protobuf/field_mask.pb.h"
#include "regent/v1/config.pb.h"
#include "server/convert/violations.h"
#include "server/registry/registry.h"

namespace regent {

ConfigTarget FromProto(const v1::ConfigTarget& proto, std::string_view field, Violations* violations);
ConfigView FromProto(v1::ConfigView view, std::string_view field, Violations* violations);

// What to keep, set and clear; the target is left to the caller. An empty mask stands for the fields present in
// `config`.
UpdateConfig FromProto(const v1::SubjectConfig& config, const google::protobuf::FieldMask& mask,
                       Violations* violations);

// MODE_UNSPECIFIED is none.
Mode FromProto(v1::Mode mode, std::string_view field, Violations* violations);
v1::Mode ToProto(const std::optional<Mode>& mode);
void ToProto(const ConfigTarget& target, v1::ConfigTarget* proto);
void ToProto(const SubjectConfig& config, v1::SubjectConfig* proto);

}  // namespace regent
