#include "schema/protobuf/imports.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/protobuf/bundled_files.h"
#include "schema/protobuf/descriptor_cleaner.h"
#include "schema/protobuf/descriptor_input.h"
#include "schema/protobuf/text_parser.h"
#include "schema/protobuf/tree_builder.h"

namespace regent::protobuf {
namespace {

using ImportedFilePtr = std::shared_ptr<const ImportedFile>;

absl::StatusOr<ImportedFilePtr> Understand(std::string_view name, std::string_view text, bool bundled, int max_depth) {
  absl::StatusOr<ParsedText> parsed = ParseTextOrDescriptor(text, max_depth);
  if (!parsed.ok()) return parsed.status();
  const PoolCost cost = MeasurePoolCost(parsed->proto);
  absl::Status affordable = CheckPoolCost(cost);
  if (!affordable.ok()) return affordable;
  absl::StatusOr<File> tree = BuildTree(parsed->proto, parsed->scan, max_depth);
  if (!tree.ok()) return tree.status();
  auto file = std::make_shared<ImportedFile>();
  file->name = name;
  file->tree = *std::move(tree);
  file->bundled = bundled;
  if (!bundled) file->cost = cost;
  if (bundled) {
    parsed->proto.clear_source_code_info();
  } else {
    CleanReference(parsed->scan, &parsed->proto);
  }
  file->proto.Swap(&parsed->proto);
  file->proto.set_name(file->name);
  return ImportedFilePtr(std::move(file));
}

using BundledMap = std::map<std::string, ImportedFilePtr, std::less<>>;

const BundledMap& Bundled() {
  static const BundledMap* const files = [] {
    auto* map = new BundledMap;
    for (const BundledFile& file : BundledFiles()) {
      absl::StatusOr<ImportedFilePtr> understood = Understand(file.name, file.text, true, 64);
      // One that cannot be read is missing; a test reads them all.
      if (understood.ok()) map->emplace(file.name, *std::move(understood));
    }
    return map;
  }();
  return *files;
}

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

// The bundled file that was probably meant; empty when none comes near.
std::string_view NearestBundled(std::string_view name) {
  if (name.size() > 100) return "";
  std::string_view nearest;
  size_t distance = 5;
  for (const auto& [bundled, file] : Bundled()) {
    const size_t to_this = EditDistance(name, bundled);
    if (to_this >= distance) continue;
    distance = to_this;
    nearest = bundled;
  }
  return nearest;
}

bool LeavesItsFolder(std::string_view name) {
  return name == ".." || absl::StartsWith(absl::string_view(name.data(), name.size()), "../") ||
         name.find("/../") != std::string_view::npos || name.find("\\") != std::string_view::npos;
}

std::string Shortened(std::string_view name) {
  return name.size() <= 200 ? std::string(name) : absl::StrCat(std::string(name.substr(0, 200)), "...");
}

absl::Status Missing(std::string_view name, std::string_view importer) {
  std::string what = absl::StrCat("import \"", Shortened(name), "\"");
  if (!importer.empty()) absl::StrAppend(&what, " of \"", Shortened(importer), "\"");
  const std::string_view nearest = NearestBundled(name);
  if (name.empty()) {
    absl::StrAppend(&what, " names no file");
  } else if (name[0] == '/' || LeavesItsFolder(name)) {
    absl::StrAppend(
        &what,
        " is a path of a file system; an import is found only by the name of a reference, so write the path "
        "relative to the root of your .proto files and add a reference of that name");
  } else if (absl::StartsWith(absl::string_view(name.data(), name.size()), "google/protobuf/")) {
    absl::StrAppend(&what, " is no file of google/protobuf that comes with the registry");
  } else {
    absl::StrAppend(&what, " is not among the references: add one whose name is \"", Shortened(name), "\"");
  }
  if (!nearest.empty()) absl::StrAppend(&what, "; did you mean \"", std::string(nearest), "\"?");
  return errors::SchemaInvalid(what, absl::StrCat("import ", Shortened(name)));
}

class Loader {
 public:
  Loader(absl::Span<const NamedSchema> references, const FormatLimits& limits) : limits_(limits) {
    for (const NamedSchema& reference : references) by_name_.emplace(reference.name, &reference);
  }

