// Which records count: the rules of the log that fence a zombie primary (docs/architecture.md, "The log").
//
// Pure: fed every decoded record in log order, it gives the same verdicts on every node. Every log, every feed and the
// model checker share it. Not thread-safe: it belongs to whoever applies the log.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/ids.h"
#include "store/record.h"

namespace regent {

enum class Verdict {
  kHistory,        // data without a token, before the first claim that counted: another registry's, and valid
  kValid,          // data that carries the token of the claim current here
  kFenced,         // data with another token: ignored
  kForeign,        // data without a token after a claim: ignored like kFenced, and a sign of a second registry
  kClaimCounted,   // from here on this claim is current
  kClaimRefused,   // a claim that came too late, or from another log
  kMarker,         // a bare NOOP, with the current token (a barrier) or before any claim
  kForeignMarker,  // a bare NOOP of another registry after a claim: counted and warned of
};

// True for records that change the state.
inline bool Counts(Verdict verdict) { return verdict == Verdict::kHistory || verdict == Verdict::kValid; }

struct CurrentClaim {
  Epoch epoch;        // 0: none yet
  std::string token;  // empty: none yet
  Offset offset = kBeforeFirst;
  ClaimRecord claim;
  int64_t timestamp_ms = 0;  // by the log's clock; the state fills it in
};

class ClaimTracker {
 public:
  // `log_id` is the physical log that is read.
  explicit ClaimTracker(std::string log_id) : log_id_(std::move(log_id)) {}

  const std::string& log_id() const { return log_id_; }

  Verdict Judge(Offset offset, const DecodedRecord& record);

  const CurrentClaim& current() const { return current_; }
  // What a node that wants to be primary must write: above every epoch seen in any claim, counted or not.
  Epoch NextEpoch() const { return Epoch(highest_epoch_.value() + 1); }
  // The physical log that the first claim which counted was made on: the same for a log and its mirrors. Empty before.
  const std::string& lineage() const { return lineage_; }
  // The newest format of a claim that counted. A node that does not know it must not claim.
  int newest_format() const { return newest_format_; }

  // The highest id seen per context, in any record or claim, fenced ones included: ids are never reused.
  const std::map<std::string, SchemaId>& high_ids() const { return high_ids_; }
  SchemaId HighId(const std::string& context) const;
  // Up to here a claim that counted names the ids of the context.
  SchemaId ClaimedId(const std::string& context) const;
  // False while some id was seen that no claim which counted has named. A record that could remove such an id from the
  // log must wait for a claim with the new mark.
  bool marks_claimed() const { return ids_above_mark_.empty(); }

  // Another registry's last data record after a claim, and up to where a claim that counted accepts such records.
  Offset last_foreign() const { return last_foreign_; }
  Offset accepted_foreign() const { return accepted_foreign_; }

 private:
  Verdict JudgeClaim(Offset offset, const RecordKey& key, const ClaimRecord& claim);
  void SawId(const std::string& context, SchemaId id);

  std::string log_id_;
  CurrentClaim current_;
  Epoch highest_epoch_;
  std::string lineage_;
  bool native_counted_ = false;  // a claim made on this very log has counted
  int newest_format_ = 0;
  std::map<std::string, SchemaId> high_ids_;
  std::map<std::string, SchemaId> claimed_ids_;
  std::map<std::string, SchemaId> ids_above_mark_;
  Offset last_foreign_ = kBeforeFirst;
  Offset accepted_foreign_ = kBeforeFirst;
};

}  // namespace regent
