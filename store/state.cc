#include "store/state.h"

#include <algorithm>
#include <variant>

#include "store/record_codec.h"

namespace regent {

SchemaRecord RecordOf(const StoredSchema& stored, bool deleted) {
  SchemaRecord record{stored.id, stored.content, deleted, std::nullopt};
  // Frozen by whoever wrote it first: its hash hangs on a spelling that is not kept.
  if (HashOf(stored.content, stored.context) != stored.hash) record.md5 = stored.hash;
  return record;
}

State::State(std::string log_id) : tracker_(std::move(log_id)) {}

// --- applying --------------------------------------------------------------------------------------------------------

Applied State::Apply(const LogRecord& record, Reading reading) {
  Applied applied;
  applied.late = reading == Reading::kLate;
  applied.offset = record.offset;
  applied.raw_key = record.record.key;
  auto decoded = DecodeRecord(record.record);
  if (!decoded.ok()) {
    applied.understood = false;
    UnsettleUnreadable(record, applied.late);
    WriterLock lock(&config_mutex_);
    ++counters_.unreadable;
  } else {
    applied.key = decoded->key;
    applied.claim_token = decoded->key.type == KeyType::kClaim ? decoded->key.text : decoded->claim_token;
    applied.request_id = decoded->request_id;
    bool fresh_id = false;
    {
      MutexLock lock(&tracker_mutex_);
      if (const auto* schema = std::get_if<SchemaRecord>(&decoded->value)) {
        fresh_id = schema->id > tracker_.HighId(decoded->key.subject->context);
      }
      applied.verdict = tracker_.Judge(record.offset, *decoded);
      if (applied.verdict == Verdict::kClaimCounted) claim_time_ms_ = record.timestamp_ms;
    }
    switch (applied.verdict) {
      case Verdict::kHistory:
      case Verdict::kValid:
        if (applied.verdict == Verdict::kHistory && ClashesWithLivingId(*decoded)) {
          // Who leads first settles it: compaction would keep this record and nothing else of its key.
          Unsettle(record, *decoded, fresh_id, /*late=*/false);
          WriterLock lock(&config_mutex_);
          ++counters_.id_clashes;
          break;
        }
        ApplyValue(record, *decoded, EncodeKey(decoded->key));
        Settle(applied.raw_key);
        break;
      case Verdict::kFenced:
      case Verdict::kForeign: {
        if (decoded->key.type != KeyType::kNoop) Unsettle(record, *decoded, fresh_id, applied.late);
        WriterLock lock(&config_mutex_);
        ++counters_.fenced;
        if (applied.verdict == Verdict::kForeign) ++counters_.foreign;
        break;
      }
      case Verdict::kClaimRefused: {
        WriterLock lock(&config_mutex_);
        ++counters_.claims_refused;
        break;
      }
      case Verdict::kForeignMarker: {
        WriterLock lock(&config_mutex_);
        ++counters_.foreign_markers;
        break;
      }
      case Verdict::kClaimCounted:
        UnsettleClearSubjects(record.offset);
        break;
      case Verdict::kMarker:
        break;
    }
  }
  MutexLock lock(&tracker_mutex_);
  published_digest_ = {record.offset, digest_};
  applied_.store(record.offset.value(), std::memory_order_release);
  return applied;
}

void State::Unsettle(const LogRecord& record, const DecodedRecord& decoded, bool fresh_id, bool late) {
  const bool foreign = decoded.claim_token.empty();
  MutexLock lock(&unsettled_mutex_);
  UnsettledKey key = unsettled_.Remove(record.record.key).value_or(UnsettledKey{decoded.key, record.offset});
  key.last_offset = record.offset;
  key.foreign = key.foreign || foreign;
  key.trusted = key.trusted && !late;
  key.fresh_id = fresh_id;
  key.foreign_schema.reset();
  const auto* schema = std::get_if<SchemaRecord>(&decoded.value);
  if (foreign && schema != nullptr) key.foreign_schema = *schema;
  unsettled_.Put(record.record.key, std::move(key));
  CountUnsettledLocked();
}

// What a CLEAR_SUBJECT removed can come back when the cleaner drops what had hidden it, so whoever leads makes it stand
// for itself.
void State::UnsettleClearSubjects(Offset offset) {
  std::vector<std::string> keys;
  {
    ReaderLock lock(&listing_mutex_);
    for (const auto& [raw, cleared] : cleared_) keys.push_back(raw);
  }
  MutexLock lock(&unsettled_mutex_);
  for (const std::string& raw : keys) {
    if (unsettled_.Find(raw) == nullptr) unsettled_.Put(raw, UnsettledKey{*DecodeKey(raw), offset, offset});
  }
  if (!keys.empty()) CountUnsettledLocked();
}

// A record that nobody can read hides what its key said before as well as any other. One of the current primary does
// not: it is a newer Regent's, and counts for those that understand it.
void State::UnsettleUnreadable(const LogRecord& record, bool late) {
  auto key = DecodeKey(record.record.key);
  if (!key.ok() || key->type == KeyType::kNoop || key->type == KeyType::kClaim) return;
  DecodedRecord decoded{.key = *std::move(key), .value = Tombstone{}};
  for (const Header& header : record.record.headers) {
    if (header.name == kClaimHeader) decoded.claim_token = header.value;
  }
  Verdict verdict;
  {
    MutexLock lock(&tracker_mutex_);
    verdict = tracker_.Judge(record.offset, decoded);
  }
  if (!Counts(verdict)) Unsettle(record, decoded, /*fresh_id=*/false, late);
}

void State::Settle(const std::string& raw_key) {
  if (!AnyUnsettled()) return;
  MutexLock lock(&unsettled_mutex_);
  if (unsettled_.Remove(raw_key)) CountUnsettledLocked();
}

namespace {

// Each takes what the other has. Each lock is held alone, so that no order of locks is needed.
template <typename Lock, typename MutexType, typename T>
void Exchange(MutexType* mine, MutexType* theirs, T* my_own, T* their_own) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  T taken;
  {
    Lock lock(theirs);
    taken = std::move(*their_own);
  }
  {
    Lock lock(mine);
    std::swap(*my_own, taken);
  }
  Lock lock(theirs);
  *their_own = std::move(taken);
}

}  // namespace

