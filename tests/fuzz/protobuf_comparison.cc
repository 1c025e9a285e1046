#include "schema/protobuf/protobuf_format.h"
#include "tests/fuzz/schema_target.h"

namespace {

const regent::Format& Format() {
  static const auto* const format = new regent::ProtobufFormat();
  return *format;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  regent::fuzz::CompareTwo(Format(), regent::fuzz::ToText(data, size));
  return 0;
}
