#include "store/state_dump.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "store/record_codec.h"

namespace regent {
namespace {

constexpr size_t kBatch = 1024;

}  // namespace

std::vector<Record> RecordsOf(const State& state) {
  std::vector<Record> records;
  for (const RecordKey& key : state.KeysOfType(KeyType::kContext))
    records.push_back(EncodeRecord(key, ContextRecord{}));

  std::vector<std::tuple<std::string, SchemaId, RecordKey>> schemas;
  std::optional<Subject> after;
  for (bool more = true; more;) {
    const auto batch = state.SubjectsAfter(after, kBatch);
    for (const auto& [subject, view] : batch) {
      after = subject;
      for (const VersionEntry& entry : view->versions) {
        schemas.emplace_back(subject.context, entry.stored->id,
                             RecordKey{.type = KeyType::kSchema, .subject = subject, .version = entry.version});
      }
    }
    more = batch.size() == kBatch;
  }
  std::sort(schemas.begin(), schemas.end());
  for (const auto& [context, id, key] : schemas) {
    const RecordValue value = state.ValueOf(key);
    if (!std::holds_alternative<Tombstone>(value)) records.push_back(EncodeRecord(key, value));
  }

  for (const KeyType type : {KeyType::kConfig, KeyType::kMode, KeyType::kAssociation}) {
    for (const RecordKey& key : state.KeysOfType(type)) records.push_back(EncodeRecord(key, state.ValueOf(key)));
  }
  return records;
}

std::string DumpState(const State& state) {
  std::string text;
  for (const Record& record : RecordsOf(state)) {
    const size_t begin = text.size();
    text += "{\"key\":" + record.key + ",\"value\":" + record.value.value_or("null") + "}";
    // Another registry's value may be spread over lines; within JSON a line end is white space.
    std::replace_if(
        text.begin() + begin, text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    text += '\n';
  }
  return text;
}

}  // namespace regent
