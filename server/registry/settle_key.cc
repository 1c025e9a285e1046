#include "server/registry/settle_key.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/content_hash.h"
#include "store/record_codec.h"

namespace regent {
namespace {

class SettleOperation : public WriteOperation {
 public:
  SettleOperation(const WriteDomain* domain, std::string raw_key) : domain_(domain), raw_key_(std::move(raw_key)) {}

  std::optional<WriteAnswer> Prepare() override {
    result_ = WriteResult();
    key_ = domain_->state->FindUnsettled(raw_key_);
    if (!Due()) return Nothing();
    if (key_->key.type == KeyType::kClearSubject) cleared_ = domain_->state->ClearedBy(raw_key_);
    return std::nullopt;
  }

  std::vector<HoldKey> Holds() const override {
    const RecordKey& key = key_->key;
    switch (key.type) {
      case KeyType::kSchema: {
        std::vector<HoldKey> holds = {{SubjectHold(*key.subject)}};
        if (const auto& schema = key_->foreign_schema) {
          const std::string& context = key.subject->context;
          holds.push_back({ContentHold(context, schema->content.type, HashOf(schema->content, context))});
        }
        return holds;
      }
      case KeyType::kDeleteSubject:
        return {{SubjectHold(*key.subject)}};
      case KeyType::kClearSubject: {
        std::vector<HoldKey> holds;
        for (const auto& [subject, raw] : cleared_) {
          if (holds.empty() || holds.back().name != SubjectHold(subject)) holds.push_back({SubjectHold(subject)});
        }
        if (holds.empty()) holds.push_back({raw_key_});
        return holds;
      }
      case KeyType::kConfig:
      case KeyType::kMode:
        return {{ConfigHold(key.subject)}};
      case KeyType::kContext:
        return {{ContextHold(key.text)}};
      case KeyType::kAssociation:
      case KeyType::kNoop:
      case KeyType::kClaim:
        break;
    }
    return {{raw_key_}};
  }

  WriteStep Decide() override {
    const auto seen = domain_->state->FindUnsettled(raw_key_);
    if (!seen || seen->last_offset != key_->last_offset) return WriteStep::PrepareAgain();
    if (!Due()) return WriteStep::Answer(Nothing());
    if (key_->key.type == KeyType::kClearSubject && cleared_ != domain_->state->ClearedBy(raw_key_)) {
      return WriteStep::PrepareAgain();
    }
    std::vector<Record> first = WhatItDidToOthers();
    if (!first.empty()) return WriteStep::Append(std::move(first), /*removes_schema=*/true);
    return SettleItself();
  }

  WriteStep AfterReadBack(const Position& position) override {
    result_.position = position;
    result_.changed = true;
    if (!domain_->state->FindUnsettled(raw_key_)) return WriteStep::Answer(result_);
    // Only now: were the tombstone sent with them and they lost, what they say would be lost for good.
    return SettleItself();
  }

 private:
  bool Due() const { return key_ && key_->trusted; }
  WriteAnswer Nothing() const {
    WriteResult result;
    result.position = domain_->state->position();
    return result;
  }

  // The meaning of these keys hangs on their place: before they are overwritten, what they did becomes records that
  // stand for themselves.
  std::vector<Record> WhatItDidToOthers() const {
    std::vector<Record> records;
    const State& state = *domain_->state;
    if (key_->key.type == KeyType::kDeleteSubject) {
      const std::optional<Version> up_to = state.HiddenUpTo(raw_key_);
      const auto view = up_to ? state.FindSubject(*key_->key.subject) : nullptr;
      if (view == nullptr) return records;
      for (const VersionEntry& entry : view->versions) {
        if (entry.version > *up_to || !entry.deleted) continue;
        const RecordKey key = SchemaKey(*key_->key.subject, entry.version);
        for (std::string& raw : state.RawKeysOf(key)) {
          records.push_back(EncodeRecord(key, RecordOf(*entry.stored, /*deleted=*/true)));
          records.back().key = std::move(raw);
        }
      }
    } else if (key_->key.type == KeyType::kClearSubject) {
      for (const auto& [subject, raw] : cleared_) records.push_back({raw, std::nullopt, {}});
    }
    return records;
  }

  WriteStep SettleItself() {
    const RecordKey& key = key_->key;
    std::vector<Record> records = {
        EncodeRecord(key, Adoptable() ? RecordValue(*key_->foreign_schema) : domain_->state->ValueOf(key))};
    records[0].key = raw_key_;
    const bool removes_schema =
        key.type == KeyType::kSchema || key.type == KeyType::kDeleteSubject || key.type == KeyType::kClearSubject;
    return WriteStep::Append(std::move(records), removes_schema);
  }

  bool Adoptable() const {
    const auto& schema = key_->foreign_schema;
    if (!schema || !std::holds_alternative<Tombstone>(domain_->state->ValueOf(key_->key))) return false;
    const std::string& context = key_->key.subject->context;
    if (const auto living = domain_->state->FindById(context, schema->id)) return living->content == schema->content;
    return key_->fresh_id && !domain_->ids->MayHaveHandedOut(context, schema->id);
  }

  const WriteDomain* const domain_;
  const std::string raw_key_;
  // As Prepare() saw it.
  std::optional<UnsettledKey> key_;
  std::vector<std::pair<Subject, std::string>> cleared_;
  WriteResult result_;
};

}  // namespace

std::unique_ptr<WriteOperation> NewSettleOperation(const WriteDomain* domain, std::string raw_key) {
  return std::make_unique<SettleOperation>(domain, std::move(raw_key));
}

}  // namespace regent
