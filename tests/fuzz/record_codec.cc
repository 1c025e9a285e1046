#include "store/record_codec.h"

#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto parts = regent::fuzz::Split(regent::fuzz::ToText(data, size), 2);
  regent::Record record;
  record.key = std::string(parts[0]);
  if (parts.size() > 1) record.value = std::string(parts[1]);
  const auto decoded = regent::DecodeRecord(record);
  if (!decoded.ok()) return 0;
  // Written again it is canonical, and says the same for ever.
  const regent::Record once = regent::EncodeRecord(decoded->key, decoded->value);
  const auto again = regent::DecodeRecord(once);
  FUZZ_CHECK(again.ok());
  const regent::Record twice = regent::EncodeRecord(again->key, again->value);
  FUZZ_CHECK(once.key == twice.key && once.value == twice.value);
  return 0;
}
