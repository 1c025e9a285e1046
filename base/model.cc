#include "base/model.h"

#include <array>
#include <cctype>
#include <utility>

namespace regent {
namespace {

template <typename Enum, size_t N>
using Names = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Names<SchemaType, 3> kSchemaTypes = {{
    {SchemaType::kAvro, "AVRO"},
    {SchemaType::kJson, "JSON"},
    {SchemaType::kProtobuf, "PROTOBUF"},
}};
constexpr Names<CompatibilityLevel, 7> kLevels = {{
    {CompatibilityLevel::kNone, "NONE"},
    {CompatibilityLevel::kBackward, "BACKWARD"},
    {CompatibilityLevel::kBackwardTransitive, "BACKWARD_TRANSITIVE"},
    {CompatibilityLevel::kForward, "FORWARD"},
    {CompatibilityLevel::kForwardTransitive, "FORWARD_TRANSITIVE"},
    {CompatibilityLevel::kFull, "FULL"},
    {CompatibilityLevel::kFullTransitive, "FULL_TRANSITIVE"},
}};
constexpr Names<CompatibilityPolicy, 3> kPolicies = {{
    {CompatibilityPolicy::kStrict, "STRICT"},
    {CompatibilityPolicy::kLenient, "LENIENT"},
    {CompatibilityPolicy::kLogical, "LOGICAL"},
}};
constexpr Names<Mode, 5> kModes = {{
    {Mode::kReadWrite, "READWRITE"},
    {Mode::kReadOnly, "READONLY"},
    {Mode::kReadOnlyOverride, "READONLY_OVERRIDE"},
    {Mode::kImport, "IMPORT"},
    {Mode::kForward, "FORWARD"},
}};

template <typename Enum, size_t N>
std::string_view NameOf(const Names<Enum, N>& names, Enum value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  return "";
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (std::toupper(static_cast<unsigned char>(a[i])) != b[i]) return false;
  }
  return true;
}

template <typename Enum, size_t N>
std::optional<Enum> ValueOf(const Names<Enum, N>& names, std::string_view text) {
  for (const auto& [value, name] : names) {
    if (EqualsIgnoringCase(text, name)) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view SchemaTypeName(SchemaType type) { return NameOf(kSchemaTypes, type); }

std::optional<SchemaType> ParseSchemaType(std::string_view name) {
  if (name.empty()) return SchemaType::kAvro;
  for (const auto& [type, spelled] : kSchemaTypes) {
    if (spelled == name) return type;
  }
  return std::nullopt;
}

std::string_view CompatibilityLevelName(CompatibilityLevel level) { return NameOf(kLevels, level); }
std::optional<CompatibilityLevel> ParseCompatibilityLevel(std::string_view name) { return ValueOf(kLevels, name); }
std::string_view CompatibilityPolicyName(CompatibilityPolicy policy) { return NameOf(kPolicies, policy); }
std::optional<CompatibilityPolicy> ParseCompatibilityPolicy(std::string_view name) { return ValueOf(kPolicies, name); }
std::string_view ModeName(Mode mode) { return NameOf(kModes, mode); }
std::optional<Mode> ParseMode(std::string_view name) { return ValueOf(kModes, name); }

}  // namespace regent
