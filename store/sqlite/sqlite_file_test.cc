#include "store/sqlite/sqlite_file.h"

#include <sqlite3.h>

#include <fstream>
#include <sstream>

#include "base/error_reason.h"
#include "gtest/gtest.h"
#include "store/log_testing.h"
#include "store/sqlite/temporary_directory.h"

namespace regent {
namespace {

using Kind = AppendOutcome::Kind;

class SqliteFileTest : public testing::Test {
 protected:
  std::unique_ptr<SqliteFile> Open() {
    absl::StatusOr<std::unique_ptr<SqliteFile>> file = SqliteFile::Open(directory_.path(), /*now_ms=*/1);
    EXPECT_TRUE(file.ok()) << file.status();
    return file.ok() ? std::move(*file) : nullptr;
  }
  void ExpectRefused(ErrorReason reason, const std::string& complaint) {
    const auto file = SqliteFile::Open(directory_.path(), /*now_ms=*/1);
    EXPECT_EQ(ReasonOf(file.status()), reason) << file.status();
    const std::string message(file.status().message());
    EXPECT_NE(message.find(complaint), std::string::npos) << message;
    EXPECT_NE(message.find(path_), std::string::npos) << message;
  }
  static void Write(SqliteFile* file, int count) {
    std::vector<LogRecord> records;
    for (int i = 0; i < count; ++i) {
      records.push_back({Offset(file->next().value() + i), 1, TextRecord("key", std::string(100, 'x'))});
    }
    EXPECT_EQ(file->Write(records).kind, Kind::kAppended);
  }
  // As somebody with the sqlite3 shell would.
  void Run(const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }
  std::string Bytes() const {
    std::ostringstream out;
    out << std::ifstream(path_, std::ios::binary).rdbuf();
    return out.str();
  }

  TemporaryDirectory directory_;
  const std::string path_ = directory_.path() + "/log.sqlite3";
};

TEST_F(SqliteFileTest, OffsetsBeginAtZeroAndGoOnAfterReopening) {
  EXPECT_EQ(Open()->next(), Offset(0));
  Write(Open().get(), 3);
  EXPECT_EQ(Open()->next(), Offset(3));
}

TEST_F(SqliteFileTest, EveryFileHasItsOwnId) {
  const std::string id = Open()->id();
  EXPECT_EQ(id.size(), 36u);
  EXPECT_EQ(Open()->id(), id);
  TemporaryDirectory other;
  EXPECT_NE((*SqliteFile::Open(other.path(), 1))->id(), id);
}

TEST_F(SqliteFileTest, OffsetsAreNotUsedAgainWhoeverDeletes) {
  Write(Open().get(), 5);
  Run("DELETE FROM record WHERE \"offset\" >= 3");
  Run("DELETE FROM record WHERE \"offset\" = 0");
  EXPECT_EQ(Open()->next(), Offset(5));
  Run("DELETE FROM record");
  EXPECT_EQ(Open()->next(), Offset(5));
}

TEST_F(SqliteFileTest, ReadsUpToItsLimits) {
  const auto file = Open();
  Write(file.get(), 10);
  EXPECT_EQ(file->Read(Offset(2), 3, 1 << 20)->size(), 3u);
  EXPECT_EQ(file->Read(Offset(2), 100, 250)->size(), 3u);
  EXPECT_EQ(file->Read(Offset(2), 100, 1)->size(), 1u);
  EXPECT_EQ(file->Read(Offset(8), 100, 1 << 20)->size(), 2u);
  EXPECT_EQ(file->Read(Offset(10), 100, 1 << 20)->size(), 0u);
}

TEST_F(SqliteFileTest, AnEmptyFileIsANewLog) {
  std::ofstream(path_).close();
  EXPECT_EQ(Open()->next(), Offset(0));
}

TEST_F(SqliteFileTest, RefusesANewerLayoutAndLeavesItAlone) {
  Open();
  Run("PRAGMA user_version=2");
  const std::string before = Bytes();
  ExpectRefused(ErrorReason::kConfigurationInvalid, "has layout 2, and this Regent knows layout 1");
  EXPECT_EQ(Bytes(), before);
}

TEST_F(SqliteFileTest, RefusesTheDatabaseOfAnotherProgramAndLeavesItAlone) {
  Run("CREATE TABLE t (x)");
  const std::string before = Bytes();
  ExpectRefused(ErrorReason::kConfigurationInvalid, "database of another program");
  EXPECT_EQ(Bytes(), before);
}

TEST_F(SqliteFileTest, RefusesWhatIsNoDatabase) {
  std::ofstream(path_) << std::string(10000, 'x');
  ExpectRefused(ErrorReason::kConfigurationInvalid, "file is not a database");
}

TEST_F(SqliteFileTest, RefusesADirectoryOfThatName) {
  std::filesystem::create_directory(path_);
  ExpectRefused(ErrorReason::kLogUnavailable, "unable to open database file");
}

TEST_F(SqliteFileTest, RefusesALogWithoutItsMetadata) {
  Open();
  Run("DELETE FROM meta WHERE name = 'id'");
  ExpectRefused(ErrorReason::kLogUnavailable, "is damaged");
}

TEST_F(SqliteFileTest, ReportsDamagedPages) {
  Write(Open().get(), 2000);
  {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(5 * 4096);
    file << std::string(20 * 4096, '\x5a');
  }
  const auto file = SqliteFile::Open(directory_.path(), 1);
  const absl::Status status = file.ok() ? (*file)->Read(Offset(0), 5000, 1 << 30).status() : file.status();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kLogUnavailable) << status;
  EXPECT_NE(std::string(status.message()).find("malformed"), std::string::npos) << status;
  EXPECT_NE(std::string(status.message()).find(path_), std::string::npos) << status;
}

TEST_F(SqliteFileTest, ReportsDamagedHeaders) {
  Write(Open().get(), 2);
  Run("UPDATE record SET headers = x'00' WHERE \"offset\" = 1");
  const absl::Status status = Open()->Read(Offset(0), 10, 1 << 20).status();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kLogUnavailable) << status;
  EXPECT_NE(std::string(status.message()).find("headers of offset 1"), std::string::npos) << status;
}

TEST_F(SqliteFileTest, NoticesThatItWasRemoved) {
  const auto file = Open();
  EXPECT_TRUE(file->CheckInPlace().ok());
  std::filesystem::remove(path_);
  EXPECT_EQ(ReasonOf(file->CheckInPlace()), ErrorReason::kLogReplaced);
}

TEST_F(SqliteFileTest, NoticesThatItsWriteAheadLogWasRemoved) {
  const auto file = Open();
  Write(file.get(), 1);
  EXPECT_TRUE(file->CheckInPlace().ok());
  std::filesystem::remove(path_ + "-wal");
  EXPECT_EQ(ReasonOf(file->CheckInPlace()), ErrorReason::kLogReplaced);
}

// Closing used to remove the write-ahead log of the backup that was put in the file's place.
TEST_F(SqliteFileTest, ClosingLeavesTheFilesPutInItsPlaceAlone) {
  auto file = Open();
  Write(file.get(), 1);
  for (const std::string& name : {path_, path_ + "-wal"}) {
    std::filesystem::remove(name);
    std::ofstream(name) << "backup";
  }
  file.reset();
  EXPECT_EQ(Bytes(), "backup");
  EXPECT_TRUE(std::filesystem::exists(path_ + "-wal"));
}

}  // namespace
}  // namespace regent
