#include "schema/protobuf/file_tree.h"

#include <algorithm>
#include <string_view>

namespace regent::protobuf {

bool IsScalarType(std::string_view type) {
  static constexpr std::string_view kScalars[] = {"bool",   "bytes",  "double", "fixed32",  "fixed64",
                                                  "float",  "int32",  "int64",  "sfixed32", "sfixed64",
                                                  "sint32", "sint64", "string", "uint32",   "uint64"};
  return std::binary_search(std::begin(kScalars), std::end(kScalars), type);
}

bool IsMapEntry(const Message& message) {
  const bool marked = std::any_of(message.options.begin(), message.options.end(), [](const Option& option) {
    return option.name.size() == 1 && !option.name[0].is_extension && option.name[0].name == "map_entry" &&
           option.value.text == "true";
  });
  if (!marked || message.fields.size() != 2 || !message.oneofs.empty()) return false;
  const Field& key = message.fields[0];
  const Field& value = message.fields[1];
  return key.number == 1 && key.name == "key" && IsScalarType(key.type) && value.number == 2 && value.name == "value" &&
         !value.is_map() && !value.is_group();
}

}  // namespace regent::protobuf