void State::Become(State&& other) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  // What is found by an id or a content is there before the subjects that lead to it. Names of subjects that were given
  // up live on in `other` as long as something here may refer to them.
  const auto take_shards = [](auto* to, auto* from) ABSL_NO_THREAD_SAFETY_ANALYSIS {
    for (size_t i = 0; i < to->shards.size(); ++i) {
      Exchange<WriterLock>(&to->shards[i].mutex, &from->shards[i].mutex, &to->shards[i].map, &from->shards[i].map);
    }
  };
  take_shards(&ids_, &other.ids_);
  take_shards(&contents_, &other.contents_);
  take_shards(&subjects_, &other.subjects_);
  const auto take_listing = [&](auto* to, auto* from) {
    Exchange<WriterLock>(&listing_mutex_, &other.listing_mutex_, to, from);
  };
  take_listing(&listing_, &other.listing_);
  take_listing(&subjects_per_context_, &other.subjects_per_context_);
  take_listing(&declared_contexts_, &other.declared_contexts_);
  take_listing(&referrers_, &other.referrers_);
  take_listing(&delete_subjects_, &other.delete_subjects_);
  take_listing(&cleared_, &other.cleared_);
  take_listing(&associations_, &other.associations_);
  Exchange<WriterLock>(&spellings_mutex_, &other.spellings_mutex_, &spellings_, &other.spellings_);
  const auto take_config = [&](auto* to, auto* from) {
    Exchange<WriterLock>(&config_mutex_, &other.config_mutex_, to, from);
  };
  take_config(&configs_, &other.configs_);
  take_config(&modes_, &other.modes_);
  take_config(&counters_, &other.counters_);
  Exchange<MutexLock>(&unsettled_mutex_, &other.unsettled_mutex_, &unsettled_, &other.unsettled_);
  {
    MutexLock lock(&unsettled_mutex_);
    CountUnsettledLocked();
  }
  config_revision_.fetch_add(1, std::memory_order_acq_rel);
  // The position last, all of it at once: whoever is told it finds the rest.
  ClaimTracker tracker("");
  int64_t claim_time_ms = 0;
  {
    MutexLock lock(&other.tracker_mutex_);
    tracker = std::move(other.tracker_);
    claim_time_ms = other.claim_time_ms_;
  }
  digest_ = other.digest_;
  MutexLock lock(&tracker_mutex_);
  tracker_ = std::move(tracker);
  claim_time_ms_ = claim_time_ms;
  published_digest_ = {other.applied(), digest_};
  applied_.store(other.applied().value(), std::memory_order_release);
}

