#include "store/sqlite/directory_lock.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/error_reason.h"
#include "gtest/gtest.h"
#include "store/sqlite/temporary_directory.h"

namespace regent {
namespace {

TEST(DirectoryLockTest, MakesTheDirectoryForItsOwnerOnly) {
  TemporaryDirectory temporary;
  const std::string directory = temporary.path() + "/a/b/data";
  const auto lock = DirectoryLock::Acquire(directory);
  ASSERT_TRUE(lock.ok()) << lock.status();
  struct stat info;
  ASSERT_EQ(stat(directory.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0700u);
}

TEST(DirectoryLockTest, TheSecondLockIsRefusedNamingDirectoryAndHolder) {
  TemporaryDirectory temporary;
  const auto first = DirectoryLock::Acquire(temporary.path());
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = DirectoryLock::Acquire(temporary.path());
  EXPECT_EQ(ReasonOf(second.status()), ErrorReason::kLogLocked);
  const std::string message(second.status().message());
  EXPECT_NE(message.find(temporary.path()), std::string::npos) << message;
  EXPECT_NE(message.find("process " + std::to_string(getpid()) + ":"), std::string::npos) << message;
}

TEST(DirectoryLockTest, AFreedLockCanBeTakenAgain) {
  TemporaryDirectory temporary;
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(DirectoryLock::Acquire(temporary.path()).ok());
}

TEST(DirectoryLockTest, NonsenseInTheLockFileDoesNotMatter) {
  TemporaryDirectory temporary;
  std::ofstream(temporary.path() + "/lock") << "not a number\n" << std::string(1000, 'x');
  EXPECT_TRUE(DirectoryLock::Acquire(temporary.path()).ok());
}

TEST(DirectoryLockTest, RefusesAFileInPlaceOfTheDirectory) {
  TemporaryDirectory temporary;
  std::ofstream(temporary.path() + "/file") << "x";
  for (const char* path : {"/file", "/file/data"}) {
    const auto lock = DirectoryLock::Acquire(temporary.path() + path);
    EXPECT_EQ(ReasonOf(lock.status()), ErrorReason::kConfigurationInvalid) << lock.status();
    EXPECT_NE(std::string(lock.status().message()).find(temporary.path() + "/file"), std::string::npos);
  }
}

}  // namespace
}  // namespace regent
