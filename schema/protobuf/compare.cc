#include "schema/protobuf/compare.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/protobuf/difference.h"
#include "schema/protobuf/printer.h"
#include "schema/snippet.h"

namespace regent::protobuf {
namespace {

// Scalars of one group read each other's encoding.
enum class ScalarGroup { kVarint, kZigzag, kBytes, kFixed32, kFixed64, kFloat, kDouble };

ScalarGroup GroupOf(std::string_view scalar) {
  if (scalar == "sint32" || scalar == "sint64") return ScalarGroup::kZigzag;
  if (scalar == "string" || scalar == "bytes") return ScalarGroup::kBytes;
  if (scalar == "fixed32" || scalar == "sfixed32") return ScalarGroup::kFixed32;
  if (scalar == "fixed64" || scalar == "sfixed64") return ScalarGroup::kFixed64;
  if (scalar == "float") return ScalarGroup::kFloat;
  if (scalar == "double") return ScalarGroup::kDouble;
  return ScalarGroup::kVarint;
}

// A type as seen from a field.
struct SeenType {
  enum class Kind { kScalar, kMessage, kGroup, kMap };
  Kind kind = Kind::kScalar;
  ScalarGroup group = ScalarGroup::kVarint;
  std::string name;  // a scalar, or the full name of a message or enum without the package of the schema
  std::string full_name;
  const Message* message = nullptr;
  const Enum* enumeration = nullptr;
  bool imported = false;
};

std::string_view KindText(SeenType::Kind kind) {
  switch (kind) {
    case SeenType::Kind::kScalar:
      return "a scalar";
    case SeenType::Kind::kMessage:
      return "a message";
    case SeenType::Kind::kGroup:
      return "a group";
    case SeenType::Kind::kMap:
      return "a map";
  }
  return "";
}

std::string_view LabelText(Label label) {
  switch (label) {
    case Label::kOptional:
      return "optional";
    case Label::kRequired:
      return "required";
    case Label::kRepeated:
      return "repeated";
    case Label::kNone:
      break;
  }
  return "no label";
}

// What stands on one side of a difference, if anything: printed only for what is reported.
using Element = std::variant<std::monostate, const Message*, const Enum*, const Oneof*, const Field*>;
struct Sides {
  Element old;
  Element now;
};

std::string SnippetOf(const Element& element) {
  return std::visit(
      [](const auto& which) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(which)>, std::monostate>) {
          return "";
        } else {
          return Snippet(PrintElement(*which));
        }
      },
      element);
}

// Where a path leads; the text is put together only for a difference that is reported.
struct Path {
  const Path* parent = nullptr;  // null is the file
  std::string element;
};

// Deep ones keep both ends.
std::string PathText(const Path* path, const std::vector<std::string>& more) {
  constexpr size_t kElementsMax = 64;
  std::vector<const std::string*> elements;
  for (; path != nullptr; path = path->parent) elements.push_back(&path->element);
  std::reverse(elements.begin(), elements.end());
  for (const std::string& element : more) elements.push_back(&element);
  std::string text = "#";
  for (size_t i = 0; i < elements.size(); ++i) {
    if (elements.size() > kElementsMax && i == kElementsMax / 2) {
      absl::StrAppend(&text, "/...");
      i = elements.size() - kElementsMax / 2;
    }
    absl::StrAppend(&text, "/", *elements[i]);
  }
  return elements.empty() ? "#/" : text;
}

// A message's fields by number. The first that has a number stands for it.
struct NumberedFields {
  struct Member {
    const Field* field = nullptr;
    const Oneof* oneof = nullptr;  // null at the top level
  };
  std::map<int32_t, Member> by_number;