void State::TrustAll() {
  MutexLock lock(&unsettled_mutex_);
  unsettled_.TrustAll();
  CountUnsettledLocked();
}

void State::CountUnsettledLocked() {
  unsettled_count_.store(static_cast<int64_t>(unsettled_.size()), std::memory_order_release);
  untrusted_count_.store(static_cast<int64_t>(unsettled_.untrusted()), std::memory_order_release);
}

void State::ApplyValue(const LogRecord& record, const DecodedRecord& decoded, const std::string& canonical_key) {
  const RecordKey& key = decoded.key;
  // What these say depends on their place: each counts by itself, and none is uncovered later.
  const bool positional = key.type == KeyType::kDeleteSubject || key.type == KeyType::kClearSubject;
  if (positional || (record.record.key == canonical_key && !HasSpellings(key))) {
    SetLogical(record.record.key, key, decoded.value, record.offset, record.timestamp_ms);
    return;
  }
  const Spelling now = Spell(record, decoded, canonical_key);
  SetLogical(record.record.key, key, now.value, now.offset, now.timestamp_ms);
}

State::Spelling State::Spell(const LogRecord& record, const DecodedRecord& decoded, const std::string& canonical_key) {
  const RecordKey& key = decoded.key;
  // More than one spelling: the logical value is that of the spelling written last among those that have one. So a
  // tombstone uncovers the other spelling, which is what a replay of the compacted log sees as well.
  Spelling present{kBeforeFirst, 0, ValueOf(key)};
  if (key.type == KeyType::kSchema && !std::holds_alternative<Tombstone>(present.value)) {
    const auto view = FindSubject(*key.subject);
    const VersionEntry* entry = view->Find(key.version);
    present.offset = entry->offset;
    present.timestamp_ms = entry->timestamp_ms;
  }
  WriterLock lock(&spellings_mutex_);
  auto [known, is_new] = spellings_.try_emplace(key);
  if (is_new && !std::holds_alternative<Tombstone>(present.value)) {
    known->second.emplace(canonical_key, std::move(present));
  }
  if (std::holds_alternative<Tombstone>(decoded.value)) {
    known->second.erase(record.record.key);
  } else {
    known->second[record.record.key] = Spelling{record.offset, record.timestamp_ms, decoded.value};
  }
  Spelling last{record.offset, record.timestamp_ms, Tombstone{}};
  for (const auto& [bytes, spelling] : known->second) {
    if (std::holds_alternative<Tombstone>(last.value) || spelling.offset > last.offset) last = spelling;
  }
  if (known->second.empty() || (known->second.size() == 1 && known->second.begin()->first == canonical_key)) {
    spellings_.erase(known);
  }
  return last;
}

bool State::HasSpellings(const RecordKey& key) const {
  ReaderLock lock(&spellings_mutex_);
  return !spellings_.empty() && spellings_.contains(key);
}

void State::SetLogical(const std::string& raw_key, const RecordKey& key, const RecordValue& value, Offset offset,
                       int64_t timestamp_ms) {
  const bool tombstone = std::holds_alternative<Tombstone>(value);
  if (key.type != KeyType::kSchema) DigestWithout(key);
  switch (key.type) {
    case KeyType::kSchema:
      if (tombstone) {
        RemoveSchema(*key.subject, key.version);
      } else {
        SetSchema(*key.subject, key.version, std::get<SchemaRecord>(value), offset, timestamp_ms);
      }
      break;
    case KeyType::kConfig: {
      {
        WriterLock lock(&config_mutex_);
        if (tombstone) {
          configs_.erase(key.subject);
        } else {
          configs_[key.subject] = std::make_shared<const SubjectConfig>(std::get<SubjectConfig>(value));
        }
      }
      config_revision_.fetch_add(1, std::memory_order_acq_rel);
      break;
    }
    case KeyType::kMode: {
      {
        WriterLock lock(&config_mutex_);
        if (tombstone) {
          modes_.erase(key.subject);
        } else {
          modes_[key.subject] = std::get<Mode>(value);
        }
      }
      config_revision_.fetch_add(1, std::memory_order_acq_rel);
      break;
    }
    case KeyType::kDeleteSubject:
      if (tombstone) {
        WriterLock lock(&listing_mutex_);
        delete_subjects_.erase(raw_key);
      } else {
        const Version up_to = std::get<DeleteSubjectRecord>(value).up_to;
        {
          WriterLock lock(&listing_mutex_);
          delete_subjects_[raw_key] = up_to;
        }
        ApplyDeleteSubject(*key.subject, up_to);
      }
      break;
    case KeyType::kClearSubject:
      if (tombstone) {
        WriterLock lock(&listing_mutex_);
        cleared_.erase(raw_key);
      } else {
        ApplyClearSubject(raw_key, key.subject);
      }
      break;
    case KeyType::kContext: {
      WriterLock lock(&listing_mutex_);
      if (tombstone) {
        declared_contexts_.erase(key.text);
      } else {
        declared_contexts_.insert(key.text);
      }
      break;
    }
    case KeyType::kAssociation: {
      WriterLock lock(&listing_mutex_);
      if (tombstone) {
        associations_.Erase(key);
      } else {
        associations_.Put(key, std::get<AssociationRecord>(value));
      }
      break;
    }
    case KeyType::kNoop:
    case KeyType::kClaim:
      break;
  }
  if (key.type != KeyType::kSchema) DigestWith(key);
}

