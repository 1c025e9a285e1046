// A .proto file as it was written: statements in their order, names as spelt, comments gone.
//
// Built from what libprotobuf's parser understood; printed, normalised and compared. Plain data, copied freely. Nesting
// is bounded by the reader, so walking it recursively is safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace regent::protobuf {

// The right-hand side of an option.
struct OptionValue {
  enum class Kind {
    kWord,    // a number, an identifier, true, -inf: printed as spelt
    kString,  // `text` holds the bytes, unescaped
    kMap,     // a message literal
    kList,
  };
  Kind kind = Kind::kWord;
  std::string text;
  std::vector<std::pair<std::string, OptionValue>> entries;  // of a kMap; an extension's key keeps its brackets
  std::vector<OptionValue> items;                            // of a kList

  bool operator==(const OptionValue&) const = default;
};

// `(google.api.http).get = "/v1"`. A field's `default` and `json_name` are held as options too, as they are written.
struct Option {
  struct NamePart {
    std::string name;
    bool is_extension = false;  // written in parentheses
    bool operator==(const NamePart&) const = default;
  };
  std::vector<NamePart> name;
  OptionValue value;

  bool operator==(const Option&) const = default;
};

// Both ends belong to it. A lone number has both ends equal.
struct NumberRange {
  int64_t first = 0;
  int64_t last = 0;
  bool spelt_as_range = false;  // `5 to 5` is not `5` until it is normalised
};

// One `reserved` statement: numbers or names.
struct Reserved {
  std::vector<NumberRange> ranges;
  std::vector<std::string> names;
};

// One `extensions` statement.
struct Extensions {
  std::vector<NumberRange> ranges;
  std::vector<Option> options;
};

enum class Label { kNone, kOptional, kRequired, kRepeated };

struct Message;

struct Field {
  Label label = Label::kNone;
  std::string type;          // as spelt; a map's value type; a group's name
  std::string map_key_type;  // empty unless this is a map
  std::string name;
  int32_t number = 0;
  std::vector<Option> options;
  std::vector<Message> group_body;  // one element when this is a group, else none

  bool is_map() const { return !map_key_type.empty(); }
  bool is_group() const { return !group_body.empty(); }
};

struct Oneof {
  std::string name;
  std::vector<Option> options;
  std::vector<Field> fields;
};

// One `extend` block.
struct Extend {
  std::string extendee;
  std::vector<Field> fields;
};

struct EnumValue {
  std::string name;
  int32_t number = 0;
  std::vector<Option> options;
};

struct Enum {
  std::string name;
  std::vector<Reserved> reserved;
  std::vector<Option> options;
  std::vector<EnumValue> values;
};

struct Message {
  std::string name;
  std::vector<Reserved> reserved;
  std::vector<Option> options;
  std::vector<Field> fields;  // groups too; those of oneofs are in there
  std::vector<Oneof> oneofs;
  std::vector<Extensions> extensions;
  std::vector<Extend> extends;
  std::vector<Message> messages;  // neither groups nor what stands behind a map
  std::vector<Enum> enums;
};

struct Rpc {
  std::string name;
  std::string request;
  std::string response;
  bool request_streams = false;
  bool response_streams = false;
  std::vector<Option> options;
};

struct Service {
  std::string name;
  std::vector<Option> options;
  std::vector<Rpc> rpcs;
};

struct File {
  std::optional<std::string> syntax;  // as written; absent means proto2
  std::string package;
  std::vector<std::string> imports;
  std::vector<std::string> public_imports;
  std::vector<std::string> weak_imports;
  std::vector<Option> options;
  std::vector<Message> messages;
  std::vector<Enum> enums;
  std::vector<Extend> extends;
  std::vector<Service> services;

  bool is_proto3() const { return syntax == "proto3"; }
};

// The highest number a field can have; ranges that end there are printed `to max`, as are an enum's that end at its
// own.
inline constexpr int64_t kFieldNumberMax = 536870911;

// double, int32 and so on: a type that needs no definition.
bool IsScalarType(std::string_view type);

// A message that a generator would have written for a map: `option map_entry = true`, a key = 1 and a value = 2.
bool IsMapEntry(const Message& message);

}  // namespace regent::protobuf
