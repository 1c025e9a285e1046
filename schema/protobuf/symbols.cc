#include "schema/protobuf/symbols.h"

namespace regent::protobuf {
namespace {

std::string_view Outer(std::string_view scope) {
  const size_t dot = scope.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : scope.substr(0, dot);
}

}  // namespace

std::string QualifiedName(std::string_view scope, std::string_view name) {
  std::string full(scope);
  if (!full.empty()) full += '.';
  full += name;
  return full;
}

void SymbolTable::AddFile(const File& file) {
  AddPackage(file.package);
  for (const Message& message : file.messages) AddMessage(file, file.package, message);
  for (const Enum& enumeration : file.enums) AddEnum(file, file.package, enumeration);
  AddExtends(file, file.package, file.extends);
}

void SymbolTable::AddPackage(std::string_view package) {
  for (std::string_view name = package; !name.empty(); name = Outer(name))
    symbols_.try_emplace(std::string(name), Symbol());
}

void SymbolTable::AddMessage(const File& file, const std::string& scope, const Message& message) {
  const std::string name = QualifiedName(scope, message.name);
  symbols_.try_emplace(name, Symbol{.kind = Symbol::Kind::kMessage, .message = &message, .file = &file});
  for (const Message& nested : message.messages) AddMessage(file, name, nested);
  for (const Enum& enumeration : message.enums) AddEnum(file, name, enumeration);
  AddExtends(file, name, message.extends);
  for (const Field& field : message.fields) {
    if (field.is_group()) AddMessage(file, name, field.group_body[0]);
  }
  for (const Oneof& oneof : message.oneofs) {
    for (const Field& field : oneof.fields) {
      if (field.is_group()) AddMessage(file, name, field.group_body[0]);
    }
  }
}

void SymbolTable::AddEnum(const File& file, const std::string& scope, const Enum& enumeration) {
  symbols_.try_emplace(QualifiedName(scope, enumeration.name),
                       Symbol{.kind = Symbol::Kind::kEnum, .enumeration = &enumeration, .file = &file});
}

void SymbolTable::AddExtends(const File& file, const std::string& scope, const std::vector<Extend>& extends) {
  for (const Extend& extend : extends) {
    for (const Field& field : extend.fields) {
      symbols_.try_emplace(QualifiedName(scope, field.name),
                           Symbol{.kind = Symbol::Kind::kExtension, .extension = &field, .file = &file});
      if (field.is_group()) AddMessage(file, scope, field.group_body[0]);
    }
  }
}

const Symbol* SymbolTable::Find(std::string_view full_name) const {
  const auto found = symbols_.find(absl::string_view(full_name.data(), full_name.size()));
  return found == symbols_.end() ? nullptr : &found->second;
}

template <typename Accept>
std::optional<SymbolTable::Resolved> SymbolTable::Resolve(std::string_view scope, std::string_view name,
                                                          Accept accept) const {
  if (!name.empty() && name[0] == '.') {
    const Symbol* symbol = Find(name.substr(1));
    if (symbol == nullptr || !accept(*symbol)) return std::nullopt;
    return Resolved{std::string(name.substr(1)), *symbol};
  }
  const size_t dot = name.find('.');
  const std::string_view first = name.substr(0, dot);
  // A scope that has the first part as something that can hold the rest ends the search by protobuf's rule. Older
  // registries searched on, so what would otherwise be an error is searched for outside.
  std::optional<Resolved> outside;
  bool decided = false;
  for (std::string_view at = scope;; at = Outer(at)) {
    std::string full = QualifiedName(at, name);
    const Symbol* symbol = Find(full);
    if (symbol != nullptr && accept(*symbol)) {
      Resolved resolved{std::move(full), *symbol};
      if (!decided) return resolved;
      if (!outside.has_value()) outside = std::move(resolved);
    } else if (dot != std::string_view::npos && !decided) {
      const Symbol* holder = Find(QualifiedName(at, first));
      decided = holder != nullptr && holder->kind != Symbol::Kind::kExtension;
    }
    if (at.empty()) return outside;
  }
}

std::optional<SymbolTable::Resolved> SymbolTable::ResolveType(std::string_view scope, std::string_view name) const {
  return Resolve(scope, name, [](const Symbol& symbol) { return symbol.is_type(); });
}

std::optional<SymbolTable::Resolved> SymbolTable::ResolveExtension(std::string_view scope,
                                                                   std::string_view name) const {
  return Resolve(scope, name, [](const Symbol& symbol) { return symbol.kind == Symbol::Kind::kExtension; });
}

}  // namespace regent::protobuf
