#include "schema/json_schema/json_format.h"
#include "tests/fuzz/schema_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  regent::fuzz::CompareTwo(*regent::JsonSchemaFormat(), regent::fuzz::ToText(data, size));
  return 0;
}