namespace {

// What a version is, in few bytes: its hash stands for its content.
std::string DigestItem(const Subject& subject, const VersionEntry& entry) {
  std::string item = "version ";
  const auto& hash = entry.stored->hash.bytes();
  item.append(reinterpret_cast<const char*>(hash.data()), hash.size());
  for (const int64_t number : {int64_t{entry.version.value()}, int64_t{entry.stored->id.value()},
                               int64_t{static_cast<int>(entry.stored->content.type)}, int64_t{entry.deleted}}) {
    item += std::to_string(number) + ' ';
  }
  return item + subject.Qualified();
}

}  // namespace

void State::DigestWithout(const RecordKey& key) {
  const RecordValue value = ValueOf(key);
  if (std::holds_alternative<Tombstone>(value)) return;
  const Record record = EncodeRecord(key, value);
  digest_.Remove(record.key + *record.value);
}

void State::DigestWith(const RecordKey& key) {
  const RecordValue value = ValueOf(key);
  if (std::holds_alternative<Tombstone>(value)) return;
  const Record record = EncodeRecord(key, value);
  digest_.Add(record.key + *record.value);
}

void State::SetSchema(const Subject& subject, Version version, const SchemaRecord& record, Offset offset,
                      int64_t timestamp_ms) {
  auto stored = Intern(Name(subject), version, record);
  auto view = std::make_shared<SubjectView>();
  if (const auto old = FindSubject(subject)) *view = *old;
  VersionEntry entry{version, record.deleted, stored, timestamp_ms, offset};
  digest_.Add(DigestItem(subject, entry));
  StoredPtr replaced;
  if (const VersionEntry* before = view->Find(version)) {
    digest_.Remove(DigestItem(subject, *before));
    replaced = before->stored;
    LinkReferences(subject, version, replaced->content, /*add=*/false);
  }
  view->versions.Put(std::move(entry));
  if (replaced && replaced->id != stored->id) {
    Disuse(*replaced, subject, version);
    ForgetUnused(*replaced);
  }
  LinkReferences(subject, version, stored->content, /*add=*/true);
  PutView(subject, std::move(view));
}

void State::RemoveSchema(const Subject& subject, Version version) {
  const auto old = FindSubject(subject);
  const VersionEntry* entry = old ? old->Find(version) : nullptr;
  if (entry == nullptr) return;
  digest_.Remove(DigestItem(subject, *entry));
  auto view = std::make_shared<SubjectView>(*old);
  view->versions.Erase(version);
  LinkReferences(subject, version, entry->stored->content, /*add=*/false);
  Disuse(*entry->stored, subject, version);
  PutView(subject, view->versions.empty() ? nullptr : std::move(view));
  ForgetUnused(*entry->stored);
}

void State::ApplyDeleteSubject(const Subject& subject, Version up_to) {
  const auto old = FindSubject(subject);
  if (!old) return;
  auto view = std::make_shared<SubjectView>(*old);
  for (VersionEntry entry : old->versions) {
    if (entry.version > up_to) break;
    digest_.Remove(DigestItem(subject, entry));
    entry.deleted = true;
    digest_.Add(DigestItem(subject, entry));
    view->versions.Put(entry);
    // What a tombstone of one spelling uncovers is deleted as well.
    WriterLock lock(&spellings_mutex_);
    const auto known =
        spellings_.find(RecordKey{.type = KeyType::kSchema, .subject = subject, .version = entry.version});
    if (known == spellings_.end()) continue;
    for (auto& [bytes, spelling] : known->second) std::get<SchemaRecord>(spelling.value).deleted = true;
  }
  PutView(subject, std::move(view));
}

