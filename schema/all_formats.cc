#include "schema/all_formats.h"

#include "schema/avro/avro_format.h"
#include "schema/json_schema/json_format.h"
#include "schema/protobuf/protobuf_format.h"

namespace regent {

const std::vector<const Format*>& AllFormats() {
  static const auto* const formats =
      new std::vector<const Format*>{&AvroFormat(), JsonSchemaFormat(), new ProtobufFormat};
  return *formats;
}

const Format* FindFormat(SchemaType type) {
  for (const Format* format : AllFormats()) {
    if (format->type() == type) return format;
  }
  return nullptr;
}

}  // namespace regent