  explicit NumberedFields(const Message& message) {
    for (const Field& field : message.fields) by_number.try_emplace(field.number, Member{&field, nullptr});
    for (const Oneof& oneof : message.oneofs) {
      for (const Field& field : oneof.fields) by_number.try_emplace(field.number, Member{&field, &oneof});
    }
  }
  // Whether it is what its number means: stored schemas may use one twice.
  bool StandsFor(const Field& field) const { return by_number.at(field.number).field == &field; }
  const Member* Find(int32_t number) const {
    const auto found = by_number.find(number);
    return found == by_number.end() ? nullptr : &found->second;
  }
};

template <typename Named>
std::unordered_map<std::string_view, size_t> IndexByName(const std::vector<Named>& list) {
  std::unordered_map<std::string_view, size_t> index;
  for (size_t i = 0; i < list.size(); ++i) index.try_emplace(list[i].name, i);
  return index;
}

// In this class "old" is the writer and "now" the reader.
class Comparer {
 public:
  Comparer(const ComparedSide& old, const ComparedSide& now, Wanted wanted, const FormatLimits& limits)
      : old_(old), now_(now), wanted_(wanted), limits_(limits) {}

  absl::StatusOr<Comparison> Run() {
    if (old_.file.package != now_.file.package) {
      Report(DifferenceType::kPackageChanged, nullptr, {}, now_.file.package, old_.file.package, now_.file.package);
    }
    CompareTypes(old_.file, now_.file, {old_.file.package, now_.file.package}, nullptr);
    while (!waiting_.empty() && GoOn()) {
      const Definitions definitions = std::move(waiting_.front());
      waiting_.pop_front();
      if (definitions.old_message != nullptr) {
        CompareMessages(*definitions.old_message, *definitions.now_message, definitions.scopes, definitions.path);
      } else {
        CompareEnums(*definitions.old_enum, *definitions.now_enum, definitions.path);
      }
    }
    if (steps_ > limits_.max_comparison_steps) {
      return errors::SchemaTooComplex(
          absl::StrCat("comparing the schemas takes more than ", limits_.max_comparison_steps, " steps"));
    }
    return std::move(found_);
  }

 private:
  // The full names of what contains the elements compared.
  struct Scopes {
    std::string old;
    std::string now;
  };
  struct Definitions {
    const Message* old_message = nullptr;
    const Message* now_message = nullptr;
    const Enum* old_enum = nullptr;
    const Enum* now_enum = nullptr;
    Scopes scopes;
    const Path* path = nullptr;
  };

  bool GoOn() const { return steps_ <= limits_.max_comparison_steps && !found_.truncated; }
  void Step() { ++steps_; }

  void Report(DifferenceType type, const Path* path, const std::vector<std::string>& more, std::string_view subject,
              std::string_view from = "", std::string_view to = "", const Sides& sides = {}) {
    if (wanted_ == Wanted::kIncompatible && IsCompatible(type)) return;
    Difference difference = DescribeDifference(type, PathText(path, more), subject, from, to);
    if (!reported_.insert({difference.type, difference.path}).second) return;
    if (static_cast<int>(found_.differences.size()) >= limits_.max_differences) {
      found_.truncated = true;
      return;
    }
    difference.old_snippet = type == DifferenceType::kPackageChanged ? PackageText(old_.file) : SnippetOf(sides.old);
    difference.new_snippet = type == DifferenceType::kPackageChanged ? PackageText(now_.file) : SnippetOf(sides.now);
    found_.differences.push_back(std::move(difference));
  }

  static std::string PackageText(const File& file) {
    return file.package.empty() ? "" : Snippet(absl::StrCat("package ", file.package, ";"));
  }

  const Path* Below(const Path* path, std::string element) {
    return &paths_.emplace_back(Path{path, std::move(element)});
  }

  // Of a file or of a message.
  template <typename Container>
  void CompareTypes(const Container& old, const Container& now, const Scopes& scopes, const Path* path) {
    CompareMessageLists(old.messages, now.messages, scopes, path);
    CompareEnumLists(old.enums, now.enums, path);
  }