  absl::StatusOr<ImportedFiles> Load(const std::vector<std::string>& imports) {
    for (const std::string& import : imports) {
      absl::Status status = LoadWithImports(import);
      if (!status.ok()) return status;
    }
    return std::move(done_);
  }

 private:
  // A file whose imports are being loaded. Kept on a stack of our own: chains of imports may be long.
  struct Frame {
    ImportedFilePtr file;
    std::vector<std::string> imports;
    size_t next = 0;
  };

  absl::Status LoadWithImports(const std::string& name) {
    absl::Status status = Push(name, "");
    while (status.ok() && !stack_.empty()) {
      Frame& top = stack_.back();
      if (top.next < top.imports.size()) {
        const std::string import = top.imports[top.next++];
        status = Push(import, top.file->name);
        continue;
      }
      cost_ += top.file->cost;
      status = CheckPoolCost(cost_);
      done_.push_back(top.file);
      finished_.insert(top.file->name);
      open_.erase(top.file->name);
      stack_.pop_back();
    }
    return status;
  }

  absl::Status Push(const std::string& name, std::string_view importer) {
    if (finished_.contains(name)) return absl::OkStatus();
    if (open_.contains(name)) return Cycle(name);
    absl::StatusOr<ImportedFilePtr> file = Find(name, importer);
    if (!file.ok()) return file.status();
    open_.insert(name);
    stack_.push_back({*file, ImportsOf((*file)->tree), 0});
    return absl::OkStatus();
  }

  absl::StatusOr<ImportedFilePtr> Find(const std::string& name, std::string_view importer) const {
    const auto bundled = Bundled().find(name);
    const bool is_protobuf = absl::StartsWith(name, "google/protobuf/");
    if (bundled != Bundled().end() && is_protobuf) return bundled->second;
    const auto reference = by_name_.find(name);
    if (reference == by_name_.end()) {
      if (bundled != Bundled().end()) return bundled->second;
      return Missing(name, importer);
    }
    absl::StatusOr<ImportedFilePtr> file = Understand(name, reference->second->text, false, limits_.max_depth);
    if (file.ok()) return file;
    ErrorDetail detail = DetailOf(file.status());
    return MakeError(ReasonOf(file.status()),
                     absl::StrCat("reference \"", Shortened(name), "\": ", file.status().message()), detail);
  }

  absl::Status Cycle(const std::string& name) const {
    std::string chain;
    bool inside = false;
    for (const Frame& frame : stack_) {
      inside = inside || frame.file->name == name;
      if (inside) absl::StrAppend(&chain, Shortened(frame.file->name), " -> ");
      if (chain.size() > 1000) break;
    }
    return errors::SchemaInvalid(absl::StrCat("the imports go round in a circle: ", chain, Shortened(name)),
                                 absl::StrCat("import ", Shortened(name)));
  }

  const FormatLimits& limits_;
  std::map<std::string, const NamedSchema*> by_name_;
  ImportedFiles done_;
  PoolCost cost_;
  std::set<std::string> finished_;
  std::set<std::string> open_;
  std::vector<Frame> stack_;
};

}  // namespace

absl::StatusOr<ImportedFiles> LoadImports(const std::vector<std::string>& imports,
                                          absl::Span<const NamedSchema> references, const FormatLimits& limits) {
  return Loader(references, limits).Load(imports);
}

std::vector<std::string> ImportsOf(const File& file) {
  std::vector<std::string> imports = file.imports;
  imports.insert(imports.end(), file.public_imports.begin(), file.public_imports.end());
  imports.insert(imports.end(), file.weak_imports.begin(), file.weak_imports.end());
  return imports;
}

bool IsBundled(std::string_view name) { return Bundled().contains(name); }

}  // namespace regent::protobuf
