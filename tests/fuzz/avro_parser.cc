#include "schema/avro/avro_format.h"
#include "tests/fuzz/schema_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  regent::fuzz::ParseOne(regent::AvroFormat(), regent::fuzz::ToText(data, size));
  return 0;
}
