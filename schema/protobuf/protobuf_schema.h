// A Protobuf schema understood: what ProtobufFormat::Parse makes and the other parts of this room look into.
#pragma once

#include <string>
#include <utility>

#include "schema/format.h"
#include "schema/protobuf/file_tree.h"
#include "schema/protobuf/imports.h"
#include "schema/protobuf/symbols.h"

namespace regent::protobuf {

// Immutable, and shared with nobody who could change it.
class ProtobufSchema : public ParsedSchema {
 public:
  ProtobufSchema(File file, ImportedFiles imports);

  SchemaType type() const override { return SchemaType::kProtobuf; }
  const std::string& canonical() const override { return canonical_; }
  std::string normalized() const override;

  const File& file() const { return file_; }
  // Everything it imports, directly or not, children first.
  const ImportedFiles& imports() const { return imports_; }
  const SymbolTable& symbols() const { return symbols_; }

 private:
  const File file_;
  const ImportedFiles imports_;
  SymbolTable symbols_;
  const std::string canonical_;
};

}  // namespace regent::protobuf
