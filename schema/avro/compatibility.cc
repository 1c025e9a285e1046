#include "schema/avro/compatibility.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/avro/advice.h"
#include "schema/avro/schema_path.h"
#include "schema/avro/unicode_order.h"
#include "schema/snippet.h"

namespace regent::avro {
namespace {

// Types within types, names followed. Each level costs about 1 kB of stack.
constexpr int kMaxNesting = 1000;
// Unions beyond this are looked up by name instead of being tried branch by branch.
constexpr size_t kBranchesWorthAnIndex = 32;
// A report lists this many of the symbols that an enum lacks.
constexpr size_t kShownSymbols = 100;

std::string UpperTypeName(const AvroSchema& schema) {
  return absl::AsciiStrToUpper(std::string(AvroTypeName(schema.type)));
}

// Whether a primitive or string-like reader takes the other type of the writer.
bool Promotes(AvroType reader, AvroType writer) {
  switch (reader) {
    case AvroType::kLong:
      return writer == AvroType::kInt;
    case AvroType::kFloat:
      return writer == AvroType::kInt || writer == AvroType::kLong;
    case AvroType::kDouble:
      return writer == AvroType::kInt || writer == AvroType::kLong || writer == AvroType::kFloat;
    case AvroType::kBytes:
      return writer == AvroType::kString;
    case AvroType::kString:
      return writer == AvroType::kBytes;
    default:
      return false;
  }
}

bool NamesMatch(const AvroSchema& reader, const AvroSchema& writer) {
  if (reader.name.name == writer.name.name) return true;
  return std::find(reader.aliases.begin(), reader.aliases.end(), writer.name) != reader.aliases.end();
}

// The beginning of the list, where it is long.
std::string SymbolsText(const std::vector<std::string_view>& symbols, size_t count) {
  std::string text = "[";
  for (size_t i = 0; i < symbols.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ", ",
                    symbols[i].size() <= kSnippetBytesMax ? std::string(symbols[i]) : Snippet(symbols[i]));
  }
  if (count > symbols.size()) absl::StrAppend(&text, ", and ", count - symbols.size(), " more");
  return text + "]";
}

// The writer's field for the reader's: by name, else by the first alias that is there.
const AvroField* WriterField(const AvroSchema& writer, const AvroField& field) {
  int found = writer.FindField(field.name);
  for (size_t i = 0; found < 0 && i < field.aliases.size(); ++i) found = writer.FindField(field.aliases[i]);
  return found < 0 ? nullptr : &writer.fields[found];
}

class Comparer {
 public:
  explicit Comparer(const FormatLimits& limits) : limits_(limits) {}

  absl::StatusOr<Comparison> Run(const AvroSchema& reader, const AvroSchema& writer) {
    const Result result = Compare(reader, writer);
    if (!status_.ok()) return status_;
    Comparison comparison;
    comparison.truncated = result.truncated;
    for (uint32_t place : result.findings) comparison.differences.push_back(Explain(findings_[place]));
    return comparison;
  }

 private:
  using Step = SchemaPath::Step;

  struct Result {
    bool compatible = true;
    bool truncated = false;          // there is more than `findings` lists
    std::vector<uint32_t> findings;  // places in findings_, at most max_differences
  };

  // Within its life, paths begin anew; counts levels of nesting.
  class FreshPath {
   public:
    explicit FreshPath(SchemaPath* path) : path_(path) { std::swap(*path_, outer_); }
    ~FreshPath() { std::swap(*path_, outer_); }

   private:
    SchemaPath* const path_;
    SchemaPath outer_;
  };

  Result Compare(const AvroSchema& reader, const AvroSchema& writer) {
    if (!Spend()) return {};
    // Of two equal pairs with a primitive, Avro sees different objects: it judges them anew.
    if (IsPrimitive(reader.type) || IsPrimitive(writer.type)) return Judge(reader, writer);
    const uint64_t pair = static_cast<uint64_t>(reader.index) << 32 | static_cast<uint32_t>(writer.index);
    auto [known, is_new] = memo_.emplace(pair, kCompatible);
    if (!is_new) return known->second == kCompatible ? Result() : results_[known->second];
    if (++nesting_ > kMaxNesting) {
      Fail(absl::StrCat("the types refer to each other more than ", kMaxNesting, " levels deep"));
      return {};
    }
    Result result = Judge(reader, writer);
    --nesting_;
    if (!result.compatible) Remember(pair, result);
    return result;
  }

  void Remember(uint64_t pair, Result result) {
    remembered_ += result.findings.size();
    if (remembered_ > kMaxFindings) {
      result.findings.clear();
      result.truncated = true;
    }
    memo_[pair] = static_cast<int>(results_.size());
    results_.push_back(std::move(result));
  }

