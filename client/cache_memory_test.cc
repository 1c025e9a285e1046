// A service that reads more schemas than fit stays within the bytes that it gave the cache: what operator new gave out
// and did not get back is counted.
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

#include "base/fake_clock.h"
#include "client/caching_connection.h"
#include "client/mock_registry_connection.h"

namespace {

std::atomic<size_t> live_bytes{0};

}  // namespace

void* operator new(size_t size) {
  void* const memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  live_bytes += malloc_usable_size(memory);
  return memory;
}
void operator delete(void* memory) noexcept {
  live_bytes -= malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, size_t) noexcept { operator delete(memory); }

namespace regent::client {
namespace {

using ::testing::NiceMock;

constexpr int kIds = 1000000;

StoredSchemaPtr SchemaOf(int id) {
  auto schema = std::make_shared<StoredSchema>();
  schema->id = SchemaId(id);
  schema->content.text = R"({"type":"record","name":"R)" + std::to_string(id) + R"(","fields":[)" +
                         std::string(200 + id % 2000, ' ') + "]}";
  return schema;
}

// Answers without the mock's bookkeeping, which would be slower than what is tested.
class Registry : public NiceMock<MockRegistryConnection> {
 public:
  absl::StatusOr<StoredSchemaPtr> GetSchema(const CallOptions&, const GetSchemaRequest& request) override {
    return SchemaOf(std::get<SchemaIdInContext>(request.key).id.value());
  }
  absl::StatusOr<SchemaVersion> GetSchemaVersion(const CallOptions&, const GetSchemaVersionRequest& request) override {
    SchemaVersion version;
    version.subject = request.subject;
    version.version = Version(1);
    version.stored = SchemaOf(static_cast<int>(request.subject.name.size()));
    return version;
  }
};

TEST(CacheMemoryTest, HoldsUnderAMillionDistinctIds) {
  FakeClock clock;
  const CachingOptions options{.schema_bytes_max = 32 << 20, .subject_bytes_max = 8 << 20};
  const auto connection = MakeCachingConnection(std::make_shared<Registry>(), options, &clock);
  const size_t before = live_bytes;
  size_t most = 0;
  for (int id = 1; id <= kIds; ++id) {
    ASSERT_TRUE(connection->GetSchema({}, {SchemaIdInContext{SchemaId(id)}}).ok());
    if (id % 1000 == 0) most = std::max(most, live_bytes - before);
  }
  EXPECT_LE(most, options.schema_bytes_max);
  // It is used, too.
  EXPECT_GE(most, options.schema_bytes_max / 2);
  std::printf("FIGURE client cache of %zu MiB under %d distinct ids: %zu KiB at most\n", options.schema_bytes_max >> 20,
              kIds, most >> 10);
}

TEST(CacheMemoryTest, HoldsUnderManyDistinctSubjects) {
  FakeClock clock;
  const CachingOptions options{.schema_bytes_max = 32 << 20, .subject_bytes_max = 8 << 20};
  const auto connection = MakeCachingConnection(std::make_shared<Registry>(), options, &clock);
  const size_t before = live_bytes;
  size_t most = 0;
  for (int i = 0; i < kIds / 10; ++i) {
    GetSchemaVersionRequest request;
    request.subject.name = "subject-" + std::to_string(i);
    ASSERT_TRUE(connection->GetSchemaVersion({}, request).ok());
    if (i % 1000 == 0) most = std::max(most, live_bytes - before);
  }
  EXPECT_LE(most, options.subject_bytes_max);
}

}  // namespace
}  // namespace regent::client
