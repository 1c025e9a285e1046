#include "schema/protobuf/protobuf_schema.h"

#include "schema/protobuf/normalizer.h"
#include "schema/protobuf/printer.h"

namespace regent::protobuf {

ProtobufSchema::ProtobufSchema(File file, ImportedFiles imports)
    : file_(std::move(file)), imports_(std::move(imports)), canonical_(PrintFile(file_)) {
  symbols_.AddFile(file_);
  for (const auto& import : imports_) symbols_.AddFile(import->tree);
}

std::string ProtobufSchema::normalized() const {
  std::string text = PrintFile(NormalizeFile(file_, symbols_));
  // `syntax = "proto2"` says nothing, but a text that is empty is none.
  return text.empty() ? canonical_ : text;
}

}  // namespace regent::protobuf
