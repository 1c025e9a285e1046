#include "schema/protobuf/normalizer.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "schema/protobuf/message_literal.h"

namespace regent::protobuf {
namespace {

void SortUnique(std::vector<std::string>* names) {
  std::sort(names->begin(), names->end());
  names->erase(std::unique(names->begin(), names->end()), names->end());
}

// More parts of one option than this are left apart: merging goes through what was merged before.
constexpr size_t kMergedPartsMax = 500;

// Options are sorted by what they are called, whatever part of them is set.
bool RootComesBefore(const Option& a, const Option& b) {
  return std::tie(a.name[0].name, a.name[0].is_extension) < std::tie(b.name[0].name, b.name[0].is_extension);
}

bool IsPartOfMessage(const Option& option) {
  return option.name.size() > 1 || option.value.kind == OptionValue::Kind::kMap;
}

// `(x).a.(p.e) = 1` as the literal `{ a: { [p.e]: 1 } }` of (x).
OptionValue AsLiteral(Option option) {
  OptionValue value = std::move(option.value);
  for (size_t i = option.name.size() - 1; i > 0; --i) {
    const Option::NamePart& part = option.name[i];
    OptionValue outer;
    outer.kind = OptionValue::Kind::kMap;
    outer.entries.emplace_back(part.is_extension ? "[" + part.name + "]" : part.name, std::move(value));
    value = std::move(outer);
  }
  return value;
}

void MergeLiterals(OptionValue from, OptionValue* into) {
  std::unordered_map<std::string, size_t> places;
  for (size_t i = 0; i < into->entries.size(); ++i) places.emplace(into->entries[i].first, i);
  for (auto& [key, value] : from.entries) {
    const auto [place, is_new] = places.try_emplace(key, into->entries.size());
    if (is_new) {
      into->entries.emplace_back(key, std::move(value));
      continue;
    }
    OptionValue& existing = into->entries[place->second].second;
    if (existing.kind == OptionValue::Kind::kMap && value.kind == OptionValue::Kind::kMap) {
      MergeLiterals(std::move(value), &existing);
    } else if (existing != value) {
      AppendToList(std::move(value), &existing);
    }
  }
}

class Normalizer {
 public:
  explicit Normalizer(const SymbolTable& symbols) : symbols_(symbols) {}

  File Run(File file) {
    if (file.syntax == "proto2") file.syntax.reset();
    SortUnique(&file.imports);
    SortUnique(&file.public_imports);
    SortUnique(&file.weak_imports);
    SortOptions(file.package, &file.options);
    for (Message& message : file.messages) RunMessage(file.package, &message);
    for (Enum& enumeration : file.enums) RunEnum(file.package, &enumeration);
    RunExtends(file.package, &file.extends);
    for (Service& service : file.services) RunService(file.package, &service);
    return file;
  }

 private:
  void RunMessage(const std::string& outer, Message* message) {
    const std::string scope = QualifiedName(outer, message->name);
    FoldMapEntries(scope, message);
    SplitReserved(&message->reserved);
    SortOptions(scope, &message->options);
    RunFields(scope, &message->fields);
    for (Oneof& oneof : message->oneofs) {
      SortOptions(scope, &oneof.options);
      RunFields(scope, &oneof.fields);
    }
    std::erase_if(message->oneofs, [](const Oneof& oneof) { return oneof.fields.empty(); });
    std::stable_sort(message->oneofs.begin(), message->oneofs.end(),
                     [](const Oneof& a, const Oneof& b) { return a.fields.front().number < b.fields.front().number; });
    SplitExtensions(scope, &message->extensions);
    RunExtends(scope, &message->extends);
    for (Message& nested : message->messages) RunMessage(scope, &nested);
    for (Enum& enumeration : message->enums) RunEnum(scope, &enumeration);
  }

  // `repeated FooEntry foo = 1` becomes `map<...> foo = 1`, and the message behind it goes.
  void FoldMapEntries(const std::string& scope, Message* message) {
    std::set<std::string> folded;
    for (Field& field : message->fields) {
      if (field.label != Label::kRepeated || field.is_group()) continue;
      const auto type = symbols_.ResolveType(scope, field.type);
      if (!type.has_value() || type->symbol.message == nullptr || !IsMapEntry(*type->symbol.message)) continue;
      if (type->full_name != QualifiedName(scope, type->symbol.message->name)) continue;
      const Message& entry = *type->symbol.message;
      folded.insert(entry.name);
      field.label = Label::kNone;
      field.map_key_type = entry.fields[0].type;
      field.type = Absolute(type->full_name, entry.fields[1].type);
    }
    std::erase_if(message->messages, [&](const Message& nested) { return folded.contains(nested.name); });
  }

  void RunFields(const std::string& scope, std::vector<Field>* fields) {
    for (Field& field : *fields) {
      SortOptions(scope, &field.options);
      if (field.is_group()) {
        RunMessage(scope, &field.group_body[0]);
      } else {
        field.type = Absolute(scope, field.type);
      }
    }
    std::stable_sort(fields->begin(), fields->end(),
                     [](const Field& a, const Field& b) { return a.number < b.number; });
  }

