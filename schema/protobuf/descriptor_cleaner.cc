#include "schema/protobuf/descriptor_cleaner.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"

namespace regent::protobuf {
namespace {

namespace gp = google::protobuf;

constexpr int64_t kFullNameBytesMax = 32 << 20;
constexpr int64_t kRangePairsMax = 20'000'000;
constexpr int64_t kLookupBytesMax = 1 << 30;

gp::DescriptorProto* MessageAt(const gp::RepeatedField<int32_t>& path, int length, gp::FileDescriptorProto* file) {
  gp::DescriptorProto* message = nullptr;
  for (int i = 0; i + 1 < length; i += 2) {
    if (message == nullptr) {
      if (path[i] != gp::FileDescriptorProto::kMessageTypeFieldNumber) return nullptr;
      message = file->mutable_message_type(path[i + 1]);
    } else {
      if (path[i] != gp::DescriptorProto::kNestedTypeFieldNumber) return nullptr;
      message = message->mutable_nested_type(path[i + 1]);
    }
  }
  return message;
}

// They were read as enums, see source_scan.h.
void DropEmptyOneofs(const SourceScan& scan, gp::FileDescriptorProto* proto) {
  if (scan.empty_oneofs.empty()) return;
  std::vector<std::pair<gp::DescriptorProto*, int>> found;
  for (const gp::SourceCodeInfo::Location& location : proto->source_code_info().location()) {
    const auto& path = location.path();
    const int size = path.size();
    if (size < 4 || size % 2 != 0 || path[size - 2] != gp::DescriptorProto::kEnumTypeFieldNumber) continue;
    if (!scan.IsEmptyOneof({location.span(0), location.span(1)})) continue;
    gp::DescriptorProto* message = MessageAt(path, size - 2, proto);
    if (message != nullptr) found.push_back({message, path[size - 1]});
  }
  std::sort(found.begin(), found.end());
  for (auto entry = found.rbegin(); entry != found.rend(); ++entry) {
    entry->first->mutable_enum_type()->DeleteSubrange(entry->second, 1);
  }
}

void DropRepeatedImports(gp::FileDescriptorProto* proto) {
  gp::RepeatedPtrField<std::string> imports;
  std::unordered_set<std::string> seen;
  std::vector<int> place(proto->dependency_size(), -1);
  for (int i = 0; i < proto->dependency_size(); ++i) {
    if (!seen.insert(proto->dependency(i)).second) continue;
    place[i] = imports.size();
    *imports.Add() = proto->dependency(i);
  }
  std::vector<int> publics;
  for (const int i : proto->public_dependency()) {
    if (i >= 0 && i < static_cast<int>(place.size()) && place[i] >= 0) publics.push_back(place[i]);
  }
  proto->mutable_dependency()->Swap(&imports);
  proto->mutable_public_dependency()->Clear();
  for (const int i : publics) proto->add_public_dependency(i);
  proto->mutable_weak_dependency()->Clear();
}

// Walks all elements with the scope that names in their options are looked up in.
class OptionsWalker {
 public:
  virtual ~OptionsWalker() = default;

  void Walk(gp::FileDescriptorProto* file) {
    if (file->has_options()) Options(file->package(), file->mutable_options()->mutable_uninterpreted_option());
    for (gp::DescriptorProto& message : *file->mutable_message_type()) WalkMessage(file->package(), &message);
    for (gp::EnumDescriptorProto& from : *file->mutable_enum_type()) WalkEnum(file->package(), &from);
    for (gp::FieldDescriptorProto& field : *file->mutable_extension()) WalkField(file->package(), &field);
    for (gp::ServiceDescriptorProto& service : *file->mutable_service()) {
      const std::string scope = QualifiedName(file->package(), service.name());
      if (service.has_options()) Options(scope, service.mutable_options()->mutable_uninterpreted_option());
      for (gp::MethodDescriptorProto& method : *service.mutable_method()) {
        if (method.has_options()) Options(scope, method.mutable_options()->mutable_uninterpreted_option());
      }
    }
  }

 protected:
  using OptionList = gp::RepeatedPtrField<gp::UninterpretedOption>;
  virtual void Options(const std::string& scope, OptionList* options) = 0;
  virtual void AtEnum(gp::EnumDescriptorProto*) {}

 private:
  void WalkMessage(const std::string& outer, gp::DescriptorProto* message) {
    const std::string scope = QualifiedName(outer, message->name());
    if (message->has_options()) Options(scope, message->mutable_options()->mutable_uninterpreted_option());
    for (gp::FieldDescriptorProto& field : *message->mutable_field()) WalkField(scope, &field);
    for (gp::FieldDescriptorProto& field : *message->mutable_extension()) WalkField(scope, &field);
    for (gp::OneofDescriptorProto& oneof : *message->mutable_oneof_decl()) {
      if (oneof.has_options()) Options(scope, oneof.mutable_options()->mutable_uninterpreted_option());
    }
    for (auto& range : *message->mutable_extension_range()) {
      if (range.has_options()) Options(scope, range.mutable_options()->mutable_uninterpreted_option());
    }
    for (gp::DescriptorProto& nested : *message->mutable_nested_type()) WalkMessage(scope, &nested);
    for (gp::EnumDescriptorProto& from : *message->mutable_enum_type()) WalkEnum(scope, &from);
  }

