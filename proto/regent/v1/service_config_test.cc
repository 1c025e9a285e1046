// The service config is data that client libraries obey without a word: a misspelled method would silently not retry.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/support/validate_service_config.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "regent/v1/cluster.pb.h"
#include "regent/v1/schema_registry.pb.h"
#include "regent/v1/subject_admin.pb.h"
#include "regent/v1/watch.pb.h"

namespace regent {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

std::string Text() {
  std::ifstream file("proto/regent/v1/service_config.json");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Struct Config() {
  Struct config;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(Text(), &config).ok());
  return config;
}

// "service/method" for each method that an entry of `methodConfig` names.
std::multiset<std::string> NamesIn(const Struct& entry) {
  std::multiset<std::string> names;
  for (const Value& name : entry.fields().at("name").list_value().values()) {
    const auto& fields = name.struct_value().fields();
    names.insert(fields.at("service").string_value() + "/" + fields.at("method").string_value());
  }
  return names;
}

TEST(ServiceConfigTest, GrpcUnderstandsIt) { EXPECT_EQ(grpc::experimental::ValidateServiceConfigJSON(Text()), ""); }

TEST(ServiceConfigTest, NamesEveryMethodOnceAndNoOther) {
  std::multiset<std::string> expected;
  for (const auto* file : {v1::RegisterSchemaRequest::descriptor()->file(), v1::GetConfigRequest::descriptor()->file(),
                           v1::GetStatusRequest::descriptor()->file(), v1::WatchEvent::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        expected.insert(file->service(s)->full_name() + "/" + file->service(s)->method(m)->name());
      }
    }
  }
  std::multiset<std::string> named;
  const Struct config = Config();
  for (const Value& entry : config.fields().at("methodConfig").list_value().values()) {
    named.merge(NamesIn(entry.struct_value()));
  }
  EXPECT_EQ(named, expected);
}

// Repeated after it was done, a delete is an error; only the caller can tell that it is its own doing.
TEST(ServiceConfigTest, DeletesAreNotRetried) {
  const Struct config = Config();
  for (const Value& entry : config.fields().at("methodConfig").list_value().values()) {
    if (entry.struct_value().fields().count("retryPolicy") == 0) continue;
    for (const std::string& name : NamesIn(entry.struct_value())) {
      EXPECT_EQ(name.find("/Delete"), std::string::npos) << name;
    }
  }
}

}  // namespace
}  // namespace regent
