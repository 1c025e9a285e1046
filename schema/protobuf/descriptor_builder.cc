#include "schema/protobuf/descriptor_builder.h"

#include <google/protobuf/stubs/logging.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/protobuf/bundled_files.h"

namespace regent::protobuf {
namespace {

namespace gp = google::protobuf;
using Location = gp::DescriptorPool::ErrorCollector::ErrorLocation;

// Keeps the first error and counts the rest.
class FirstError : public gp::DescriptorPool::ErrorCollector {
 public:
  explicit FirstError(const gp::compiler::SourceLocationTable* locations) : locations_(locations) {}

  void AddError(const std::string&, const std::string& element, const gp::Message* descriptor, Location location,
                const std::string& message) override {
    if (count_++ > 0) return;
    element_ = element.size() > 200 ? element.substr(0, 200) + "..." : element;
    message_ = message.size() > 1000 ? message.substr(0, 1000) + "..." : message;
    FindLine(descriptor, location, element);
  }

  absl::Status ToStatus(std::string_view reference) const {
    std::string what = message_.empty() ? "the schema is not valid" : message_;
    if (count_ > 1) absl::StrAppend(&what, " (and ", count_ - 1, " more)");
    if (!reference.empty()) what = absl::StrCat("reference \"", std::string(reference), "\": ", what);
    return errors::SchemaInvalid(what, element_, line_, column_);
  }

 private:
  void FindLine(const gp::Message* descriptor, Location location, const std::string& element) {
    if (locations_ == nullptr || descriptor == nullptr) return;
    int line = -1;
    int column = 0;
    const bool found = location == IMPORT ? locations_->FindImport(descriptor, element, &line, &column)
                                          : locations_->Find(descriptor, location, &line, &column) ||
                                                locations_->Find(descriptor, NAME, &line, &column) ||
                                                locations_->Find(descriptor, OTHER, &line, &column);
    if (!found || line < 0) return;
    line_ = line + 1;
    column_ = column + 1;
  }

  const gp::compiler::SourceLocationTable* const locations_;
  int count_ = 0;
  int line_ = 0;
  int column_ = 0;
  std::string element_;
  std::string message_;
};

const gp::DescriptorPool* NewBundledPool() {
  gp::LogSilencer silencer;
  auto* pool = new gp::DescriptorPool;
  std::vector<std::string> names;
  for (const BundledFile& file : BundledFiles()) names.emplace_back(file.name);
  const absl::StatusOr<ImportedFiles> files = LoadImports(names, {}, FormatLimits());
  if (!files.ok()) return pool;  // a test reads them all
  for (const auto& file : *files) pool->BuildFile(file->proto);
  return pool;
}

// Shared by all schemas and never changed after it is built, so it may be read by many threads.
const gp::DescriptorPool* BundledPool() {
  static const gp::DescriptorPool* const pool = NewBundledPool();
  return pool;
}

}  // namespace

DescriptorSet::DescriptorSet() : pool_(BundledPool()) {}

absl::Status DescriptorSet::AddImports(const ImportedFiles& imports) {
  gp::LogSilencer silencer;
  for (const auto& import : imports) {
    if (import->bundled) continue;
    FirstError errors(nullptr);
    if (pool_.BuildFileCollectingErrors(import->proto, &errors) == nullptr) return errors.ToStatus(import->name);
  }
  return absl::OkStatus();
}

absl::StatusOr<const gp::FileDescriptor*> DescriptorSet::AddSchema(gp::FileDescriptorProto* proto,
                                                                   const gp::compiler::SourceLocationTable* locations) {
  gp::LogSilencer silencer;
  FirstError errors(locations);
  // A reference may have that name as well.
  std::string name = "default";
  while (pool_.FindFileByName(name) != nullptr) name += "_";
  proto->set_name(name);
  const gp::FileDescriptor* file = pool_.BuildFileCollectingErrors(*proto, &errors);
  if (file == nullptr) return errors.ToStatus("");
  return file;
}

}  // namespace regent::protobuf
