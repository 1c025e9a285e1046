// Makes a parsed FileDescriptorProto fit for a DescriptorPool: takes out what protoc would not have let in but other
// registries store, and what cannot be understood without files that are not there.
#pragma once

#include <google/protobuf/descriptor.pb.h>

#include <cstdint>

#include "absl/status/status.h"
#include "schema/protobuf/source_scan.h"
#include "schema/protobuf/symbols.h"

namespace regent::protobuf {

// Of the schema itself: drops repeated imports, empty oneofs, and options in parentheses whose extension is not among
// `symbols`; moves the zero of a proto3 enum to its front. `proto` keeps its source_code_info.
void CleanSchema(const SourceScan& scan, const SymbolTable& symbols, google::protobuf::FileDescriptorProto* proto);

// Of a reference: drops all options but those that decide what is valid, and source_code_info.
void CleanReference(const SourceScan& scan, google::protobuf::FileDescriptorProto* proto);

// How much more a pool needs for a file than its text suggests.
struct PoolCost {
  int64_t full_name_bytes = 0;  // names within scopes repeat the scope's, and the pool holds each
  int64_t range_pairs = 0;      // it compares every range with every other and with every field
  // Of a name that is used in a scope: looked up at each level, each time by the whole name that it would have there.
  int64_t lookup_bytes = 0;

  PoolCost& operator+=(const PoolCost& other);
};
PoolCost MeasurePoolCost(const google::protobuf::FileDescriptorProto& proto);

// SCHEMA_TOO_COMPLEX when it is far more. Of a schema with all it imports.
absl::Status CheckPoolCost(const PoolCost& cost);

}  // namespace regent::protobuf
