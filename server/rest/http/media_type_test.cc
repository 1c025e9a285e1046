#include "server/rest/http/media_type.h"

#include <gtest/gtest.h>

namespace regent {
namespace {

TEST(MediaTypeTest, RequestsMayBeJsonOfAnyOfItsNames) {
  for (const char* type : {"", "application/vnd.schemaregistry.v1+json", "application/vnd.schemaregistry+json",
                           "application/json", "Application/JSON; charset=utf-8", "application/octet-stream"}) {
    EXPECT_TRUE(IsAcceptedContentType(type)) << type;
  }
  for (const char* type : {"text/plain", "application/xml", "application/x-www-form-urlencoded", "*/*"}) {
    EXPECT_FALSE(IsAcceptedContentType(type)) << type;
  }
}

TEST(MediaTypeTest, AnswersAreWhatIsWantedMost) {
  EXPECT_EQ(NegotiateMediaType(""), kSchemaRegistryV1Json);
  EXPECT_EQ(NegotiateMediaType("*/*"), kSchemaRegistryV1Json);
  EXPECT_EQ(NegotiateMediaType("application/*"), kSchemaRegistryV1Json);
  EXPECT_EQ(NegotiateMediaType("application/json"), kJson);
  EXPECT_EQ(NegotiateMediaType("application/vnd.schemaregistry+json"), kSchemaRegistryJson);
  EXPECT_EQ(NegotiateMediaType("application/json, application/vnd.schemaregistry.v1+json"), kSchemaRegistryV1Json);
  EXPECT_EQ(NegotiateMediaType("application/vnd.schemaregistry.v1+json;q=0.2, application/json;q=0.9"), kJson);
  EXPECT_EQ(NegotiateMediaType("text/html, */*;q=0.1"), kSchemaRegistryV1Json);
  EXPECT_EQ(NegotiateMediaType("application/vnd.schemaregistry.v1+json;q=0, */*"), kSchemaRegistryJson);
}

TEST(MediaTypeTest, NothingFitsWhatIsNotServed) {
  EXPECT_EQ(NegotiateMediaType("text/html"), "");
  EXPECT_EQ(NegotiateMediaType("application/json;q=0"), "");
}

TEST(MediaTypeTest, GzipIsTakenWhereItIsNamed) {
  EXPECT_TRUE(AcceptsGzip("gzip"));
  EXPECT_TRUE(AcceptsGzip("deflate, gzip;q=0.5"));
  EXPECT_TRUE(AcceptsGzip("*"));
  EXPECT_FALSE(AcceptsGzip(""));
  EXPECT_FALSE(AcceptsGzip("identity"));
  EXPECT_FALSE(AcceptsGzip("gzip;q=0"));
  // What is said of gzip itself counts, wherever it stands.
  EXPECT_TRUE(AcceptsGzip("*;q=0, gzip"));
  EXPECT_FALSE(AcceptsGzip("*, gzip;q=0"));
}

}  // namespace
}  // namespace regent
