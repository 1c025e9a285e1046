#include "schema/avro/avro_schema.h"

#include <algorithm>
#include <array>

#include "absl/strings/string_view.h"

namespace regent::avro {
namespace {

// Looking through a few names is quicker than hashing them.
constexpr size_t kNamesWorthAnIndex = 16;

constexpr std::array<std::string_view, 14> kTypeNames = {"null",   "boolean", "int",    "long",  "float",
                                                         "double", "bytes",   "string", "array", "map",
                                                         "union",  "fixed",   "enum",   "record"};

int FindIn(const absl::flat_hash_map<std::string, int>& index, std::string_view name) {
  auto found = index.find(absl::string_view(name.data(), name.size()));
  return found == index.end() ? -1 : found->second;
}

bool IsTypeName(std::string_view name) {
  return std::find(kTypeNames.begin(), kTypeNames.end(), name) != kTypeNames.end();
}

}  // namespace

std::string_view AvroTypeName(AvroType type) { return kTypeNames[static_cast<size_t>(type)]; }

std::optional<AvroType> PrimitiveOf(std::string_view name) {
  for (size_t i = 0; i <= static_cast<size_t>(AvroType::kString); ++i) {
    if (kTypeNames[i] == name) return static_cast<AvroType>(i);
  }
  return std::nullopt;
}

bool IsPrimitive(AvroType type) { return type <= AvroType::kString; }
bool IsNamed(AvroType type) { return type >= AvroType::kFixed; }

AvroName AvroName::Of(std::string_view name, std::string_view space) {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {std::string(space), std::string(name)};
  return {std::string(name.substr(0, dot)), std::string(name.substr(dot + 1))};
}

std::string AvroName::Full() const { return space.empty() ? name : space + "." + name; }

std::string AvroName::WithinNamespace(std::string_view enclosing) const {
  // A type called x.int would turn into the primitive.
  return space == enclosing && !IsTypeName(name) ? name : Full();
}

int AvroSchema::FindField(std::string_view field_name) const {
  if (!index_.empty()) return FindIn(index_, field_name);
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == field_name) return static_cast<int>(i);
  }
  return -1;
}

int AvroSchema::FindSymbol(std::string_view symbol) const {
  if (!index_.empty()) return FindIn(index_, symbol);
  auto found = std::find(symbols.begin(), symbols.end(), symbol);
  return found == symbols.end() ? -1 : static_cast<int>(found - symbols.begin());
}

void AvroSchema::Seal() {
  fields_without_default = static_cast<int>(
      std::count_if(fields.begin(), fields.end(), [](const AvroField& field) { return !field.default_value; }));
  if (fields.size() + symbols.size() < kNamesWorthAnIndex) return;
  index_.reserve(fields.size() + symbols.size());
  for (size_t i = 0; i < fields.size(); ++i) index_.emplace(fields[i].name, static_cast<int>(i));
  for (size_t i = 0; i < symbols.size(); ++i) index_.emplace(symbols[i], static_cast<int>(i));
}

const AvroSchema* AvroDocument::FindNamed(std::string_view full_name) const {
  auto found = named.find(absl::string_view(full_name.data(), full_name.size()));
  return found == named.end() ? nullptr : found->second;
}

}  // namespace regent::avro
