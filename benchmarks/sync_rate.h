// How often a directory's disk can be synced: the limit of every log on it.
#pragma once

#include <string>

namespace regent::benchmarks {

// Writes as SQLite's write-ahead log is written, a few pages behind one another, then a sync; for so many seconds. 0
// when the directory cannot be written to.
double SyncsPerSecond(const std::string& directory, double seconds);

}  // namespace regent::benchmarks