  void WalkEnum(const std::string& outer, gp::EnumDescriptorProto* from) {
    const std::string scope = QualifiedName(outer, from->name());
    if (from->has_options()) Options(scope, from->mutable_options()->mutable_uninterpreted_option());
    for (gp::EnumValueDescriptorProto& value : *from->mutable_value()) {
      if (value.has_options()) Options(scope, value.mutable_options()->mutable_uninterpreted_option());
    }
    AtEnum(from);
  }

  void WalkField(const std::string& scope, gp::FieldDescriptorProto* field) {
    if (field->has_options()) Options(scope, field->mutable_options()->mutable_uninterpreted_option());
  }
};

template <typename Predicate>
void RemoveOptions(gp::RepeatedPtrField<gp::UninterpretedOption>* options, Predicate remove) {
  int kept = 0;
  for (int i = 0; i < options->size(); ++i) {
    if (remove(options->Get(i))) continue;
    if (kept != i) options->SwapElements(kept, i);
    ++kept;
  }
  options->DeleteSubrange(kept, options->size() - kept);
}

// A map entry written by hand stays a message to the pool, which wants its own to be made from maps.
bool IsMapEntryOption(const gp::UninterpretedOption& option) {
  return option.name_size() == 1 && option.name(0).name_part() == kMapEntryGuise;
}

void TakeOffGuise(gp::RepeatedPtrField<gp::UninterpretedOption>* options) {
  for (gp::UninterpretedOption& option : *options) {
    for (auto& part : *option.mutable_name()) {
      if (part.name_part() == kAllowAliasGuise) part.set_name_part(std::string(WithoutGuise(kAllowAliasGuise)));
    }
  }
}

class SchemaCleaner : public OptionsWalker {
 public:
  SchemaCleaner(const SymbolTable& symbols, bool is_proto3) : symbols_(symbols), is_proto3_(is_proto3) {}

 private:
  void Options(const std::string& scope, OptionList* options) override {
    TakeOffGuise(options);
    RemoveOptions(options, [&](const gp::UninterpretedOption& option) {
      if (IsMapEntryOption(option)) return true;
      return std::any_of(option.name().begin(), option.name().end(), [&](const auto& part) {
        return part.is_extension() && !symbols_.ResolveExtension(scope, part.name_part()).has_value();
      });
    });
  }

  // Sorting by number puts negative values first, which proto3 does not allow but which changes nothing on the wire.
  void AtEnum(gp::EnumDescriptorProto* from) override {
    if (!is_proto3_ || from->value_size() == 0 || from->value(0).number() >= 0) return;
    const auto zero = std::find_if(from->value().begin(), from->value().end(),
                                   [](const gp::EnumValueDescriptorProto& value) { return value.number() == 0; });
    if (zero == from->value().end()) return;
    from->mutable_value()->SwapElements(0, static_cast<int>(zero - from->value().begin()));
  }

  const SymbolTable& symbols_;
  const bool is_proto3_;
};

class ReferenceCleaner : public OptionsWalker {
  void Options(const std::string&, OptionList* options) override {
    TakeOffGuise(options);
    RemoveOptions(options, [](const gp::UninterpretedOption& option) {
      if (option.name_size() != 1 || option.name(0).is_extension()) return true;
      const std::string& name = option.name(0).name_part();
      return name != "allow_alias" && name != "message_set_wire_format";
    });
  }
};

// A scope by its length and its number of levels.
struct ScopeSize {
  int64_t bytes = 0;
  int64_t levels = 0;
};

class CostCounter {
 public:
  PoolCost Count(const gp::FileDescriptorProto& file) {
    const ScopeSize scope = CountPackage(file.package());
    CountOptions(scope, file.options());
    for (const gp::DescriptorProto& message : file.message_type()) CountMessage(scope, message);
    for (const gp::EnumDescriptorProto& from : file.enum_type()) CountEnum(scope, from);
    for (const gp::FieldDescriptorProto& field : file.extension()) CountField(scope, field);
    for (const gp::ServiceDescriptorProto& service : file.service()) {
      const ScopeSize inner = CountName(scope, service.name());
      CountOptions(inner, service.options());
      for (const gp::MethodDescriptorProto& method : service.method()) {
        CountName(inner, method.name());
        CountLookup(inner, method.input_type());
        CountLookup(inner, method.output_type());
        CountOptions(inner, method.options());
      }
    }
    return cost_;
  }