  void CompareMessageLists(const std::vector<Message>& old, const std::vector<Message>& now, const Scopes& scopes,
                           const Path* path) {
    const auto old_index = IndexByName(old);
    const auto now_index = IndexByName(now);
    for (size_t i = 0; i < old.size() && GoOn(); ++i) {
      Step();
      if (old_index.at(old[i].name) != i) continue;  // stored schemas may have a name twice: the first stands for it
      const auto same = now_index.find(old[i].name);
      if (same == now_index.end()) {
        // What stands behind a map that was written out by hand is no type of its own.
        if (!IsMapEntry(old[i]))
          Report(DifferenceType::kMessageRemoved, path, {old[i].name}, old[i].name, "", "", {&old[i], {}});
        continue;
      }
      if (same->second != i) Report(DifferenceType::kMessageMoved, path, {old[i].name}, old[i].name);
      const Message& counterpart = now[same->second];
      CompareMessages(old[i], counterpart,
                      {QualifiedName(scopes.old, old[i].name), QualifiedName(scopes.now, counterpart.name)},
                      Below(path, old[i].name));
    }
    for (const Message& message : now) {
      Step();
      if (old_index.contains(message.name) || IsMapEntry(message)) continue;
      Report(DifferenceType::kMessageAdded, path, {message.name}, message.name, "", "", {{}, &message});
    }
  }

  void CompareEnumLists(const std::vector<Enum>& old, const std::vector<Enum>& now, const Path* path) {
    const auto old_index = IndexByName(old);
    const auto now_index = IndexByName(now);
    for (const Enum& from : old) {
      Step();
      if (&old[old_index.at(from.name)] != &from) continue;
      const auto same = now_index.find(from.name);
      if (same == now_index.end()) {
        Report(DifferenceType::kEnumRemoved, path, {from.name}, from.name, "", "", {&from, {}});
      } else {
        CompareEnums(from, now[same->second], Below(path, from.name));
      }
    }
    for (const Enum& to : now) {
      Step();
      if (!old_index.contains(to.name)) Report(DifferenceType::kEnumAdded, path, {to.name}, to.name, "", "", {{}, &to});
    }
  }

  void CompareEnums(const Enum& old, const Enum& now, const Path* path) {
    // Nothing about an enum's values breaks a reader.
    if (wanted_ == Wanted::kIncompatible) return;
    std::map<int32_t, std::pair<std::vector<std::string_view>, std::vector<std::string_view>>> names;
    for (const EnumValue& value : old.values) names[value.number].first.push_back(value.name);
    for (const EnumValue& value : now.values) names[value.number].second.push_back(value.name);
    for (const auto& [number, sides] : names) {
      Step();
      const auto& [before, after] = sides;
      if (before.empty()) {
        Report(DifferenceType::kEnumConstAdded, path, {absl::StrCat(number)}, after[0]);
      } else if (after.empty()) {
        Report(DifferenceType::kEnumConstRemoved, path, {absl::StrCat(number)}, before[0]);
      } else if (std::find(after.begin(), after.end(), before[0]) == after.end()) {
        Report(DifferenceType::kEnumConstChanged, path, {absl::StrCat(number)}, after[0], before[0], after[0]);
      }
    }
  }

  void CompareMessages(const Message& old, const Message& now, const Scopes& scopes, const Path* path) {
    const NumberedFields old_fields(old);
    const NumberedFields now_fields(now);
    CompareTopLevel(old_fields, now_fields, scopes, path);
    CompareOneofs(old, now, old_fields, now_fields, scopes, path);
    CompareTypes(old, now, scopes, path);
  }

