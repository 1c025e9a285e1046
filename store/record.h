// What the records of the log mean: keys and values decoded, before anybody judged whether they count.
// The bytes are described in docs/formats/log.md; record_codec.h turns one into the other.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>

#include "base/content_hash.h"
#include "base/ids.h"
#include "base/model.h"

namespace regent {

enum class KeyType { kConfig, kMode, kSchema, kNoop, kClaim, kDeleteSubject, kClearSubject, kContext, kAssociation };

// The logical key: several raw spellings may stand for one.
struct RecordKey {
  KeyType type = KeyType::kNoop;
  std::optional<Subject> subject;  // nothing: global (kConfig, kMode, kClearSubject), or not a field of this type
  Version version;                 // kSchema
  std::string text;                // kContext: the context; kClaim: the token; kAssociation: the canonical key bytes
  Epoch epoch;                     // kClaim
  auto operator<=>(const RecordKey&) const = default;
};

struct SchemaRecord {
  SchemaId id;
  SchemaContent content;  // references resolved to qualified subjects
  bool deleted = false;
  std::optional<ContentHash> md5;  // only where the record freezes it
};

// A node's bid to be the primary. Design section 3, rules 1, 10 and 14.
struct ClaimRecord {
  // The newest claim format this build writes and understands.
  static constexpr int kFormatVersion = 1;
  int format_version = kFormatVersion;
  std::string node;                          // regent.node.id: information, decides nothing
  std::string grpc_address;                  // where followers forward writes to
  std::string rest_address;                  // empty when there is no REST door
  std::string log_id;                        // the physical log it was made on
  std::map<std::string, SchemaId> high_ids;  // the highest id ever seen, per context
  // An operator accepts that another registry wrote up to here: such records before it stop writes no more.
  Offset accepted_foreign = kBeforeFirst;
};

struct DeleteSubjectRecord {
  Version up_to;
};

struct ClearSubjectRecord {};
struct NoopRecord {};
struct ContextRecord {};
// Kept and served as it is.
struct AssociationRecord {
  std::string json;
};
struct Tombstone {};

using RecordValue = std::variant<Tombstone, NoopRecord, SchemaRecord, SubjectConfig, Mode, ClaimRecord,
                                 DeleteSubjectRecord, ClearSubjectRecord, ContextRecord, AssociationRecord>;

struct DecodedRecord {
  RecordKey key;
  RecordValue value;
  // From the headers; empty where absent.
  std::string claim_token;  // regent-claim: the claim under which this was written
  std::string request_id;   // regent-request
};

}  // namespace regent
