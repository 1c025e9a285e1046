// What a schema costs in memory, beside its text: what operator new gave out while records were applied and did not get
// back, as a heap of 16-byte steps and 8 bytes of its own for each piece counts it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>

#include "store/record_codec.h"
#include "store/state.h"

namespace {

std::atomic<size_t> live_bytes{0};

size_t BytesOf(void* memory) { return std::max<size_t>(32, (malloc_usable_size(memory) + 8 + 15) / 16 * 16); }

}  // namespace

void* operator new(size_t size) {
  void* const memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  live_bytes += BytesOf(memory);
  return memory;
}
void operator delete(void* memory) noexcept {
  if (memory == nullptr) return;
  live_bytes -= BytesOf(memory);
  std::free(memory);
}
void operator delete(void* memory, size_t) noexcept { operator delete(memory); }

namespace regent {
namespace {

constexpr size_t kTextBytes = 612;

void ApplySchema(State* state, int number, int id, const std::string& text) {
  SchemaRecord schema;
  schema.id = SchemaId(id);
  schema.content.text = text;
  const RecordKey key{
      .type = KeyType::kSchema, .subject = Subject(".", "subject-" + std::to_string(number)), .version = Version(1)};
  state->Apply({Offset(number), 1000, EncodeRecord(key, schema)});
}

std::string Text(int number) {
  std::string text = "\"schema " + std::to_string(number);
  return text + std::string(kTextBytes - 1 - text.size(), ' ') + "\"";
}

TEST(StateMemoryTest, SchemaInASubjectOfItsOwnCostsLittleMoreThanItsText) {
  const int schemas = std::getenv("REGENT_FULL") != nullptr ? 1000000 : 50000;
  auto state = std::make_unique<State>("log-a");
  const size_t before = live_bytes;
  for (int i = 0; i < schemas; ++i) ApplySchema(state.get(), i, i + 1, Text(i));
  const size_t each = (live_bytes - before) / schemas;
  std::printf("FIGURE state: %zu bytes of heap for each of %d schemas of %zu bytes\n", each, schemas, kTextBytes);
  EXPECT_LE(each, kTextBytes + 512);
  const size_t state_bytes = live_bytes - before;
  state.reset();
  EXPECT_LT(live_bytes, before + state_bytes / 100) << "something of the state is still there";
}

TEST(StateMemoryTest, SubjectThatSharesASchemaCostsNoText) {
  constexpr int kSubjects = 50000;
  State state("log-a");
  const size_t before = live_bytes;
  for (int i = 0; i < kSubjects; ++i) ApplySchema(&state, i, 1, Text(0));
  const size_t each = (live_bytes - before) / kSubjects;
  std::printf("FIGURE state: %zu bytes of heap for each of %d subjects of one schema\n", each, kSubjects);
  EXPECT_LE(each, 320u);
}

}  // namespace
}  // namespace regent