 private:
  // Every part of it is a name of its own: a, a.b, a.b.c.
  ScopeSize CountPackage(const std::string& package) {
    if (package.empty()) return {};
    ScopeSize scope{static_cast<int64_t>(package.size()), 1};
    for (size_t dot = package.find('.'); dot != std::string::npos; dot = package.find('.', dot + 1)) {
      ++scope.levels;
      cost_.full_name_bytes += static_cast<int64_t>(dot);
    }
    return scope;
  }

  ScopeSize CountName(const ScopeSize& scope, const std::string& name) {
    const int64_t length = scope.bytes + 1 + static_cast<int64_t>(name.size());
    cost_.full_name_bytes += length;
    return {length, scope.levels + 1};
  }

  void CountLookup(const ScopeSize& scope, const std::string& name) {
    if (name.empty() || name[0] == '.') return;
    cost_.lookup_bytes += (scope.levels + 1) * (scope.bytes + static_cast<int64_t>(name.size()));
  }

  template <typename Options>
  void CountOptions(const ScopeSize& scope, const Options& options) {
    for (const gp::UninterpretedOption& option : options.uninterpreted_option()) {
      for (const auto& part : option.name()) {
        if (part.is_extension()) CountLookup(scope, part.name_part());
      }
    }
  }

  void CountField(const ScopeSize& scope, const gp::FieldDescriptorProto& field) {
    CountName(scope, field.name());
    CountLookup(scope, field.type_name());
    CountLookup(scope, field.extendee());
    CountOptions(scope, field.options());
  }

  void CountMessage(const ScopeSize& scope, const gp::DescriptorProto& message) {
    const ScopeSize inner = CountName(scope, message.name());
    CountOptions(inner, message.options());
    for (const gp::FieldDescriptorProto& field : message.field()) CountField(inner, field);
    for (const gp::FieldDescriptorProto& field : message.extension()) CountField(inner, field);
    for (const gp::OneofDescriptorProto& oneof : message.oneof_decl()) {
      CountName(inner, oneof.name());
      CountOptions(inner, oneof.options());
    }
    for (const auto& range : message.extension_range()) CountOptions(inner, range.options());
    for (const gp::DescriptorProto& nested : message.nested_type()) CountMessage(inner, nested);
    for (const gp::EnumDescriptorProto& from : message.enum_type()) CountEnum(inner, from);
    const int64_t ranges = message.reserved_range_size() + message.extension_range_size();
    cost_.range_pairs += ranges * (ranges + message.field_size());
  }

  void CountEnum(const ScopeSize& scope, const gp::EnumDescriptorProto& from) {
    const ScopeSize inner = CountName(scope, from.name());
    CountOptions(inner, from.options());
    for (const gp::EnumValueDescriptorProto& value : from.value()) {
      CountName(scope, value.name());
      CountOptions(inner, value.options());
    }
    const int64_t ranges = from.reserved_range_size();
    cost_.range_pairs += ranges * (ranges + from.value_size());
  }

  PoolCost cost_;
};

}  // namespace

void CleanSchema(const SourceScan& scan, const SymbolTable& symbols, gp::FileDescriptorProto* proto) {
  DropEmptyOneofs(scan, proto);
  DropRepeatedImports(proto);
  SchemaCleaner(symbols, proto->syntax() == "proto3").Walk(proto);
}

void CleanReference(const SourceScan& scan, gp::FileDescriptorProto* proto) {
  DropEmptyOneofs(scan, proto);
  DropRepeatedImports(proto);
  proto->clear_source_code_info();
  ReferenceCleaner().Walk(proto);
}

PoolCost& PoolCost::operator+=(const PoolCost& other) {
  full_name_bytes += other.full_name_bytes;
  range_pairs += other.range_pairs;
  lookup_bytes += other.lookup_bytes;
  return *this;
}

PoolCost MeasurePoolCost(const gp::FileDescriptorProto& proto) { return CostCounter().Count(proto); }

absl::Status CheckPoolCost(const PoolCost& cost) {
  if (cost.full_name_bytes > kFullNameBytesMax) {
    return errors::SchemaTooComplex(absl::StrCat("the full names of all elements take ", cost.full_name_bytes,
                                                 " bytes; ", kFullNameBytesMax, " are allowed"));
  }
  if (cost.range_pairs > kRangePairsMax) {
    return errors::SchemaTooComplex("too many reserved or extension ranges to be compared with each other");
  }
  if (cost.lookup_bytes > kLookupBytesMax) {
    return errors::SchemaTooComplex(
        "too many names are used too deep within packages and messages; begin them with a dot, or shorten the package");
  }
  return absl::OkStatus();
}

}  // namespace regent::protobuf
