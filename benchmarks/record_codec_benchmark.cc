// What one record costs on replay: a million of them should take seconds.
#include "benchmark/benchmark.h"
#include "store/record_codec.h"

namespace regent {
namespace {

Record SchemaOf(size_t text_bytes) {
  RecordKey key;
  key.type = KeyType::kSchema;
  key.subject = Subject::Parse("orders.payment.created-value");
  key.version = Version(12);
  SchemaRecord value;
  value.id = SchemaId(100042);
  const std::string field = "{\"name\":\"field\",\"type\":[\"null\",\"string\"],\"default\":null},";
  while (value.content.text.size() < text_bytes) value.content.text += field;
  Record record = EncodeRecord(key, value);
  record.headers = {{kClaimHeader, "0123456789abcdef0123456789abcdef"}};
  return record;
}

void BM_DecodeSchema(benchmark::State& state) {
  const Record record = SchemaOf(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(DecodeRecord(record));
  state.SetBytesProcessed(state.iterations() * record.value->size());
}
BENCHMARK(BM_DecodeSchema)->Arg(50)->Arg(500)->Arg(5000)->Arg(50000);

void BM_DecodeTombstone(benchmark::State& state) {
  Record record = SchemaOf(0);
  record.value.reset();
  for (auto _ : state) benchmark::DoNotOptimize(DecodeRecord(record));
}
BENCHMARK(BM_DecodeTombstone);

void BM_EncodeSchema(benchmark::State& state) {
  const Record record = SchemaOf(state.range(0));
  const DecodedRecord decoded = *DecodeRecord(record);
  for (auto _ : state) benchmark::DoNotOptimize(EncodeRecord(decoded.key, decoded.value));
}
BENCHMARK(BM_EncodeSchema)->Arg(500)->Arg(5000);

}  // namespace
}  // namespace regent
