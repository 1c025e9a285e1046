// What an export has gathered so far: texts in a file of their own that vanishes, and where each stands in memory, so
// that a dump is written in order whatever order things came in.
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>

#include "absl/status/status.h"
#include "cli/dump_line.h"

namespace regent::cli {

// Holds some 200 bytes for each version. Used by one thread.
class DumpSpool {
 public:
  DumpSpool();

  // Of two for one place the later one counts.
  absl::Status Put(const DumpSchema& schema);
  void Put(const DumpConfig& config) { configs_[config.target] = config.config; }
  void Put(const DumpMode& mode) { modes_[mode.target] = mode.mode; }
  void Put(const DumpContext& context) { contexts_[context.context] = context.highest_id; }
  void Put(const DumpAssociation& entry) {
    const Association& of = entry.association;
    associations_[{of.resource_name, of.resource_namespace, of.resource_type, of.association_type, of.subject}] = of;
  }
  void Remove(const Subject& subject, Version version) { schemas_.erase({subject, version}); }
  void RemoveConfig(const client::ConfigTarget& target) { configs_.erase(target); }
  void RemoveMode(const client::ConfigTarget& target) { modes_.erase(target); }
  void Clear();

  size_t schemas() const { return schemas_.size(); }
  DumpEnd Counts() const;
  // The whole dump: header, contexts, schemas by subject and version, configurations, modes, associations, end.
  absl::Status WriteTo(std::ostream& out) const;

 private:
  struct Place {
    int64_t offset = 0;
    size_t size = 0;
  };
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::unique_ptr<std::FILE, Closer> file_;
  int64_t end_ = 0;
  std::map<std::pair<Subject, Version>, Place> schemas_;
  std::map<client::ConfigTarget, SubjectConfig> configs_;
  std::map<client::ConfigTarget, Mode> modes_;
  std::map<std::string, SchemaId> contexts_;
  // By what makes their keys.
  std::map<std::tuple<std::string, std::string, std::string, std::string, Subject>, Association> associations_;
};

}  // namespace regent::cli