  void RunExtends(const std::string& scope, std::vector<Extend>* extends) {
    for (Extend& extend : *extends) {
      extend.extendee = Absolute(scope, extend.extendee);
      RunFields(scope, &extend.fields);
    }
  }

  void RunEnum(const std::string& outer, Enum* enumeration) {
    const std::string scope = QualifiedName(outer, enumeration->name);
    SplitReserved(&enumeration->reserved);
    SortOptions(scope, &enumeration->options);
    for (EnumValue& value : enumeration->values) SortOptions(scope, &value.options);
    std::stable_sort(
        enumeration->values.begin(), enumeration->values.end(),
        [](const EnumValue& a, const EnumValue& b) { return std::tie(a.number, a.name) < std::tie(b.number, b.name); });
  }

  void RunService(const std::string& outer, Service* service) {
    const std::string scope = QualifiedName(outer, service->name);
    SortOptions(scope, &service->options);
    for (Rpc& rpc : service->rpcs) {
      SortOptions(scope, &rpc.options);
      rpc.request = Absolute(scope, rpc.request);
      rpc.response = Absolute(scope, rpc.response);
    }
  }

  std::string Absolute(const std::string& scope, const std::string& type) const {
    if (type.empty() || type[0] == '.' || IsScalarType(type)) return type;
    const auto resolved = symbols_.ResolveType(scope, type);
    return resolved.has_value() ? "." + resolved->full_name : type;
  }

  static NumberRange Collapsed(NumberRange range) {
    range.spelt_as_range = range.first != range.last;
    return range;
  }

  static void SplitReserved(std::vector<Reserved>* reserved) {
    std::set<std::pair<int64_t, int64_t>> ranges;
    std::set<std::string> names;
    for (const Reserved& statement : *reserved) {
      for (const NumberRange& range : statement.ranges) ranges.insert({range.first, range.last});
      names.insert(statement.names.begin(), statement.names.end());
    }
    reserved->clear();
    for (const auto& [first, last] : ranges) {
      reserved->push_back({.ranges = {Collapsed({.first = first, .last = last})}, .names = {}});
    }
    for (const std::string& name : names) reserved->push_back({.ranges = {}, .names = {name}});
  }

  void SplitExtensions(const std::string& scope, std::vector<Extensions>* extensions) const {
    std::map<std::pair<int64_t, int64_t>, Extensions> split;
    for (Extensions& statement : *extensions) {
      SortOptions(scope, &statement.options);
      for (const NumberRange& range : statement.ranges) {
        split.try_emplace({range.first, range.last},
                          Extensions{.ranges = {Collapsed(range)}, .options = statement.options});
      }
    }
    extensions->clear();
    for (auto& [range, statement] : split) extensions->push_back(std::move(statement));
  }

  void SortOptions(const std::string& scope, std::vector<Option>* options) const {
    if (options->size() < 2) return;
    std::stable_sort(options->begin(), options->end(), RootComesBefore);
    std::vector<Option> sorted;
    for (size_t begin = 0; begin < options->size();) {
      size_t end = begin;
      while (end < options->size() && (*options)[end].name[0] == (*options)[begin].name[0]) ++end;
      Gather(scope, options, begin, end, &sorted);
      begin = end;
    }
    *options = std::move(sorted);
  }

  // The options from `begin` to `end` set one and the same thing.
  void Gather(const std::string& scope, std::vector<Option>* options, size_t begin, size_t end,
              std::vector<Option>* to) const {
    const auto from = options->begin();
    const bool parts = end - begin > 1 && end - begin <= kMergedPartsMax &&
                       std::all_of(from + begin, from + end, IsPartOfMessage) &&
                       !IsRepeatedExtension(scope, from[begin].name[0]);
    if (!parts) {
      for (size_t i = begin; i < end; ++i) {
        // One that says the same as its neighbour says nothing.
        if (i > begin && to->back() == from[i]) continue;
        to->push_back(std::move(from[i]));
      }
      return;
    }
    Option merged{.name = {from[begin].name[0]}, .value = AsLiteral(from[begin])};
    for (size_t i = begin + 1; i < end; ++i) MergeLiterals(AsLiteral(std::move(from[i])), &merged.value);
    to->push_back(std::move(merged));
  }

  // Each literal of a repeated one is an element of its own: merging them would change what they say.
  bool IsRepeatedExtension(const std::string& scope, const Option::NamePart& part) const {
    if (!part.is_extension) return false;
    const auto extension = symbols_.ResolveExtension(scope, part.name);
    return extension.has_value() && extension->symbol.extension->label == Label::kRepeated;
  }

  const SymbolTable& symbols_;
};

}  // namespace

File NormalizeFile(const File& file, const SymbolTable& symbols) { return Normalizer(symbols).Run(file); }

}  // namespace regent::protobuf
