#include "schema/logical/table_of.h"

#include "base/error_reason.h"
#include "schema/avro/avro_format.h"
#include "schema/json_schema/parsed.h"
#include "schema/logical/from_avro.h"
#include "schema/logical/from_json.h"
#include "schema/logical/from_protobuf.h"

namespace regent::logical {

absl::StatusOr<TableType> TableOf(const ParsedSchema& schema) {
  if (const avro::AvroSchema* root = AvroRootOf(schema)) return TableFromAvro(*root);
  if (const auto* json = dynamic_cast<const json_schema::Parsed*>(&schema)) return TableFromJson(json->model());
  if (const auto* proto = dynamic_cast<const protobuf::ProtobufSchema*>(&schema)) return TableFromProtobuf(*proto);
  return errors::SchemaInvalid("schemas of this format have no table");
}

}  // namespace regent::logical