  Result Judge(const AvroSchema& reader, const AvroSchema& writer) {
    if (reader.type == writer.type) return JudgeSameType(reader, writer);
    if (writer.type == AvroType::kUnion) {
      Result result;
      for (size_t i = 0; i < writer.children.size() && status_.ok(); ++i) {
        Step step(&path_, i);
        Add(Compare(reader, *writer.children[i]), &result);
      }
      return result;
    }
    if (reader.type == AvroType::kUnion) {
      Result result;
      if (!AnyBranchReads(reader, writer)) AddMissingBranch(reader, writer, &result);
      return result;
    }
    Result result;
    if (!Promotes(reader.type, writer.type)) {
      AddFinding({Problem::kTypeMismatch, "",
                  absl::StrCat("reader type: ", UpperTypeName(reader),
                               " not compatible with writer type: ", UpperTypeName(writer)),
                  &reader, &writer, new_field_},
                 &result);
    }
    return result;
  }

  Result JudgeSameType(const AvroSchema& reader, const AvroSchema& writer) {
    switch (reader.type) {
      case AvroType::kArray: {
        Step step(&path_, "items");
        return Compare(*reader.children[0], *writer.children[0]);
      }
      case AvroType::kMap: {
        Step step(&path_, "values");
        return Compare(*reader.children[0], *writer.children[0]);
      }
      case AvroType::kUnion:
        return JudgeUnions(reader, writer);
      case AvroType::kFixed:
        return JudgeFixed(reader, writer);
      case AvroType::kEnum:
        return JudgeEnums(reader, writer);
      case AvroType::kRecord:
        return JudgeRecords(reader, writer);
      default:
        return {};
    }
  }

  Result JudgeUnions(const AvroSchema& reader, const AvroSchema& writer) {
    Result result;
    for (size_t i = 0; i < writer.children.size() && status_.ok(); ++i) {
      Step step(&path_, i);
      const AvroSchema& branch = *writer.children[i];
      bool readable = false;
      {
        FreshPath fresh(&path_);
        readable = Compare(reader, branch).compatible;
      }
      if (!readable) AddMissingBranch(reader, branch, &result);
    }
    return result;
  }

  // `writer` is no union.
  bool AnyBranchReads(const AvroSchema& reader, const AvroSchema& writer) {
    FreshPath fresh(&path_);
    if (reader.children.size() < kBranchesWorthAnIndex) {
      for (const AvroSchema* branch : reader.children) {
        if (Compare(*branch, writer).compatible) return true;
      }
      return false;
    }
    const UnionIndex& index = IndexOf(reader);
    if (!IsNamed(writer.type)) return AnyReads(index.unnamed, writer);
    if (AnyReads(Lookup(index.by_short_name, writer.name.name), writer)) return true;
    return AnyReads(Lookup(index.by_alias, writer.full_name), writer);
  }

  Result JudgeFixed(const AvroSchema& reader, const AvroSchema& writer) {
    Result result;
    CheckNames(reader, writer, &result);
    if (reader.size != writer.size) {
      Step step(&path_, "size");
      AddFinding({Problem::kFixedSizeMismatch, "", absl::StrCat("expected: ", writer.size, ", found: ", reader.size),
                  &reader, &writer},
                 &result);
    }
    return result;
  }

  Result JudgeEnums(const AvroSchema& reader, const AvroSchema& writer) {
    Result result;
    CheckNames(reader, writer, &result);
    if (reader.enum_default || !SpendOnNames(writer.symbols.size())) return result;
    std::vector<std::string_view> missing;
    for (const std::string& symbol : writer.symbols) {
      if (reader.FindSymbol(symbol) < 0) missing.push_back(symbol);
    }
    if (missing.empty()) return result;
    const size_t count = missing.size();
    const size_t shown = std::min(count, kShownSymbols);
    std::partial_sort(missing.begin(), missing.begin() + static_cast<std::ptrdiff_t>(shown), missing.end(), JavaLess);
    missing.resize(shown);
    Step step(&path_, "symbols");
    AddFinding({Problem::kMissingEnumSymbols, "", SymbolsText(missing, count), &reader, &writer}, &result);
    return result;
  }

  Result JudgeRecords(const AvroSchema& reader, const AvroSchema& writer) {
    Result result;
    CheckNames(reader, writer, &result);
    Step step(&path_, "fields");
    for (size_t i = 0; i < reader.fields.size() && Spend(); ++i) {
      Step place(&path_, i);
      const AvroField& field = reader.fields[i];
      if (!SpendOnNames(field.aliases.size())) break;
      if (const AvroField* written = WriterField(writer, field)) {
        Step type(&path_, "type");
        Add(Compare(*field.schema, *written->schema), &result);
      } else if (!field.default_value) {
        JudgeNewField(field, writer, &result);
      }
    }
    return result;
  }

  void JudgeNewField(const AvroField& field, const AvroSchema& writer, Result* result) {
    if (field.schema->type == AvroType::kEnum && field.schema->enum_default) {
      // Avro compares the enum with the writer's record here, which never fits.
      Step type(&path_, "type");
      new_field_ = &field;
      Add(Compare(*field.schema, writer), result);
      new_field_ = nullptr;
      return;
    }
    AddFinding({Problem::kReaderFieldMissingDefaultValue, "", field.name, field.schema, &writer, &field}, result);
  }

