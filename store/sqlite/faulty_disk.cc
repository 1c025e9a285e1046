#include "store/sqlite/faulty_disk.h"

#include <sqlite3.h>

#include <utility>

#include "base/mutex.h"

namespace regent {
namespace {

Mutex mutex;
FaultyDisk::Fault fault GUARDED_BY(mutex) = FaultyDisk::Fault::kNone;
int sync_count GUARDED_BY(mutex) = 0;
sqlite3_vfs* real_vfs = nullptr;

std::map<std::string, std::string>& Durable() REQUIRES(mutex) {
  static auto* const files = new std::map<std::string, std::string>;
  return *files;
}

bool Fails(FaultyDisk::Fault which) {
  MutexLock lock(&mutex);
  return fault == which;
}

// SQLite allocates these and, behind each, the real VFS's file.
struct FaultyFile {
  sqlite3_file base;
  std::string* path;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

FaultyFile* Faulty(sqlite3_file* file) { return reinterpret_cast<FaultyFile*>(file); }
sqlite3_file* Real(sqlite3_file* file) { return Faulty(file)->real(); }

int Close(sqlite3_file* file) {
  const int code = Real(file)->pMethods->xClose(Real(file));
  delete Faulty(file)->path;
  return code;
}

int Read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  if (Fails(FaultyDisk::Fault::kReadError)) return SQLITE_IOERR_READ;
  return Real(file)->pMethods->xRead(Real(file), out, size, offset);
}

int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  if (Fails(FaultyDisk::Fault::kFull)) return SQLITE_FULL;
  if (Fails(FaultyDisk::Fault::kWriteError)) return SQLITE_IOERR_WRITE;
  return Real(file)->pMethods->xWrite(Real(file), bytes, size, offset);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) { return Real(file)->pMethods->xTruncate(Real(file), size); }

int Sync(sqlite3_file* file, int flags) {
  if (Fails(FaultyDisk::Fault::kSyncError)) return SQLITE_IOERR_FSYNC;
  sqlite3_file* const real = Real(file);
  const int code = real->pMethods->xSync(real, flags);
  // Not through another descriptor: closing it would give up the process's locks on the file.
  sqlite3_int64 size = 0;
  real->pMethods->xFileSize(real, &size);
  std::string bytes(size, '\0');
  real->pMethods->xRead(real, bytes.data(), static_cast<int>(size), 0);
  MutexLock lock(&mutex);
  ++sync_count;
  if (code == SQLITE_OK) Durable()[*Faulty(file)->path] = std::move(bytes);
  return code;
}

int FileSize(sqlite3_file* file, sqlite3_int64* out) { return Real(file)->pMethods->xFileSize(Real(file), out); }
int Lock(sqlite3_file* file, int level) { return Real(file)->pMethods->xLock(Real(file), level); }
int Unlock(sqlite3_file* file, int level) { return Real(file)->pMethods->xUnlock(Real(file), level); }
int CheckReservedLock(sqlite3_file* file, int* out) {
  return Real(file)->pMethods->xCheckReservedLock(Real(file), out);
}
int FileControl(sqlite3_file* file, int op, void* arg) {
  return Real(file)->pMethods->xFileControl(Real(file), op, arg);
}
int SectorSize(sqlite3_file* file) { return Real(file)->pMethods->xSectorSize(Real(file)); }
int DeviceCharacteristics(sqlite3_file* file) { return Real(file)->pMethods->xDeviceCharacteristics(Real(file)); }

const sqlite3_io_methods* Methods() {
  static const sqlite3_io_methods methods = [] {
    sqlite3_io_methods out = {};
    // No shared memory, which the exclusive lock makes needless, and no mapped reads past us.
    out.iVersion = 1;
    out.xClose = Close;
    out.xRead = Read;
    out.xWrite = Write;
    out.xTruncate = Truncate;
    out.xSync = Sync;
    out.xFileSize = FileSize;
    out.xLock = Lock;
    out.xUnlock = Unlock;
    out.xCheckReservedLock = CheckReservedLock;
    out.xFileControl = FileControl;
    out.xSectorSize = SectorSize;
    out.xDeviceCharacteristics = DeviceCharacteristics;
    return out;
  }();
  return &methods;
}

int Open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  const int code = real_vfs->xOpen(real_vfs, name, Real(file), flags, out_flags);
  if (code != SQLITE_OK) {
    if (Real(file)->pMethods != nullptr) Real(file)->pMethods->xClose(Real(file));
    return code;
  }
  Faulty(file)->path = new std::string(name == nullptr ? "" : name);
  file->pMethods = Methods();
  return SQLITE_OK;
}

int Delete(sqlite3_vfs*, const char* name, int sync_directory) {
  const int code = real_vfs->xDelete(real_vfs, name, sync_directory);
  MutexLock lock(&mutex);
  if (code == SQLITE_OK) Durable().erase(name);
  return code;
}

void Register() {
  real_vfs = sqlite3_vfs_find(nullptr);
  static sqlite3_vfs vfs;
  vfs = *real_vfs;
  vfs.szOsFile = static_cast<int>(sizeof(FaultyFile)) + real_vfs->szOsFile;
  vfs.zName = "faulty";
  vfs.pNext = nullptr;
  vfs.xOpen = Open;
  vfs.xDelete = Delete;
  sqlite3_vfs_register(&vfs, /*makeDflt=*/1);
}

}  // namespace

FaultyDisk& FaultyDisk::Get() {
  static FaultyDisk* const disk = [] {
    Register();
    return new FaultyDisk;
  }();
  return *disk;
}

void FaultyDisk::Set(Fault which) {
  MutexLock lock(&mutex);
  fault = which;
}

int FaultyDisk::syncs() const {
  MutexLock lock(&mutex);
  return sync_count;
}

std::map<std::string, std::string> FaultyDisk::durable_files() const {
  MutexLock lock(&mutex);
  return Durable();
}

void FaultyDisk::Forget() {
  MutexLock lock(&mutex);
  Durable().clear();
}

}  // namespace regent
