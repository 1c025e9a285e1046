#include "schema/avro/avro_format.h"
#include "server/registry/schema_catalog.h"
#include "store/record_codec.h"
#include "store/state.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

constexpr size_t kSubjects = 8;

std::string SubjectName(uint8_t number) { return std::string("s") + static_cast<char>('0' + number % kSubjects); }

// A log of another registry, which may hold references in circles, to nothing and to what was deleted: each byte is a
// record, its low bits the subject, its high bits the number of references, which the next bytes name.
void Fill(regent::State* state, const uint8_t* data, size_t size) {
  int versions[kSubjects] = {};
  int64_t offset = 0;
  for (size_t i = 0; i < size && offset < 200; ++offset) {
    const uint8_t head = data[i++];
    regent::SchemaRecord schema;
    schema.id = regent::SchemaId(static_cast<int32_t>(offset) + 1);
    schema.deleted = (head & 8) != 0;
    schema.content.text = "{\"type\":\"record\",\"name\":\"r" + std::to_string(offset) + "\",\"fields\":[]}";
    for (int count = head >> 5; count > 0 && i < size; --count, ++i) {
      schema.content.references.push_back({SubjectName(data[i] >> 4), regent::Subject::Parse(SubjectName(data[i])),
                                           regent::Version((data[i] >> 3 & 7) - 1)});
    }
    regent::LogRecord record;
    record.offset = regent::Offset(offset);
    regent::RecordKey key;
    key.type = regent::KeyType::kSchema;
    key.subject = regent::Subject::Parse(SubjectName(head));
    key.version = regent::Version(++versions[head % kSubjects]);
    record.record = regent::EncodeRecord(key, schema);
    state->Apply(record);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  regent::State state("log");
  Fill(&state, data, size);
  regent::SchemaCatalog::Options options;
  options.max_references = 50;
  const regent::SchemaCatalog catalog({&regent::AvroFormat()}, &state, options);
  for (uint8_t subject = 0; subject < kSubjects; ++subject) {
    for (const int version : {-1, 1, 3}) {
      std::vector<regent::Reference> references = {
          {"n", regent::Subject::Parse(SubjectName(subject)), regent::Version(version)}};
      for (const auto scope : {regent::ReferenceScope::kLiveOnly, regent::ReferenceScope::kAny}) {
        if (!catalog.PinReferences(&references, scope).ok()) continue;
        const auto resolved = catalog.Resolve(references, scope);
        if (resolved.ok()) FUZZ_CHECK(resolved->size() <= static_cast<size_t>(options.max_references));
        regent::SchemaContent content;
        content.text = "\"int\"";
        content.references = references;
        catalog.ParseNew(content, regent::Validation::kStrict, scope).status().IgnoreError();
      }
    }
  }
  return 0;
}