  void CheckNames(const AvroSchema& reader, const AvroSchema& writer, Result* result) {
    if (!SpendOnNames(reader.aliases.size())) return;
    if (NamesMatch(reader, writer)) return;
    Step step(&path_, "name");
    AddFinding({Problem::kNameMismatch, "", absl::StrCat("expected: ", writer.full_name), &reader, &writer}, result);
  }

  void AddMissingBranch(const AvroSchema& reader, const AvroSchema& writer, Result* result) {
    AddFinding({Problem::kMissingUnionBranch, "",
                absl::StrCat("reader union lacking writer type: ", UpperTypeName(writer)), &reader, &writer},
               result);
  }

  void Add(const Result& part, Result* whole) {
    whole->compatible = whole->compatible && part.compatible;
    whole->truncated = whole->truncated || part.truncated;
    for (uint32_t finding : part.findings) {
      if (!HasRoom(*whole)) {
        whole->truncated = true;
        return;
      }
      whole->findings.push_back(finding);
    }
  }

  // Takes the path from where the comparison stands.
  void AddFinding(Finding finding, Result* result) {
    result->compatible = false;
    if (!HasRoom(*result) || findings_.size() >= kMaxFindings || findings_bytes_ >= kMaxFindingsBytes) {
      result->truncated = true;
      return;
    }
    finding.path = path_.ToString();
    findings_bytes_ += finding.path.size() + finding.detail.size();
    result->findings.push_back(static_cast<uint32_t>(findings_.size()));
    findings_.push_back(std::move(finding));
  }

  bool HasRoom(const Result& result) const {
    return result.findings.size() < static_cast<size_t>(std::max(limits_.max_differences, 1));
  }

  // Which branches of a large union can come into question.
  struct UnionIndex {
    std::vector<const AvroSchema*> unnamed;
    absl::flat_hash_map<std::string, std::vector<const AvroSchema*>> by_short_name;
    absl::flat_hash_map<std::string, std::vector<const AvroSchema*>> by_alias;
  };

  const UnionIndex& IndexOf(const AvroSchema& schema) {
    std::unique_ptr<UnionIndex>& index = union_indexes_[schema.index];
    if (index != nullptr) return *index;
    index = std::make_unique<UnionIndex>();
    for (const AvroSchema* branch : schema.children) {
      if (!IsNamed(branch->type)) {
        index->unnamed.push_back(branch);
        continue;
      }
      index->by_short_name[branch->name.name].push_back(branch);
      for (const AvroName& alias : branch->aliases) index->by_alias[alias.Full()].push_back(branch);
    }
    return *index;
  }

  static const std::vector<const AvroSchema*>& Lookup(
      const absl::flat_hash_map<std::string, std::vector<const AvroSchema*>>& map, const std::string& name) {
    static const auto* const kNone = new std::vector<const AvroSchema*>();
    auto found = map.find(name);
    return found == map.end() ? *kNone : found->second;
  }

  bool AnyReads(const std::vector<const AvroSchema*>& branches, const AvroSchema& writer) {
    for (const AvroSchema* branch : branches) {
      if (Compare(*branch, writer).compatible) return true;
    }
    return false;
  }

  // False when the budget is used up or the comparison has failed otherwise.
  bool Spend(int64_t steps = 1) {
    steps_ += steps;
    if (steps_ > limits_.max_comparison_steps) {
      Fail(absl::StrCat("comparing the two takes more than ", limits_.max_comparison_steps, " steps"));
    }
    return status_.ok();
  }

  // On looking `names` up, each of which costs far less than a pair of types.
  bool SpendOnNames(size_t names) { return Spend(static_cast<int64_t>(names / 8)); }

  void Fail(const std::string& what) {
    if (!status_.ok()) return;
    status_ = errors::SchemaTooComplex(absl::StrCat(what, "; split the schema into several"), path_.Abbreviated());
  }

  static constexpr int kCompatible = -1;
  // Most are found in candidates of unions and dropped again; beyond this only verdicts are kept.
  static constexpr size_t kMaxFindings = 100000;
  static constexpr size_t kMaxFindingsBytes = 16u << 20;  // of their paths and details

  const FormatLimits& limits_;
  SchemaPath path_;
  absl::Status status_;
  int64_t steps_ = 0;
  int nesting_ = 0;
  const AvroField* new_field_ = nullptr;
  std::vector<Finding> findings_;
  size_t findings_bytes_ = 0;
  // Pairs judged or being judged: the place of their result, or kCompatible, which is also what a pair in progress is
  // taken for.
  absl::flat_hash_map<uint64_t, int> memo_;
  std::vector<Result> results_;
  size_t remembered_ = 0;  // findings listed in results_
  absl::flat_hash_map<int, std::unique_ptr<UnionIndex>> union_indexes_;
};

}  // namespace

absl::StatusOr<Comparison> CompareSchemas(const AvroSchema& reader, const AvroSchema& writer,
                                          const FormatLimits& limits) {
  return Comparer(limits).Run(reader, writer);
}

}  // namespace regent::avro