  // Every number that stands at the top level on either side.
  void CompareTopLevel(const NumberedFields& old, const NumberedFields& now, const Scopes& scopes, const Path* path) {
    std::set<int32_t> numbers;
    for (const auto& [number, member] : old.by_number) {
      if (member.oneof == nullptr) numbers.insert(number);
    }
    for (const auto& [number, member] : now.by_number) {
      if (member.oneof == nullptr) numbers.insert(number);
    }
    for (const int32_t number : numbers) {
      if (!GoOn()) return;
      Step();
      const NumberedFields::Member* before = old.Find(number);
      const NumberedFields::Member* after = now.Find(number);
      const std::vector<std::string> element = {absl::StrCat(number)};
      if (after == nullptr) {
        const bool required = before->field->label == Label::kRequired;
        Report(required ? DifferenceType::kRequiredFieldRemoved : DifferenceType::kFieldRemoved, path, element,
               before->field->name, "", "", {before->field, {}});
      } else if (before == nullptr) {
        const bool required = after->field->label == Label::kRequired;
        Report(required ? DifferenceType::kRequiredFieldAdded : DifferenceType::kFieldAdded, path, element,
               after->field->name, "", "", {{}, after->field});
      } else {
        if (before->oneof != nullptr) {
          Report(DifferenceType::kOneofFieldMovedToTopLevel, path, element, after->field->name, "", "",
                 {before->oneof, after->field});
        }
        CompareFields(*before->field, *after->field, scopes, path);
      }
    }
  }

  void CompareOneofs(const Message& old, const Message& now, const NumberedFields& old_fields,
                     const NumberedFields& now_fields, const Scopes& scopes, const Path* path) {
    const auto old_index = IndexByName(old.oneofs);
    const auto now_index = IndexByName(now.oneofs);
    for (const Oneof& from : old.oneofs) {
      Step();
      if (&old.oneofs[old_index.at(from.name)] != &from) continue;
      const auto same = now_index.find(from.name);
      if (same == now_index.end()) {
        Report(DifferenceType::kOneofRemoved, path, {from.name}, from.name, "", "", {&from, {}});
      } else {
        CompareOneof(from, now.oneofs[same->second], old_fields, now_fields, scopes, path);
      }
    }
    for (const Oneof& to : now.oneofs) {
      Step();
      if (!old_index.contains(to.name)) CompareNewOneof(to, old_fields, scopes, path);
    }
  }

  void CompareOneof(const Oneof& old, const Oneof& now, const NumberedFields& old_fields,
                    const NumberedFields& now_fields, const Scopes& scopes, const Path* path) {
    const Path* const inside = Below(path, now.name);
    for (const Field& from : old.fields) {
      Step();
      if (!old_fields.StandsFor(from)) continue;
      const NumberedFields::Member* after = now_fields.Find(from.number);
      // One that went to the top level has been reported there.
      if (after != nullptr && (after->oneof == &now || after->oneof == nullptr)) continue;
      Report(DifferenceType::kOneofFieldRemoved, path, {old.name, absl::StrCat(from.number)}, from.name, "", "",
             {&from, &now});
    }
    for (const Field& to : now.fields) {
      Step();
      if (!now_fields.StandsFor(to)) continue;
      const NumberedFields::Member* before = old_fields.Find(to.number);
      if (before == nullptr) {
        Report(DifferenceType::kOneofFieldAdded, path, {now.name, absl::StrCat(to.number)}, to.name, "", "", {{}, &to});
        continue;
      }
      if (before->oneof != &old)
        Report(DifferenceType::kFieldMovedToExistingOneof, path, {now.name}, now.name, "", "", {before->field, &now});
      // Those from the top level have been compared there.
      if (before->oneof != nullptr) CompareFields(*before->field, to, scopes, inside);
    }
  }

