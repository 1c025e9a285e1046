#include "schema/protobuf/type_check.h"

#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"

namespace regent::protobuf {
namespace {

class TypeChecker {
 public:
  explicit TypeChecker(const SymbolTable& symbols) : symbols_(symbols) {}

  absl::Status Run(const File& file) {
    for (const Message& message : file.messages) CheckMessage(file.package, message);
    CheckExtends(file.package, file.extends);
    for (const Service& service : file.services) {
      const std::string scope = QualifiedName(file.package, service.name);
      for (const Rpc& rpc : service.rpcs) {
        CheckMessageType(scope, rpc.request, rpc.name);
        CheckMessageType(scope, rpc.response, rpc.name);
      }
    }
    return status_;
  }

 private:
  void CheckMessage(const std::string& outer, const Message& message) {
    if (!status_.ok()) return;
    const std::string scope = QualifiedName(outer, message.name);
    for (const Field& field : message.fields) CheckField(scope, field);
    for (const Oneof& oneof : message.oneofs) {
      for (const Field& field : oneof.fields) CheckField(scope, field);
    }
    CheckExtends(scope, message.extends);
    for (const Message& nested : message.messages) CheckMessage(scope, nested);
  }

  void CheckField(const std::string& scope, const Field& field) {
    if (field.is_group()) return CheckMessage(scope, field.group_body[0]);
    if (status_.ok() && !IsScalarType(field.type) && !symbols_.ResolveType(scope, field.type).has_value()) {
      Fail(scope, field.type, field.name, "is not defined, neither here nor in an import");
    }
  }

  void CheckExtends(const std::string& scope, const std::vector<Extend>& extends) {
    for (const Extend& extend : extends) {
      CheckMessageType(scope, extend.extendee, "extend");
      for (const Field& field : extend.fields) CheckField(scope, field);
    }
  }

  void CheckMessageType(const std::string& scope, const std::string& type, std::string_view element) {
    if (!status_.ok()) return;
    const auto resolved = symbols_.ResolveType(scope, type);
    if (!resolved.has_value()) {
      Fail(scope, type, element, "is not defined, neither here nor in an import");
    } else if (resolved->symbol.message == nullptr) {
      Fail(scope, type, element, "is no message");
    }
  }

  void Fail(const std::string& scope, const std::string& type, std::string_view element, std::string_view what) {
    const std::string where = QualifiedName(scope, element);
    status_ = errors::SchemaInvalid(
        absl::StrCat("type \"", type.substr(0, 200), "\" ", absl::string_view(what.data(), what.size())),
        std::string_view(where).substr(0, 400));
  }

  const SymbolTable& symbols_;
  absl::Status status_;
};

}  // namespace

absl::Status CheckTypes(const File& file, const SymbolTable& symbols) { return TypeChecker(symbols).Run(file); }

}  // namespace regent::protobuf
