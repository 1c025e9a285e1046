#include "server/registry/write_domain.h"

#include <algorithm>
#include <limits>

namespace regent {

void IdAllocator::RememberLocked(const std::string& context, SchemaId id) {
  HandedOut& ids = contexts_[context];
  ids.last = std::max(ids.last, id);
  ids.recent.insert(id);
  if (ids.recent.size() > kRemembered) ids.recent.erase(ids.recent.begin());
}

bool IdAllocator::MayHaveHandedOut(const std::string& context, SchemaId id) const {
  MutexLock lock(&mutex_);
  const auto it = contexts_.find(context);
  if (it == contexts_.end()) return false;
  const std::set<SchemaId>& recent = it->second.recent;
  return recent.contains(id) || (recent.size() == kRemembered && id < *recent.begin());
}

SchemaId IdAllocator::Lease::Next(const std::string& context) {
  Release();
  const SchemaId seen = ids_->state_->HighId(context);
  MutexLock lock(&ids_->mutex_);
  const SchemaId last = std::max(ids_->contexts_[context].last, seen);
  if (last.value() == std::numeric_limits<int32_t>::max()) return SchemaId();
  context_ = context;
  id_ = last.Next();
  ids_->RememberLocked(context_, id_);
  ids_->leased_.emplace(context_, id_);
  return id_;
}

bool IdAllocator::Lease::Take(const std::string& context, SchemaId id) {
  Release();
  MutexLock lock(&ids_->mutex_);
  if (!ids_->leased_.emplace(context, id).second) return false;
  context_ = context;
  id_ = id;
  ids_->RememberLocked(context_, id_);
  return true;
}

void IdAllocator::Lease::Release() {
  if (id_ == SchemaId()) return;
  MutexLock lock(&ids_->mutex_);
  ids_->leased_.erase({context_, id_});
  id_ = SchemaId();
}

std::string SubjectHold(const Subject& subject) { return "subject " + subject.context + ":" + subject.name; }

std::string ContentHold(const std::string& context, SchemaType type, const ContentHash& hash) {
  std::string name = "content " + context + ":" + std::to_string(static_cast<int>(type)) + ":";
  name.append(reinterpret_cast<const char*>(hash.bytes().data()), hash.bytes().size());
  return name;
}

std::string ContextHold(const std::string& context) { return "context " + context; }

std::string ConfigHold(const std::optional<Subject>& target) {
  return target ? "config " + target->context + ":" + target->name : "config";
}

void AppendTombstones(const State& state, const RecordKey& key, std::vector<Record>* records) {
  for (std::string& raw : state.RawKeysOf(key)) records->push_back({std::move(raw), std::nullopt, {}});
}

RecordKey SchemaKey(const Subject& subject, Version version) {
  return {.type = KeyType::kSchema, .subject = subject, .version = version};
}

}  // namespace regent
