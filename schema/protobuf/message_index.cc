#include "schema/protobuf/message_index.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error_reason.h"
#include "schema/protobuf/protobuf_schema.h"

namespace regent::protobuf {
namespace {

const File& FileOf(const ParsedSchema& schema) { return static_cast<const ProtobufSchema&>(schema).file(); }

}  // namespace

absl::StatusOr<std::vector<int>> MessageIndexOf(const ParsedSchema& schema, std::string_view full_name) {
  const File& file = FileOf(schema);
  const absl::Status not_found = errors::RequestInvalid(
      "message", absl::StrCat("the schema defines no message ", std::string(full_name.substr(0, 400))));
  std::string_view rest = full_name;
  if (!file.package.empty()) {
    if (rest.substr(0, file.package.size() + 1) != file.package + ".") return not_found;
    rest.remove_prefix(file.package.size() + 1);
  }
  std::vector<int> index;
  const std::vector<Message>* messages = &file.messages;
  while (true) {
    const size_t dot = rest.find('.');
    const std::string_view name = rest.substr(0, dot);
    size_t at = 0;
    while (at < messages->size() && (*messages)[at].name != name) ++at;
    if (at == messages->size()) return not_found;
    index.push_back(static_cast<int>(at));
    if (dot == std::string_view::npos) return index;
    messages = &(*messages)[at].messages;
    rest.remove_prefix(dot + 1);
  }
}

absl::StatusOr<std::string> MessageNameAt(const ParsedSchema& schema, absl::Span<const int> index) {
  const File& file = FileOf(schema);
  std::string name = file.package;
  const std::vector<Message>* messages = &file.messages;
  for (const int at : index) {
    if (at < 0 || static_cast<size_t>(at) >= messages->size()) {
      return errors::RequestInvalid("message_index",
                                    absl::StrCat("no message stands at [", absl::StrJoin(index, ", "), "]"));
    }
    name = QualifiedName(name, (*messages)[at].name);
    messages = &(*messages)[at].messages;
  }
  if (index.empty()) return errors::RequestInvalid("message_index", "an index of a message has one number at least");
  return name;
}

}  // namespace regent::protobuf
