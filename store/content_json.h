// Metadata and rule sets as SCHEMA and CONFIG values carry them. Private to store/.
#pragma once

#include <string>
#include <string_view>

#include "base/model.h"
#include "store/record_json.h"

namespace regent {

// Each takes null as nothing, and complains through `fields` about a wrong shape.
void ReadMetadata(std::string_view name, const JsonValue& node, FieldReader* fields, Boxed<Metadata>* out);
void ReadRuleSet(std::string_view name, const JsonValue& node, FieldReader* fields, Boxed<RuleSet>* out);

void WriteMetadata(const Metadata& metadata, std::string* out);
void WriteRuleSet(const RuleSet& rule_set, std::string* out);

}  // namespace regent
