#include "store/sqlite/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"

namespace regent {
namespace {

constexpr char kLockFile[] = "lock";

absl::Status FileError(const std::string& path, const char* what, int error) {
  const bool misconfigured = error == ENOTDIR || error == EEXIST || error == ENAMETOOLONG || error == ELOOP;
  return MakeError(misconfigured ? ErrorReason::kConfigurationInvalid : ErrorReason::kLogUnavailable,
                   absl::StrCat("data directory: cannot ", what, " ", path, ": ", strerror(error)));
}

// Where the next missing directory has its entry.
std::string ParentOf(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

absl::Status MakeDirectory(const std::string& directory) {
  struct stat info;
  if (stat(directory.c_str(), &info) == 0) {
    return S_ISDIR(info.st_mode) ? absl::OkStatus() : FileError(directory, "use", ENOTDIR);
  }
  if (errno != ENOENT) return FileError(directory, "look at", errno);
  const std::string parent = ParentOf(directory);
  if (parent != directory) {
    if (absl::Status status = MakeDirectory(parent); !status.ok()) return status;
  }
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return FileError(directory, "make", errno);
  return SyncDirectory(parent);
}

// What the holder wrote about itself; empty when it wrote nothing sensible.
std::string HolderOf(int fd) {
  char text[32] = {};
  const ssize_t size = pread(fd, text, sizeof(text) - 1, 0);
  std::string pid(text, std::max<ssize_t>(size, 0));
  while (!pid.empty() && std::isspace(static_cast<unsigned char>(pid.back()))) pid.pop_back();
  const bool number = std::all_of(pid.begin(), pid.end(), [](unsigned char c) { return std::isdigit(c); });
  return number ? pid : "";
}

absl::Status Locked(const std::string& directory, int fd) {
  const std::string pid = HolderOf(fd);
  const std::string holder = pid.empty() ? "another process" : absl::StrCat("process ", pid);
  return MakeError(ErrorReason::kLogLocked,
                   absl::StrCat("data directory ", directory, " is in use by ", holder,
                                ": stop it, or give this node a directory of its own (regent.data.dir)"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<DirectoryLock>> DirectoryLock::Acquire(const std::string& directory) {
  if (absl::Status status = MakeDirectory(directory); !status.ok()) return status;
  const std::string path = directory + "/" + kLockFile;
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return FileError(path, "open", errno);
  std::unique_ptr<DirectoryLock> lock(new DirectoryLock(fd));
  int result;
  do {
    result = flock(fd, LOCK_EX | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  if (result != 0) return errno == EWOULDBLOCK ? Locked(directory, fd) : FileError(path, "lock", errno);
  // For the message of whoever comes second; the lock itself does not depend on it.
  const std::string pid = absl::StrCat(getpid(), "\n");
  if (ftruncate(fd, 0) != 0 || pwrite(fd, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return FileError(path, "write", errno);
  }
  return lock;
}

// The file stays: removing it would let two processes hold locks on two files of one name.
DirectoryLock::~DirectoryLock() { close(fd_); }

absl::Status SyncDirectory(const std::string& directory) {
  const int fd = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return FileError(directory, "open", errno);
  // Some file systems cannot sync a directory, and say so with EINVAL.
  const bool synced = fsync(fd) == 0 || errno == EINVAL;
  const int error = errno;
  close(fd);
  return synced ? absl::OkStatus() : FileError(directory, "sync", error);
}

}  // namespace regent
