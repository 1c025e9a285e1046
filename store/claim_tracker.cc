#include "store/claim_tracker.h"

#include <algorithm>
#include <variant>

namespace regent {

Verdict ClaimTracker::Judge(Offset offset, const DecodedRecord& record) {
  if (record.key.type == KeyType::kClaim) {
    const auto* claim = std::get_if<ClaimRecord>(&record.value);
    // A claim is never tombstoned by us; whoever does it changes nothing that was already judged.
    return claim ? JudgeClaim(offset, record.key, *claim) : Verdict::kClaimRefused;
  }
  if (const auto* schema = std::get_if<SchemaRecord>(&record.value)) {
    SawId(record.key.subject ? record.key.subject->context : std::string(kDefaultContext), schema->id);
  }
  const bool carries_current = !current_.token.empty() && record.claim_token == current_.token;
  const bool before_claims = current_.token.empty() && record.claim_token.empty();
  if (record.key.type == KeyType::kNoop) {
    if (carries_current || before_claims) return Verdict::kMarker;
    return record.claim_token.empty() ? Verdict::kForeignMarker : Verdict::kFenced;
  }
  if (carries_current) return Verdict::kValid;
  if (before_claims) return Verdict::kHistory;
  if (!record.claim_token.empty()) return Verdict::kFenced;
  last_foreign_ = offset;
  return Verdict::kForeign;
}

SchemaId ClaimTracker::HighId(const std::string& context) const {
  const auto it = high_ids_.find(context);
  return it == high_ids_.end() ? SchemaId() : it->second;
}

SchemaId ClaimTracker::ClaimedId(const std::string& context) const {
  const auto it = claimed_ids_.find(context);
  return it == claimed_ids_.end() ? SchemaId() : it->second;
}

Verdict ClaimTracker::JudgeClaim(Offset offset, const RecordKey& key, const ClaimRecord& claim) {
  highest_epoch_ = std::max(highest_epoch_, key.epoch);
  for (const auto& [context, id] : claim.high_ids) SawId(context, id);
  if (key.epoch <= current_.epoch) return Verdict::kClaimRefused;
  // A claim that a mirror carried here from another log must not depose a primary of this one.
  const bool native = claim.log_id == log_id_;
  if (!native && native_counted_) return Verdict::kClaimRefused;

  native_counted_ = native_counted_ || native;
  newest_format_ = std::max(newest_format_, claim.format_version);
  if (current_.token.empty()) lineage_ = claim.log_id;
  current_ = CurrentClaim{key.epoch, key.text, offset, claim};
  // Offsets mean nothing in another log.
  if (native) accepted_foreign_ = std::max(accepted_foreign_, claim.accepted_foreign);
  for (const auto& [context, id] : claim.high_ids) {
    SchemaId& mark = claimed_ids_[context];
    mark = std::max(mark, id);
    const auto above = ids_above_mark_.find(context);
    if (above != ids_above_mark_.end() && above->second <= mark) ids_above_mark_.erase(above);
  }
  return Verdict::kClaimCounted;
}

void ClaimTracker::SawId(const std::string& context, SchemaId id) {
  SchemaId& high = high_ids_[context];
  if (id <= high) return;
  high = id;
  const auto mark = claimed_ids_.find(context);
  if (mark == claimed_ids_.end() || mark->second < id) ids_above_mark_[context] = id;
}

}  // namespace regent
