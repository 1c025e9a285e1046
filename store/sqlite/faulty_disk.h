// A disk that fails when told, under SQLite, and that knows what a power loss would leave of its files.
#pragma once

#include <map>
#include <string>

namespace regent {

// The default VFS of this process from the first use on; with nothing set it behaves as the real one. Thread-safe.
class FaultyDisk {
 public:
  static FaultyDisk& Get();

  enum class Fault {
    kNone,
    kFull,        // writes find no room
    kWriteError,  // writes fail
    kSyncError,   // syncs fail, after the bytes were written
    kReadError,   // reads fail
  };
  void Set(Fault fault);

  // How often any file was synced.
  int syncs() const;

  // The files as they were when each was last synced, by path: all that a power loss is sure to leave.
  std::map<std::string, std::string> durable_files() const;
  // Forgets what it knows of files.
  void Forget();
};

}  // namespace regent
