#include "server/registry/request_memory.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "server/registry/schema_match.h"

namespace regent {
namespace {

template <typename Command>
bool Is(size_t command) {
  static const size_t index = WriteCommand(Command()).index();
  return command == index;
}

struct ParsedHeader {
  std::string id;
  size_t number = 1;
  size_t count = 1;
};

// A header that is not of the form is an id as a whole.
ParsedHeader ParseHeader(const std::string& header) {
  const ParsedHeader whole{header, 1, 1};
  const size_t space = header.rfind(' ');
  const size_t slash = space == std::string::npos ? space : header.find('/', space);
  if (slash == std::string::npos) return whole;
  ParsedHeader parsed{header.substr(0, space), 0, 0};
  const auto read = [&](size_t from, size_t to, size_t* number) {
    const char* const end = header.data() + to;
    const auto [stop, error] = std::from_chars(header.data() + from, end, *number);
    return error == std::errc() && stop == end && *number > 0;
  };
  if (!read(space + 1, slash, &parsed.number) || !read(slash + 1, header.size(), &parsed.count)) return whole;
  return parsed;
}

class OnceOperation : public WriteOperation {
 public:
  OnceOperation(std::unique_ptr<WriteOperation> operation, const RequestMemory* memory, std::string request_id,
                size_t command)
      : operation_(std::move(operation)), memory_(memory), request_id_(std::move(request_id)), command_(command) {}

  std::optional<WriteAnswer> Prepare() override {
    if (auto answer = memory_->Find(request_id_, command_)) return answer;
    return operation_->Prepare();
  }
  std::vector<HoldKey> Holds() const override { return operation_->Holds(); }
  WriteStep Decide() override {
    if (auto answer = memory_->Find(request_id_, command_)) return WriteStep::Answer(*std::move(answer));
    return operation_->Decide();
  }
  WriteStep AfterReadBack(const Position& position) override { return operation_->AfterReadBack(position); }

 private:
  const std::unique_ptr<WriteOperation> operation_;
  const RequestMemory* const memory_;
  const std::string request_id_;
  const size_t command_;
};

}  // namespace

std::string RequestMemory::Header(const std::string& request_id, size_t number, size_t count) {
  return count == 1 ? request_id : absl::StrCat(request_id, " ", number, "/", count);
}

RequestMemory::Entry& RequestMemory::EntryOf(const std::string& request_id) {
  const auto [it, is_new] = entries_.try_emplace(request_id);
  if (is_new) {
    by_age_.push_back(request_id);
    if (by_age_.size() > options_.max_requests) {
      entries_.erase(by_age_.front());
      by_age_.pop_front();
    }
  }
  return it->second;
}

void RequestMemory::OnApplied(const Applied& applied) {
  if (applied.request_id.empty() || !applied.understood || !Counts(applied.verdict)) return;
  const ParsedHeader header = ParseHeader(applied.request_id);
  std::shared_ptr<const SubjectConfig> config;
  std::optional<Mode> mode;
  if (applied.key.type == KeyType::kConfig) config = state_->FindConfig(applied.key.subject);
  if (applied.key.type == KeyType::kMode) mode = state_->FindMode(applied.key.subject);
  MutexLock lock(&mutex_);
  Entry& entry = EntryOf(header.id);
  if (header.count != entry.count || entry.seen.contains(header.number)) {
    // Begun again, after a first try of which only a part came to count.
    entry.seen.clear();
    entry.keys.clear();
    entry.count = header.count;
  }
  entry.seen.insert(header.number);
  entry.keys.push_back(applied.key);
  entry.offset = applied.offset;
  if (config) entry.config = std::move(config);
  if (mode) entry.mode = mode;
}

void RequestMemory::Remember(const std::string& request_id, size_t command, const WriteResult& result) {
  MutexLock lock(&mutex_);
  Entry& entry = EntryOf(request_id);
  if (entry.result) return;
  entry.command = command;
  entry.result = result;
}

std::optional<WriteAnswer> RequestMemory::Find(const std::string& request_id, size_t command) const {
  Entry entry;
  {
    MutexLock lock(&mutex_);
    const auto it = entries_.find(request_id);
    if (it == entries_.end()) return std::nullopt;
    entry = it->second;
  }
  if (!entry.result) return FromRecords(entry, command);
  if (entry.command != command) {
    return errors::RequestInvalid("options.request_id", "was used for another kind of request before");
  }
  return *entry.result;
}

std::optional<WriteAnswer> RequestMemory::FromRecords(const Entry& entry, size_t command) const {
  if (entry.count == 0 || entry.seen.size() < entry.count) return std::nullopt;
  WriteResult result;
  result.position = {state_->log_id(), entry.offset};
  result.changed = true;
  if (entry.config) result.config = *entry.config;
  result.mode = entry.mode;
  std::optional<RecordKey> schema;
  for (const RecordKey& key : entry.keys) {
    if (key.type != KeyType::kSchema) continue;
    schema = key;
    result.versions.push_back(key.version);
  }
  std::sort(result.versions.begin(), result.versions.end());
  result.versions.erase(std::unique(result.versions.begin(), result.versions.end()), result.versions.end());
  if (!Is<RegisterSchema>(command)) return result;
  result.versions.clear();
  const auto view = schema ? state_->FindSubject(*schema->subject) : nullptr;
  const VersionEntry* version = view ? view->Find(schema->version) : nullptr;
  if (version == nullptr) return std::nullopt;  // removed meanwhile: decided afresh
  result.registered = MakeSchemaVersion(*schema->subject, *version, state_->log_id());
  return result;
}

std::unique_ptr<WriteOperation> OncePerRequest(std::unique_ptr<WriteOperation> operation, const RequestMemory* memory,
                                               std::string request_id, size_t command) {
  return std::make_unique<OnceOperation>(std::move(operation), memory, std::move(request_id), command);
}

}  // namespace regent
