#include "store/sqlite/header_bytes.h"

#include <cstdint>
#include <utility>

namespace regent {
namespace {

void AppendText(const std::string& text, std::string* out) {
  const auto size = static_cast<uint32_t>(text.size());
  for (int shift = 24; shift >= 0; shift -= 8) out->push_back(static_cast<char>(size >> shift));
  out->append(text);
}

bool TakeText(std::string_view* bytes, std::string* out) {
  if (bytes->size() < 4) return false;
  uint32_t size = 0;
  for (int i = 0; i < 4; ++i) size = size << 8 | static_cast<uint8_t>((*bytes)[i]);
  bytes->remove_prefix(4);
  if (bytes->size() < size) return false;
  *out = bytes->substr(0, size);
  bytes->remove_prefix(size);
  return true;
}

}  // namespace

std::string EncodeHeaders(const std::vector<Header>& headers) {
  std::string out;
  for (const Header& header : headers) {
    AppendText(header.name, &out);
    AppendText(header.value, &out);
  }
  return out;
}

bool DecodeHeaders(std::string_view bytes, std::vector<Header>* out) {
  out->clear();
  while (!bytes.empty()) {
    Header header;
    if (!TakeText(&bytes, &header.name) || !TakeText(&bytes, &header.value)) return false;
    out->push_back(std::move(header));
  }
  return true;
}

}  // namespace regent
