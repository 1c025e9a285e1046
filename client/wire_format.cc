#include "client/wire_format.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/error_reason.h"

namespace regent::client {
namespace {

constexpr char kIdMagic = 0x00;
constexpr char kGuidMagic = 0x01;
constexpr char kGlueMagic = 0x03;
constexpr size_t kIdBytes = 4;
constexpr size_t kGuidBytes = 16;
// Of a 32-bit number in groups of seven bits.
constexpr size_t kVarintBytesMax = 5;

absl::Status Wrong(std::string_view what) { return MakeError(ErrorReason::kRequestInvalid, what); }

void AppendZigzag(int32_t value, std::string* out) {
  auto rest = (static_cast<uint32_t>(value) << 1) ^ static_cast<uint32_t>(value >> 31);
  for (; rest >= 0x80; rest >>= 7) out->push_back(static_cast<char>(rest | 0x80));
  out->push_back(static_cast<char>(rest));
}

// A zigzag number that is not negative, or nothing.
std::optional<int32_t> TakeZigzag(std::string_view* bytes) {
  uint64_t rest = 0;
  for (size_t i = 0; i < kVarintBytesMax && i < bytes->size(); ++i) {
    const auto byte = static_cast<uint8_t>((*bytes)[i]);
    rest |= static_cast<uint64_t>(byte & 0x7F) << (7 * i);
    if (byte >= 0x80) continue;
    // Odd ones are negative; what does not fit into 32 bits is not a number of ours.
    if (rest > std::numeric_limits<uint32_t>::max() || (rest & 1) != 0) return std::nullopt;
    bytes->remove_prefix(i + 1);
    return static_cast<int32_t>(rest >> 1);
  }
  return std::nullopt;
}

std::string Hex(char byte) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const auto value = static_cast<uint8_t>(byte);
  return {'0', 'x', kDigits[value >> 4], kDigits[value & 0xF]};
}

absl::Status TooShort(size_t size) {
  return Wrong("the message is too short to name a schema: " + std::to_string(size) + " bytes");
}

}  // namespace

absl::Status AppendSchemaKey(const SchemaKey& key, std::string* out) {
  if (const auto* guid = std::get_if<ContentHash>(&key)) {
    out->push_back(kGuidMagic);
    out->append(guid->bytes().begin(), guid->bytes().end());
    return absl::OkStatus();
  }
  const int32_t id = std::get<SchemaId>(key).value();
  if (id < 1) return Wrong("a schema id is 1 or above, not " + std::to_string(id));
  out->push_back(kIdMagic);
  for (int shift = 24; shift >= 0; shift -= 8) out->push_back(static_cast<char>(id >> shift));
  return absl::OkStatus();
}

absl::Status AppendMessagePath(absl::Span<const int32_t> path, std::string* out) {
  if (path.empty()) return Wrong("a message path names at least one message");
  if (path.size() > kMessagePathLongest) return Wrong("the message path is too long");
  if (std::any_of(path.begin(), path.end(), [](int32_t index) { return index < 0; })) {
    return Wrong("a message path holds a negative index");
  }
  // The first message of a file, which is what most write, has a short form.
  if (path.size() == 1 && path[0] == 0) {
    out->push_back(0);
    return absl::OkStatus();
  }
  AppendZigzag(static_cast<int32_t>(path.size()), out);
  for (const int32_t index : path) AppendZigzag(index, out);
  return absl::OkStatus();
}

absl::StatusOr<SchemaKey> TakeSchemaKey(std::string_view* bytes) {
  if (bytes->empty()) return TooShort(0);
  const char magic = bytes->front();
  const std::string_view rest = bytes->substr(1);
  if (magic == kIdMagic) {
    if (rest.size() < kIdBytes) return TooShort(bytes->size());
    uint32_t id = 0;
    for (size_t i = 0; i < kIdBytes; ++i) id = id << 8 | static_cast<uint8_t>(rest[i]);
    if (id < 1 || id > static_cast<uint32_t>(std::numeric_limits<int32_t>::max())) {
      return Wrong("a schema id is 1 or above, not " + std::to_string(static_cast<int32_t>(id)));
    }
    bytes->remove_prefix(1 + kIdBytes);
    return SchemaKey(SchemaId(static_cast<int32_t>(id)));
  }
  if (magic == kGuidMagic) {
    if (rest.size() < kGuidBytes) return TooShort(bytes->size());
    std::array<uint8_t, kGuidBytes> guid;
    std::copy_n(rest.begin(), kGuidBytes, guid.begin());
    bytes->remove_prefix(1 + kGuidBytes);
    return SchemaKey(ContentHash(guid));
  }
  if (magic == kGlueMagic) return Wrong("unknown magic byte 0x03: the message was framed for the AWS Glue registry");
  return Wrong("unknown magic byte " + Hex(magic) + ": the message was not framed for a schema registry");
}

absl::StatusOr<MessagePath> TakeMessagePath(std::string_view* bytes) {
  std::string_view rest = *bytes;
  const std::optional<int32_t> count = TakeZigzag(&rest);
  if (!count) return Wrong("the message path is cut short or has a length that is no number");
  if (static_cast<size_t>(*count) > kMessagePathLongest) {
    return Wrong("the message path is too long: " + std::to_string(*count) + " indexes");
  }
  MessagePath path;
  if (*count == 0) path.push_back(0);
  for (int32_t i = 0; i < *count; ++i) {
    const std::optional<int32_t> index = TakeZigzag(&rest);
    if (!index) return Wrong("the message path is cut short or holds an index that is no number");
    path.push_back(*index);
  }
  *bytes = rest;
  return path;
}

absl::StatusOr<FramedRecord> ReadFraming(std::optional<std::string_view> header, std::string_view record) {
  std::string_view bytes = header.value_or(record);
  absl::StatusOr<SchemaKey> key = TakeSchemaKey(&bytes);
  if (!key.ok()) return key.status();
  return FramedRecord{*std::move(key), bytes, header.has_value()};
}

}  // namespace regent::client
