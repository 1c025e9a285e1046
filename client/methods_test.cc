#include "client/methods.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "base/json_value.h"

namespace regent::client {
namespace {

// Each method that service_config.json names, and whether it may be retried.
std::map<std::string, bool> RetriedByServiceConfig() {
  std::ifstream file("proto/regent/v1/service_config.json");
  std::ostringstream text;
  text << file.rdbuf();
  const auto config = JsonValue::Parse(text.str());
  EXPECT_TRUE(config.ok()) << config.status();
  std::map<std::string, bool> retried;
  for (const JsonValue& entry : config->Find("methodConfig")->items()) {
    for (const JsonValue& name : entry.Find("name")->items()) {
      retried[std::string(name.Find("service")->string_value()) + "/" +
              std::string(name.Find("method")->string_value())] = entry.Find("retryPolicy") != nullptr;
    }
  }
  return retried;
}

TEST(MethodsTest, TableIsInTheOrderOfTheEnum) {
  for (size_t i = 0; i < MethodTable().size(); ++i) EXPECT_EQ(static_cast<size_t>(MethodTable()[i].method), i);
}

TEST(MethodsTest, OnlyWhatTheServiceConfigCallsSafeIsRepeated) {
  const std::map<std::string, bool> retried = RetriedByServiceConfig();
  for (const MethodRow& row : MethodTable()) {
    const auto found = retried.find(std::string(row.service) + "/" + std::string(row.name));
    ASSERT_NE(found, retried.end()) << row.name;
    EXPECT_EQ(found->second, row.kind != CallKind::kWrite) << row.name;
  }
}

}  // namespace
}  // namespace regent::client
