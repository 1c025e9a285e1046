#include "tests/support/kafka_node.h"

#include <gtest/gtest.h>

#include "base/model.h"

namespace regent::testing {

std::vector<std::string> OnKafka(const KafkaCluster& kafka, const std::string& topic,
                                 const std::vector<std::string>& more) {
  std::vector<std::string> settings = {"kafkastore.bootstrap.servers=" + kafka.servers(), "kafkastore.topic=" + topic,
                                       "schema.registry.group.id=" + topic};
  settings.insert(settings.end(), more.begin(), more.end());
  return settings;
}

std::string Listing(const client::RegistryClient& client) {
  std::vector<Subject> subjects;
  const absl::Status listed =
      client.ForEachSubject({.deleted = client::Deleted::kInclude}, [&](const Subject& subject) {
        subjects.push_back(subject);
        return true;
      });
  EXPECT_TRUE(listed.ok()) << listed;
  std::string listing;
  for (const Subject& subject : subjects) {
    const auto versions = client.ListVersions({.subject = subject, .deleted = client::Deleted::kInclude});
    EXPECT_TRUE(versions.ok()) << versions.status();
    if (!versions.ok()) return "";
    for (const client::VersionSummary& summary : *versions) {
      const auto version = client.GetVersion(client::GetSchemaVersionRequest{
          .subject = subject, .version = summary.version, .deleted = client::Deleted::kInclude});
      EXPECT_TRUE(version.ok()) << version.status();
      if (!version.ok()) return "";
      listing += subject.Qualified() + " v" + std::to_string(summary.version.value()) + " id " +
                 std::to_string(version->stored->id.value()) + " " +
                 std::string(SchemaTypeName(version->stored->content.type)) + (version->deleted ? " deleted " : " ") +
                 version->stored->content.text + "\n";
    }
  }
  return listing;
}

}  // namespace regent::testing