void State::ApplyClearSubject(const std::string& raw_key, const std::optional<Subject>& scope) {
  std::vector<Subject> affected;
  {
    ReaderLock lock(&listing_mutex_);
    for (const Subject* subject : listing_) {
      if (!scope || (scope->name.empty() ? subject->context == scope->context : *subject == *scope)) {
        affected.push_back(*subject);
      }
    }
  }
  for (const Subject& subject : affected) {
    const auto view = FindSubject(subject);
    for (const VersionEntry& entry : view->versions) {
      if (!entry.deleted) continue;
      const RecordKey key{.type = KeyType::kSchema, .subject = subject, .version = entry.version};
      std::vector<std::string> raw = RawKeysOf(key);
      {
        WriterLock lock(&listing_mutex_);
        cleared_[raw_key][key] = std::move(raw);
      }
      {
        WriterLock lock(&spellings_mutex_);
        spellings_.erase(key);
      }
      RemoveSchema(subject, entry.version);
    }
  }
}

bool State::ClashesWithLivingId(const DecodedRecord& decoded) const {
  const auto* record = std::get_if<SchemaRecord>(&decoded.value);
  if (record == nullptr) return false;
  const auto living = FindById(decoded.key.subject->context, record->id);
  return living != nullptr && living->content.text != record->content.text;
}

State::StoredPtr State::Intern(const Subject* subject, Version version, const SchemaRecord& record) {
  const std::string& context = subject->context;
  const ContentHash hash = record.md5 ? *record.md5 : HashOf(record.content, context);
  StoredPtr stored;
  {
    const ContentKey key{hash, record.content.type, context};
    auto& shard = contents_.ShardOf(key);
    WriterLock lock(&shard.mutex);
    const auto known = shard.map.find(key);
    if (known != shard.map.end() && (*known)->id == record.id && (*known)->content == record.content) {
      stored = *known;
    } else {
      stored = std::make_shared<const StoredSchema>(StoredSchema{context, record.id, hash, record.content});
      if (known != shard.map.end()) shard.map.erase(known);
      shard.map.insert(stored);
    }
  }
  const IdKey key{context, record.id};
  auto& shard = ids_.ShardOf(key);
  WriterLock lock(&shard.mutex);
  auto known = shard.map.find(key);
  if (known == shard.map.end()) {
    known = shard.map.try_emplace(stored).first;
  } else if (known->first != stored) {
    // Another content under the same id: the last one counts.
    SchemaUses uses = std::move(known->second);
    shard.map.erase(known);
    known = shard.map.try_emplace(stored, std::move(uses)).first;
  }
  known->second.Add(subject, version);
  return stored;
}

void State::Disuse(const StoredSchema& stored, const Subject& subject, Version version) {
  const IdKey key{stored.context, stored.id};
  auto& shard = ids_.ShardOf(key);
  WriterLock lock(&shard.mutex);
  const auto known = shard.map.find(key);
  if (known != shard.map.end()) known->second.Remove(subject, version);
}

void State::ForgetUnused(const StoredSchema& stored) {
  const IdKey id_key{stored.context, stored.id};
  {
    auto& shard = ids_.ShardOf(id_key);
    WriterLock lock(&shard.mutex);
    const auto known = shard.map.find(id_key);
    if (known == shard.map.end() || !known->second.empty()) return;
    shard.map.erase(known);
  }
  const ContentKey content_key{stored.hash, stored.content.type, stored.context};
  auto& shard = contents_.ShardOf(content_key);
  WriterLock lock(&shard.mutex);
  const auto known = shard.map.find(content_key);
  if (known != shard.map.end() && (*known)->id == stored.id) shard.map.erase(known);
}

const Subject* State::Name(const Subject& subject) {
  auto& shard = subjects_.ShardOf(subject);
  WriterLock lock(&shard.mutex);
  return &shard.map.try_emplace(subject).first->first;
}

void State::PutView(const Subject& subject, ViewPtr view) {
  auto& shard = subjects_.ShardOf(subject);
  if (view == nullptr) {
    {
      WriterLock lock(&listing_mutex_);
      listing_.erase(&subject);
      if (--subjects_per_context_[subject.context] == 0) subjects_per_context_.erase(subject.context);
    }
    WriterLock lock(&shard.mutex);
    shard.map.erase(subject);
    return;
  }
  const Subject* name = nullptr;
  {
    WriterLock lock(&shard.mutex);
    const auto it = shard.map.find(subject);
    const bool is_new = it->second == nullptr;
    it->second = std::move(view);
    if (!is_new) return;
    name = &it->first;
  }
  WriterLock lock(&listing_mutex_);
  listing_.insert(name);
  ++subjects_per_context_[name->context];
}

