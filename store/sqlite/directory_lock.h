// One process per data directory.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace regent {

// Held until destroyed, or until the process ends, however it ends.
class DirectoryLock {
 public:
  // Makes the directory, readable by its owner only, and its missing parents, so that they survive a power loss.
  // LOG_LOCKED naming the holder when another process, or another lock of this one, has it; CONFIGURATION_INVALID when
  // the path cannot be a directory; LOG_UNAVAILABLE for other trouble.
  static absl::StatusOr<std::unique_ptr<DirectoryLock>> Acquire(const std::string& directory);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  const int fd_;
};

// Makes the entries of a directory survive a power loss.
absl::Status SyncDirectory(const std::string& directory);

}  // namespace regent
