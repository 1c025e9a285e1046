// Record bytes <-> meaning. Writes exactly what Confluent writes (semantics 1.2 to 1.4); reads what Confluent, older
// Confluent and Karapace wrote: any field order, unknown fields, key magic 0 or 1. Pure and thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "store/log.h"
#include "store/record.h"

namespace regent {

inline constexpr char kClaimHeader[] = "regent-claim";
inline constexpr char kRequestHeader[] = "regent-request";

// The canonical bytes of a key.
std::string EncodeKey(const RecordKey& key);

// SCHEMA_INVALID with the reason when key or value is not understood: the reader skips such a record and goes on.
absl::StatusOr<DecodedRecord> DecodeRecord(const Record& record);
absl::StatusOr<RecordKey> DecodeKey(const std::string& bytes);

// The record with canonical key bytes and no headers. `value` must suit the key's type; a Tombstone suits every type.
Record EncodeRecord(const RecordKey& key, const RecordValue& value);

}  // namespace regent
