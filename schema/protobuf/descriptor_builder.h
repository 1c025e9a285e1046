// Real descriptors, built and judged by libprotobuf: what makes a new schema valid beyond its grammar.
#pragma once

#include <google/protobuf/compiler/parser.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <memory>

#include "absl/status/statusor.h"
#include "schema/protobuf/imports.h"

namespace regent::protobuf {

// One schema and its imports in a pool of their own, above a shared one that holds the bundled files. Not thread-safe
// while building.
class DescriptorSet {
 public:
  DescriptorSet();

  // In their order, children first. SCHEMA_INVALID naming the reference that is at fault.
  absl::Status AddImports(const ImportedFiles& imports);

  // `proto` has been cleaned (descriptor_cleaner.h). SCHEMA_INVALID with the element at fault and, when `locations`
  // (may be null) know it, its line and column. The descriptor lives as long as this.
  absl::StatusOr<const google::protobuf::FileDescriptor*> AddSchema(
      google::protobuf::FileDescriptorProto* proto, const google::protobuf::compiler::SourceLocationTable* locations);

  const google::protobuf::DescriptorPool& pool() const { return pool_; }

 private:
  google::protobuf::DescriptorPool pool_;
};

}  // namespace regent::protobuf
