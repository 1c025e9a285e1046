#include "cli/import_plan.h"

#include <algorithm>
#include <ios>
#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "cli/render.h"

namespace regent::cli {
namespace {

absl::Status AtLine(int64_t number, std::string_view what) {
  return MakeError(ErrorReason::kRequestInvalid, absl::StrCat("line ", number, ": ", std::string(what)));
}

enum class Line { kRead, kEnd, kTooLong, kBroken };

Line ReadLine(std::istream& in, std::string* line) {
  line->clear();
  std::streambuf& buffer = *in.rdbuf();
  try {
    for (int c = buffer.sbumpc(); c != EOF; c = buffer.sbumpc()) {
      if (c == '\n') return Line::kRead;
      if (line->size() >= kDumpLineBytesMax) return Line::kTooLong;
      line->push_back(static_cast<char>(c));
    }
  } catch (const std::ios_base::failure&) {
    // A buffer, unlike a stream, throws where the system cannot read.
    return Line::kBroken;
  }
  return line->empty() ? Line::kEnd : Line::kRead;
}

// From each item to those that it refers to, as far as the dump holds them.
using Edges = std::vector<std::vector<size_t>>;

// Longest chains first found first. What refers to itself in a circle, which no registry lets happen, is left on the
// level it has, and the registry says what it thinks of it.
void SetLevels(const Edges& references, ImportPlan* plan) {
  std::vector<std::vector<size_t>> referrers(references.size());
  std::vector<size_t> waits(references.size());
  std::vector<size_t> ready;
  for (size_t i = 0; i < references.size(); ++i) {
    waits[i] = references[i].size();
    if (waits[i] == 0) ready.push_back(i);
    for (const size_t to : references[i]) referrers[to].push_back(i);
  }
  while (!ready.empty()) {
    const size_t i = ready.back();
    ready.pop_back();
    plan->levels = std::max(plan->levels, plan->items[i].level + 1);
    for (const size_t referrer : referrers[i]) {
      plan->items[referrer].level = std::max(plan->items[referrer].level, plan->items[i].level + 1);
      if (--waits[referrer] == 0) ready.push_back(referrer);
    }
  }
  for (const ImportItem& item : plan->items) plan->levels = std::max(plan->levels, item.level + 1);
}

class PlanReader {
 public:
  explicit PlanReader(std::istream* in) : in_(in) {}

  absl::StatusOr<ImportPlan> Read() {
    in_->clear();
    in_->seekg(0);
    std::string line;
    int64_t offset = 0;
    for (int64_t number = 1; !ended_; ++number) {
      switch (ReadLine(*in_, &line)) {
        case Line::kTooLong:
          return AtLine(number, absl::StrCat("longer than ", kDumpLineBytesMax, " bytes"));
        case Line::kEnd:
          return AtLine(number, number == 1 ? "this is no dump: the file is empty"
                                            : "the dump is cut off: its last line is missing");
        case Line::kBroken:
          return AtLine(number, "the dump cannot be read");
        case Line::kRead:
          break;
      }
      auto entry = ParseDumpLine(line);
      if (!entry.ok()) return AtLine(number, std::string(entry.status().message()));
      if ((number == 1) != std::holds_alternative<DumpHeader>(*entry)) {
        return AtLine(number, number == 1 ? "this is no dump: it begins with a line of kind dump" : "a second header");
      }
      place_ = {offset, line.size()};
      offset += static_cast<int64_t>(line.size()) + 1;
      const absl::Status status = std::visit([this](auto& what) { return Take(what); }, *entry);
      if (!status.ok()) return AtLine(number, std::string(status.message()));
    }
    Connect();
    return std::move(plan_);
  }

 private:
  static absl::Status Bad(std::string what) { return MakeError(ErrorReason::kRequestInvalid, what); }

  absl::Status Take(const DumpHeader& header) {
    if (header.format == kDumpFormat) return absl::OkStatus();
    return Bad(absl::StrCat("a dump of format ", header.format, "; this program reads format ", kDumpFormat));
  }

  absl::Status Take(const DumpSchema& schema) {
    if (!plan_.index.emplace(std::pair(schema.subject, schema.version), plan_.items.size()).second) {
      return Bad(absl::StrCat(ToText(schema.subject), " version ", schema.version.value(), " is there twice"));
    }
    plan_.items.push_back({.offset = place_.first,
                           .size = place_.second,
                           .subject = schema.subject,
                           .version = schema.version,
                           .id = schema.id,
                           .guid = schema.guid,
                           .deleted = schema.deleted});
    for (const Reference& reference : schema.content.references) {
      named_.push_back({plan_.items.size() - 1, {reference.subject, reference.version}});
    }
    return absl::OkStatus();
  }

  absl::Status Take(DumpConfig& config) {
    plan_.configs.push_back(std::move(config));
    return absl::OkStatus();
  }
  absl::Status Take(DumpMode& mode) {
    plan_.modes.push_back(std::move(mode));
    return absl::OkStatus();
  }
  absl::Status Take(DumpContext& context) {
    plan_.contexts.push_back(std::move(context));
    return absl::OkStatus();
  }
  absl::Status Take(DumpAssociation& association) {
    plan_.associations.push_back(std::move(association));
    return absl::OkStatus();
  }

  absl::Status Take(const DumpEnd& end) {
    ended_ = true;
    struct Count {
      const char* what;
      int64_t told;
      size_t found;
    };
    for (const Count& count :
         {Count{"schemas", end.schemas, plan_.items.size()}, Count{"configurations", end.configs, plan_.configs.size()},
          Count{"modes", end.modes, plan_.modes.size()}, Count{"contexts", end.contexts, plan_.contexts.size()},
          Count{"associations", end.associations, plan_.associations.size()}}) {
      if (count.told == static_cast<int64_t>(count.found)) continue;
      return Bad(absl::StrCat("lines are missing: ", count.told, " ", count.what, " are told of, ", count.found,
                              " are there"));
    }
    return absl::OkStatus();
  }

  void Connect() {
    Edges references(plan_.items.size());
    for (const auto& [from, key] : named_) {
      const auto to = plan_.index.find(key);
      if (to == plan_.index.end() || to->second == from) continue;
      std::vector<size_t>& edges = references[from];
      if (std::find(edges.begin(), edges.end(), to->second) == edges.end()) edges.push_back(to->second);
      ImportItem& target = plan_.items[to->second];
      if (target.deleted && !plan_.items[from].deleted) target.deleted_early = true;
    }
    SetLevels(references, &plan_);
  }

  std::istream* const in_;
  ImportPlan plan_;
  std::pair<int64_t, size_t> place_;  // of the line at hand
  std::vector<std::pair<size_t, std::pair<Subject, Version>>> named_;
  bool ended_ = false;
};

}  // namespace

absl::StatusOr<ImportPlan> ReadPlan(std::istream& in) { return PlanReader(&in).Read(); }

absl::StatusOr<DumpSchema> ReadItem(std::istream& in, const ImportItem& item) {
  std::string line(item.size, '\0');
  in.clear();
  in.seekg(item.offset);
  if (!in.read(line.data(), static_cast<std::streamsize>(line.size()))) {
    return MakeError(ErrorReason::kRequestInvalid, "the dump changed while it was read");
  }
  auto entry = ParseDumpLine(line);
  if (!entry.ok()) return entry.status();
  auto* schema = std::get_if<DumpSchema>(&*entry);
  if (schema == nullptr) return MakeError(ErrorReason::kRequestInvalid, "the dump changed while it was read");
  return std::move(*schema);
}

}  // namespace regent::cli