void State::LinkReferences(const Subject& subject, Version version, const SchemaContent& content, bool add) {
  if (content.references.empty()) return;
  WriterLock lock(&listing_mutex_);
  for (const Reference& reference : content.references) {
    const std::pair target(reference.subject, reference.version);
    if (add) {
      referrers_[target].insert({subject, version});
      continue;
    }
    const auto it = referrers_.find(target);
    if (it == referrers_.end()) continue;
    it->second.erase({subject, version});
    if (it->second.empty()) referrers_.erase(it);
  }
}

std::vector<std::string> State::RawKeysOf(const RecordKey& key) const {
  std::vector<std::pair<Offset, std::string>> spelled;
  {
    ReaderLock lock(&spellings_mutex_);
    const auto known = spellings_.find(key);
    if (known != spellings_.end()) {
      for (const auto& [bytes, spelling] : known->second) spelled.emplace_back(spelling.offset, bytes);
    }
  }
  std::sort(spelled.begin(), spelled.end());
  std::vector<std::string> raw;
  for (auto& [offset, bytes] : spelled) raw.push_back(std::move(bytes));
  if (raw.empty() && !std::holds_alternative<Tombstone>(ValueOf(key))) raw.push_back(EncodeKey(key));
  return raw;
}

RecordValue State::ValueOf(const RecordKey& key) const {
  switch (key.type) {
    case KeyType::kSchema: {
      const auto view = FindSubject(*key.subject);
      const VersionEntry* entry = view ? view->Find(key.version) : nullptr;
      if (entry == nullptr) return Tombstone{};
      return RecordOf(*entry->stored, entry->deleted);
    }
    case KeyType::kConfig: {
      const auto config = FindConfig(key.subject);
      return config ? RecordValue(*config) : RecordValue(Tombstone{});
    }
    case KeyType::kMode: {
      const auto mode = FindMode(key.subject);
      return mode ? RecordValue(*mode) : RecordValue(Tombstone{});
    }
    case KeyType::kContext: {
      ReaderLock lock(&listing_mutex_);
      return declared_contexts_.contains(key.text) ? RecordValue(ContextRecord{}) : RecordValue(Tombstone{});
    }
    case KeyType::kAssociation: {
      ReaderLock lock(&listing_mutex_);
      const auto record = associations_.Find(key);
      return record ? RecordValue(*record) : RecordValue(Tombstone{});
    }
    case KeyType::kDeleteSubject:  // settled by a tombstone, after the versions it hid were written
    case KeyType::kClearSubject:
    case KeyType::kNoop:
    case KeyType::kClaim:
      break;
  }
  return Tombstone{};
}

// --- reading ---------------------------------------------------------------------------------------------------------

std::shared_ptr<const StoredSchema> State::FindById(const std::string& context, SchemaId id) const {
  const IdKey key{context, id};
  const auto& shard = ids_.ShardOf(key);
  ReaderLock lock(&shard.mutex);
  const auto it = shard.map.find(key);
  return it == shard.map.end() ? nullptr : it->first;
}

std::shared_ptr<const StoredSchema> State::FindByGuid(const ContentHash& hash) const {
  for (const std::string& context : Contexts()) {
    for (const SchemaType type : {SchemaType::kAvro, SchemaType::kJson, SchemaType::kProtobuf, SchemaType::kOther}) {
      if (auto stored = FindByContent(context, type, hash)) return stored;
    }
  }
  return nullptr;
}

std::shared_ptr<const StoredSchema> State::FindByContent(const std::string& context, SchemaType type,
                                                         const ContentHash& hash) const {
  const ContentKey key{hash, type, context};
  std::shared_ptr<const StoredSchema> stored;
  {
    const auto& shard = contents_.ShardOf(key);
    ReaderLock lock(&shard.mutex);
    const auto it = shard.map.find(key);
    if (it == shard.map.end()) return nullptr;
    stored = *it;
  }
  // Another content under the same id may have been the last to be released, and the id may name another text since.
  const auto living = FindById(context, stored->id);
  return living != nullptr && living->content.text == stored->content.text ? stored : nullptr;
}

