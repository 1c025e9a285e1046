#include "cli/dump_spool.h"

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace regent::cli {
namespace {

absl::Status Broken(const char* what) {
  return absl::ResourceExhaustedError(absl::StrCat("the temporary file cannot be ", what, ": ", std::strerror(errno)));
}

}  // namespace

DumpSpool::DumpSpool() : file_(std::tmpfile()) {}

absl::Status DumpSpool::Put(const DumpSchema& schema) {
  const std::string line = DumpLineOf(schema) + "\n";
  if (file_ == nullptr || fseeko(file_.get(), end_, SEEK_SET) != 0) return Broken("opened");
  if (std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size()) return Broken("written");
  schemas_[{schema.subject, schema.version}] = {end_, line.size()};
  end_ += static_cast<int64_t>(line.size());
  return absl::OkStatus();
}

void DumpSpool::Clear() {
  schemas_.clear();
  configs_.clear();
  modes_.clear();
  contexts_.clear();
  associations_.clear();
  end_ = 0;
}

DumpEnd DumpSpool::Counts() const {
  return {static_cast<int64_t>(schemas_.size()), static_cast<int64_t>(configs_.size()),
          static_cast<int64_t>(modes_.size()), static_cast<int64_t>(contexts_.size()),
          static_cast<int64_t>(associations_.size())};
}

absl::Status DumpSpool::WriteTo(std::ostream& out) const {
  out << DumpLineOf(DumpHeader()) << "\n";
  for (const auto& [context, id] : contexts_) out << DumpLineOf(DumpContext{context, id}) << "\n";
  std::string line;
  for (const auto& [key, place] : schemas_) {
    line.resize(place.size);
    if (fseeko(file_.get(), place.offset, SEEK_SET) != 0 ||
        std::fread(line.data(), 1, line.size(), file_.get()) != line.size()) {
      return Broken("read");
    }
    out << line;
    if (!out.good()) break;
  }
  for (const auto& [target, config] : configs_) out << DumpLineOf(DumpConfig{target, config}) << "\n";
  for (const auto& [target, mode] : modes_) out << DumpLineOf(DumpMode{target, mode}) << "\n";
  for (const auto& [key, association] : associations_) out << DumpLineOf(DumpAssociation{association}) << "\n";
  out << DumpLineOf(Counts()) << "\n";
  out.flush();
  return out.good() ? absl::OkStatus() : absl::ResourceExhaustedError("the dump could not be written");
}

}  // namespace regent::cli
