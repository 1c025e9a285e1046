#include "schema/reserved_fields.h"

#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/error_reason.h"
#include "schema/snippet.h"

namespace regent {
namespace {

constexpr char kProperty[] = "confluent:reserved";

std::set<std::string> ReservedBy(const Boxed<Metadata>& metadata) {
  std::set<std::string> names;
  if (!metadata) return names;
  const auto property = metadata->properties.find(kProperty);
  if (property == metadata->properties.end()) return names;
  for (const absl::string_view part : absl::StrSplit(property->second, ',')) {
    const absl::string_view name = absl::StripAsciiWhitespace(part);
    if (!name.empty()) names.emplace(name);
  }
  return names;
}

// Where a field of that name stands, in the notation of the format.
std::string PathOf(SchemaType type, const std::string& name) {
  return absl::StrCat(type == SchemaType::kAvro   ? "/fields/"
                      : type == SchemaType::kJson ? "#/properties/"
                                                  : "#/",
                      name);
}

std::string NamesText(const std::set<std::string>& names) {
  return names.empty() ? "" : Snippet(absl::StrCat(kProperty, "=", absl::StrJoin(names, ",")));
}

}  // namespace

absl::Status CheckFieldNames(const Format& format, const ParsedSchema& schema) {
  for (const std::string& name : format.TopLevelFields(schema)) {
    if (!absl::StartsWith(name, "$$")) continue;
    return errors::SchemaInvalid(
        absl::StrCat("field \"", Snippet(name), "\": names that begin with $$ are reserved (validateFields is on)"),
        PathOf(format.type(), Snippet(name)));
  }
  return absl::OkStatus();
}

std::vector<Difference> CheckReservedFields(const Format& format, const ParsedSchema& candidate,
                                            const Boxed<Metadata>& candidate_metadata,
                                            const Boxed<Metadata>& registered) {
  const std::set<std::string> before = ReservedBy(registered);
  const std::set<std::string> now = ReservedBy(candidate_metadata);
  std::vector<Difference> differences;
  if (before.empty() && now.empty()) return differences;
  const bool is_json = format.type() == SchemaType::kJson;
  for (const std::string& name : before) {
    if (now.contains(name)) continue;
    Difference& difference = differences.emplace_back();
    difference.type = is_json ? "RESERVED_PROPERTY_REMOVED" : "RESERVED_FIELD_REMOVED";
    difference.path = PathOf(format.type(), name);
    difference.detail = name;
    difference.message = absl::StrCat("the name ", Snippet(name), " was reserved and no longer is");
    difference.fix = absl::StrCat("keep it in the metadata property ", kProperty);
    difference.old_snippet = NamesText(before);
    difference.new_snippet = NamesText(now);
  }
  for (const std::string& name : format.TopLevelFields(candidate)) {
    if (!now.contains(name)) continue;
    Difference& difference = differences.emplace_back();
    difference.type = is_json ? "RESERVED_PROPERTY_CONFLICTS_WITH_PROPERTY" : "RESERVED_FIELD_CONFLICTS_WITH_FIELD";
    difference.path = PathOf(format.type(), name);
    difference.detail = name;
    difference.message = absl::StrCat("the field ", Snippet(name), " uses a name that is reserved");
    difference.fix = "give the field another name";
    difference.new_snippet = NamesText(now);
  }
  return differences;
}

}  // namespace regent