  void CompareNewOneof(const Oneof& now, const NumberedFields& old_fields, const Scopes& scopes, const Path* path) {
    const auto came_from_top_level = [&](const Field& field) {
      const NumberedFields::Member* before = old_fields.Find(field.number);
      return before != nullptr && before->oneof == nullptr;
    };
    if (std::count_if(now.fields.begin(), now.fields.end(), came_from_top_level) > 1) {
      Report(DifferenceType::kMultipleFieldsMovedToOneof, path, {now.name}, now.name, "", "", {{}, &now});
    }
    Report(DifferenceType::kOneofAdded, path, {now.name}, now.name, "", "", {{}, &now});
    const Path* const inside = Below(path, now.name);
    for (const Field& to : now.fields) {
      Step();
      const NumberedFields::Member* before = old_fields.Find(to.number);
      if (before == nullptr) {
        Report(DifferenceType::kOneofFieldAdded, path, {now.name, absl::StrCat(to.number)}, to.name, "", "", {{}, &to});
      } else if (before->oneof != nullptr) {
        CompareFields(*before->field, to, scopes, inside);
      }
    }
  }

  void CompareFields(const Field& old, const Field& now, const Scopes& scopes, const Path* path) {
    Step();
    // Types are looked up at every level of a scope; next to nothing unless it is made to hurt.
    for (const std::string* scope : {&scopes.old, &scopes.now}) {
      steps_ += static_cast<int64_t>(scope->size()) * static_cast<int64_t>(scope->size()) / 16384;
    }
    const std::vector<std::string> element = {absl::StrCat(now.number)};
    if (old.name != now.name)
      Report(DifferenceType::kFieldNameChanged, path, element, now.name, old.name, now.name, {&old, &now});
    const SeenType before = See(old, old_, scopes.old);
    const SeenType after = See(now, now_, scopes.now);
    CompareSeen(old, now, before, after, scopes, path);
    if (before.kind == SeenType::Kind::kMap && after.kind == SeenType::Kind::kMap) {
      CompareMaps(old, now, scopes, path);
    }
    CompareLabels(old, now, before, path);
  }

  void CompareSeen(const Field& old, const Field& now, const SeenType& before, const SeenType& after,
                   const Scopes& scopes, const Path* path) {
    const std::vector<std::string> element = {absl::StrCat(now.number)};
    if (before.kind != after.kind) {
      Report(DifferenceType::kFieldKindChanged, path, element, now.name, KindText(before.kind), KindText(after.kind),
             {&old, &now});
    } else if (before.kind == SeenType::Kind::kScalar && before.group != after.group) {
      Report(DifferenceType::kFieldScalarKindChanged, path, element, now.name, before.name, after.name, {&old, &now});
    } else if (before.kind == SeenType::Kind::kGroup) {
      CompareMessages(old.group_body[0], now.group_body[0],
                      {QualifiedName(scopes.old, old.type), QualifiedName(scopes.now, now.type)},
                      Below(path, now.type));
    } else if (before.kind == SeenType::Kind::kMessage && before.name != after.name) {
      Report(DifferenceType::kFieldNamedTypeChanged, path, element, now.name, before.name, after.name, {&old, &now});
    } else if (before.name == after.name) {
      CompareImported(before, after, path, element[0]);
    }
  }

  // Definitions that the walk over the schema itself does not come by. They wait, so that a chain of messages that hold
  // each other costs no stack.
  void CompareImported(const SeenType& before, const SeenType& after, const Path* path, const std::string& element) {
    if (!before.imported && !after.imported) return;
    Definitions definitions;
    if (before.message != nullptr && after.message != nullptr && before.message != after.message) {
      if (!compared_.insert({before.message, after.message}).second) return;
      definitions.old_message = before.message;
      definitions.now_message = after.message;
    } else if (before.enumeration != nullptr && after.enumeration != nullptr &&
               before.enumeration != after.enumeration) {
      if (!compared_.insert({before.enumeration, after.enumeration}).second) return;
      definitions.old_enum = before.enumeration;
      definitions.now_enum = after.enumeration;
    } else {
      return;
    }
    definitions.scopes = {before.full_name, after.full_name};
    definitions.path = Below(path, element);
    waiting_.push_back(std::move(definitions));
  }

