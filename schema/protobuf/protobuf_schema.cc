#include "schema/protobuf/protobuf_schema.h"

#include "schema/protobuf/normalizer.h"
#include "schema/protobuf/printer.h"

namespace regent::protobuf {

ProtobufSchema::ProtobufSchema(File file, ImportedFiles imports)
    : file_(std::move(file)), imports_(std::move(imports)), canonical_(PrintFile(file_)) {
  symbols_.AddFile(file_);
  for (const auto& import : imports_) symbols_.AddFile(import->tree);
}

std::string ProtobufSchema::normalized() const { return PrintFile(NormalizeFile(file_, symbols_)); }

}  // namespace regent::protobuf
