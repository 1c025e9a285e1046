// Which definition a name means: the messages, enums and extensions of a set of files, and protobuf's scoping rules.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "schema/protobuf/file_tree.h"

namespace regent::protobuf {

// What a full name stands for. The pointers are into the files that were added.
struct Symbol {
  enum class Kind { kPackage, kMessage, kEnum, kExtension };
  Kind kind = Kind::kPackage;
  const Message* message = nullptr;
  const Enum* enumeration = nullptr;
  const Field* extension = nullptr;
  const File* file = nullptr;  // the one it is defined in; null for a package

  bool is_type() const { return kind == Kind::kMessage || kind == Kind::kEnum; }
};

// Keeps pointers to the files, which must outlive it unchanged. Reading is thread-safe.
class SymbolTable {
 public:
  // The first definition of a name stands.
  void AddFile(const File& file);

  // `full_name` has no leading dot.
  const Symbol* Find(std::string_view full_name) const;

  struct Resolved {
    std::string full_name;
    Symbol symbol;
  };
  // What `name` means when written inside `scope` (a full name, or a package, or empty): the innermost scope that has
  // its first part decides, as protobuf says; if that leads nowhere, the innermost that has all of it.
  std::optional<Resolved> ResolveType(std::string_view scope, std::string_view name) const;
  std::optional<Resolved> ResolveExtension(std::string_view scope, std::string_view name) const;

 private:
  template <typename Accept>
  std::optional<Resolved> Resolve(std::string_view scope, std::string_view name, Accept accept) const;
  void AddPackage(std::string_view package);
  void AddMessage(const File& file, const std::string& scope, const Message& message);
  void AddEnum(const File& file, const std::string& scope, const Enum& enumeration);
  void AddExtends(const File& file, const std::string& scope, const std::vector<Extend>& extends);

  absl::flat_hash_map<std::string, Symbol> symbols_;
};

// `scope` and `name` joined by a dot; `name` alone at the outermost.
std::string QualifiedName(std::string_view scope, std::string_view name);

}  // namespace regent::protobuf