std::shared_ptr<const SubjectView> State::FindSubject(const Subject& subject) const {
  const auto& shard = subjects_.ShardOf(subject);
  ReaderLock lock(&shard.mutex);
  const auto it = shard.map.find(subject);
  return it == shard.map.end() ? nullptr : it->second;
}

std::shared_ptr<const SubjectConfig> State::FindConfig(const std::optional<Subject>& target) const {
  ReaderLock lock(&config_mutex_);
  const auto it = configs_.find(target);
  return it == configs_.end() ? nullptr : it->second;
}

std::optional<Mode> State::FindMode(const std::optional<Subject>& target) const {
  ReaderLock lock(&config_mutex_);
  const auto it = modes_.find(target);
  if (it == modes_.end()) return std::nullopt;
  return it->second;
}

std::vector<std::optional<Subject>> State::ConfigTargets() const {
  std::vector<std::optional<Subject>> targets;
  ReaderLock lock(&config_mutex_);
  for (const auto& [target, config] : configs_) targets.push_back(target);
  return targets;
}

std::vector<std::optional<Subject>> State::ModeTargets() const {
  std::vector<std::optional<Subject>> targets;
  ReaderLock lock(&config_mutex_);
  for (const auto& [target, mode] : modes_) targets.push_back(target);
  return targets;
}

std::vector<std::pair<Subject, std::shared_ptr<const SubjectView>>> State::SubjectsAfter(
    const std::optional<Subject>& after, size_t limit) const {
  std::vector<std::pair<Subject, std::shared_ptr<const SubjectView>>> page;
  std::vector<Subject> names;
  {
    ReaderLock lock(&listing_mutex_);
    for (auto it = after ? listing_.upper_bound(&*after) : listing_.begin(); it != listing_.end(); ++it) {
      if (names.size() == limit) break;
      names.push_back(**it);
    }
  }
  for (Subject& name : names) {
    if (auto view = FindSubject(name)) page.emplace_back(std::move(name), std::move(view));
  }
  return page;
}

std::vector<std::pair<Subject, Version>> State::ReferrersOf(const Subject& subject, Version version) const {
  ReaderLock lock(&listing_mutex_);
  const auto it = referrers_.find(std::pair(subject, version));
  if (it == referrers_.end()) return {};
  return {it->second.begin(), it->second.end()};
}

std::vector<std::pair<Subject, Version>> State::UsesOf(const std::string& context, SchemaId id) const {
  const IdKey key{context, id};
  const auto& shard = ids_.ShardOf(key);
  ReaderLock lock(&shard.mutex);
  const auto it = shard.map.find(key);
  return it == shard.map.end() ? std::vector<std::pair<Subject, Version>>() : it->second.List();
}

std::vector<Version> State::UsesIn(const Subject& subject, SchemaId id) const {
  const IdKey key{subject.context, id};
  const auto& shard = ids_.ShardOf(key);
  ReaderLock lock(&shard.mutex);
  const auto it = shard.map.find(key);
  return it == shard.map.end() ? std::vector<Version>() : it->second.In(subject);
}

std::optional<std::pair<Subject, Version>> State::FirstUseOf(const std::string& context, SchemaId id) const {
  const IdKey key{context, id};
  const auto& shard = ids_.ShardOf(key);
  ReaderLock lock(&shard.mutex);
  const auto it = shard.map.find(key);
  if (it == shard.map.end() || it->second.empty()) return std::nullopt;
  return it->second.First();
}

std::vector<std::string> State::Contexts() const {
  absl::btree_set<std::string> names = {std::string(kDefaultContext)};
  ReaderLock lock(&listing_mutex_);
  names.insert(declared_contexts_.begin(), declared_contexts_.end());
  for (const auto& [name, subjects] : subjects_per_context_) names.insert(name);
  return {names.begin(), names.end()};
}

std::vector<std::shared_ptr<const Association>> State::Associations(const AssociationFilter& filter) const {
  ReaderLock lock(&listing_mutex_);
  return associations_.Matching(filter);
}

CurrentClaim State::current_claim() const {
  MutexLock lock(&tracker_mutex_);
  CurrentClaim claim = tracker_.current();
  claim.timestamp_ms = claim_time_ms_;
  return claim;
}

std::string State::Lineage() const {
  MutexLock lock(&tracker_mutex_);
  return tracker_.lineage();
}