  void CompareMaps(const Field& old, const Field& now, const Scopes& scopes, const Path* path) {
    const auto [old_key, old_value] = MapTypes(old, old_, scopes.old);
    const auto [now_key, now_value] = MapTypes(now, now_, scopes.now);
    CompareSeen(old, now, old_key, now_key, scopes, path);
    CompareSeen(old, now, old_value, now_value, scopes, path);
  }

  // Only where both sides spell a label: what proto3 leaves out is not compared.
  void CompareLabels(const Field& old, const Field& now, const SeenType& type, const Path* path) {
    if (old.label == Label::kNone || now.label == Label::kNone || old.label == now.label) return;
    if (type.kind != SeenType::Kind::kScalar) return;
    const DifferenceType changed = type.group == ScalarGroup::kBytes ? DifferenceType::kFieldStringOrBytesLabelChanged
                                                                     : DifferenceType::kFieldNumericLabelChanged;
    Report(changed, path, {absl::StrCat(now.number)}, now.name, LabelText(old.label), LabelText(now.label),
           {&old, &now});
  }

  static SeenType See(const Field& field, const ComparedSide& side, const std::string& scope) {
    SeenType seen;
    if (field.is_map()) {
      seen.kind = SeenType::Kind::kMap;
      return seen;
    }
    if (field.is_group()) {
      seen.kind = SeenType::Kind::kGroup;
      return seen;
    }
    seen = SeeType(field.type, side, scope);
    // A map that was written out by hand is a map.
    if (field.label == Label::kRepeated && seen.message != nullptr && IsMapEntry(*seen.message)) {
      seen = SeenType();
      seen.kind = SeenType::Kind::kMap;
    }
    return seen;
  }

  static SeenType SeeType(const std::string& type, const ComparedSide& side, const std::string& scope) {
    SeenType seen;
    seen.name = type;
    if (IsScalarType(type)) {
      seen.group = GroupOf(type);
      return seen;
    }
    seen.kind = SeenType::Kind::kMessage;
    auto resolved = side.symbols.ResolveType(scope, type);
    if (!resolved.has_value()) return seen;
    seen.message = resolved->symbol.message;
    seen.enumeration = resolved->symbol.enumeration;
    // An enum is encoded as an int32.
    if (seen.enumeration != nullptr) seen.kind = SeenType::Kind::kScalar;
    seen.imported = resolved->symbol.file != &side.file;
    seen.full_name = std::move(resolved->full_name);
    seen.name = WithoutPackage(seen.full_name, side.file.package);
    return seen;
  }

  static std::pair<SeenType, SeenType> MapTypes(const Field& field, const ComparedSide& side,
                                                const std::string& scope) {
    if (field.is_map()) return {SeeType(field.map_key_type, side, scope), SeeType(field.type, side, scope)};
    const SeenType entry = SeeType(field.type, side, scope);
    const std::vector<Field>& fields = entry.message->fields;
    return {SeeType(fields[0].type, side, entry.full_name), SeeType(fields[1].type, side, entry.full_name)};
  }

  static std::string WithoutPackage(const std::string& full_name, const std::string& package) {
    const bool inside = !package.empty() && full_name.size() > package.size() &&
                        full_name.compare(0, package.size(), package) == 0 && full_name[package.size()] == '.';
    return inside ? full_name.substr(package.size() + 1) : full_name;
  }

  const ComparedSide& old_;
  const ComparedSide& now_;
  const Wanted wanted_;
  const FormatLimits& limits_;
  int64_t steps_ = 0;
  Comparison found_;
  std::set<std::pair<std::string, std::string>> reported_;
  std::set<std::pair<const void*, const void*>> compared_;
  std::deque<Definitions> waiting_;
  std::deque<Path> paths_;  // pointers into it stay valid
};

}  // namespace

absl::StatusOr<Comparison> CompareFiles(const ComparedSide& writer, const ComparedSide& reader, Wanted wanted,
                                        const FormatLimits& limits) {
  return Comparer(writer, reader, wanted, limits).Run();
}

}  // namespace regent::protobuf