Epoch State::NextEpoch() const {
  MutexLock lock(&tracker_mutex_);
  return tracker_.NextEpoch();
}

std::map<std::string, SchemaId> State::HighIds() const {
  MutexLock lock(&tracker_mutex_);
  return tracker_.high_ids();
}

SchemaId State::HighId(const std::string& context) const {
  MutexLock lock(&tracker_mutex_);
  return tracker_.HighId(context);
}

bool State::MarksClaimed() const {
  MutexLock lock(&tracker_mutex_);
  return tracker_.marks_claimed();
}

int State::NewestClaimFormat() const {
  MutexLock lock(&tracker_mutex_);
  return tracker_.newest_format();
}

std::pair<Position, std::string> State::Digest() const {
  MutexLock lock(&tracker_mutex_);
  return {{tracker_.log_id(), published_digest_.first}, published_digest_.second.ToHex()};
}

std::vector<RecordKey> State::KeysOfType(KeyType type) const {
  std::vector<RecordKey> keys;
  if (type == KeyType::kConfig) {
    ReaderLock lock(&config_mutex_);
    for (const auto& [target, config] : configs_) keys.push_back({.type = type, .subject = target});
  } else if (type == KeyType::kMode) {
    ReaderLock lock(&config_mutex_);
    for (const auto& [target, mode] : modes_) keys.push_back({.type = type, .subject = target});
  } else if (type == KeyType::kContext) {
    ReaderLock lock(&listing_mutex_);
    for (const std::string& context : declared_contexts_) keys.push_back({.type = type, .text = context});
  } else if (type == KeyType::kAssociation) {
    ReaderLock lock(&listing_mutex_);
    keys = associations_.keys();
  }
  return keys;
}

Position State::position() const {
  MutexLock lock(&tracker_mutex_);
  return {tracker_.log_id(), applied()};
}

std::string State::log_id() const {
  MutexLock lock(&tracker_mutex_);
  return tracker_.log_id();
}

bool State::ForeignWriter() const {
  MutexLock lock(&tracker_mutex_);
  return tracker_.last_foreign() > tracker_.accepted_foreign();
}

Offset State::LastForeign() const {
  MutexLock lock(&tracker_mutex_);
  return tracker_.last_foreign();
}

Offset State::AcceptedForeign() const {
  MutexLock lock(&tracker_mutex_);
  return tracker_.accepted_foreign();
}

std::map<std::string, UnsettledKey> State::unsettled() const {
  MutexLock lock(&unsettled_mutex_);
  return unsettled_.all();
}

std::optional<UnsettledKey> State::FindUnsettled(const std::string& raw_key) const {
  MutexLock lock(&unsettled_mutex_);
  const UnsettledKey* key = unsettled_.Find(raw_key);
  if (key == nullptr) return std::nullopt;
  return *key;
}

std::vector<UnsettledPlace> State::UnsettledAfter(const UnsettledPlace& place, size_t limit) const {
  MutexLock lock(&unsettled_mutex_);
  return unsettled_.TrustedAfter(place, limit);
}

std::vector<std::string> State::UntrustedKeys(size_t limit) const {
  MutexLock lock(&unsettled_mutex_);
  return unsettled_.Untrusted(limit);
}

std::optional<Version> State::HiddenUpTo(const std::string& raw_key) const {
  ReaderLock lock(&listing_mutex_);
  const auto it = delete_subjects_.find(raw_key);
  if (it == delete_subjects_.end()) return std::nullopt;
  return it->second;
}

std::vector<std::pair<Subject, std::string>> State::ClearedBy(const std::string& raw_key) const {
  std::map<RecordKey, std::vector<std::string>> cleared;
  {
    ReaderLock lock(&listing_mutex_);
    const auto it = cleared_.find(raw_key);
    if (it != cleared_.end()) cleared = it->second;
  }
  std::vector<std::pair<Subject, std::string>> gone;
  for (const auto& [key, raw] : cleared) {
    if (!std::holds_alternative<Tombstone>(ValueOf(key))) continue;
    for (const std::string& bytes : raw) gone.emplace_back(*key.subject, bytes);
  }
  return gone;
}

StateCounters State::counters() const {
  StateCounters counters;
  {
    ReaderLock lock(&config_mutex_);
    counters = counters_;
  }
  counters.unsettled = unsettled_count_.load(std::memory_order_acquire);
  counters.untrusted = untrusted_count_.load(std::memory_order_acquire);
  return counters;
}

}  // namespace regent
