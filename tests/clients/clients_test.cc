// Confluent's own clients, unmodified, against a node: what applications do with them, in the applications' languages.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>
#include <vector>

#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

// Where a file of an external repository really lies.
std::string FolderOf(const std::string& runfile) {
  char* path = realpath(Runfile("../" + runfile).c_str(), nullptr);
  if (path == nullptr) return "";
  std::string folder(path);
  free(path);
  return folder.substr(0, folder.rfind('/'));
}

// Runs a program that gets the registry's URL as its last argument, and gives what it said if it failed.
void Succeeds(std::vector<std::string> arguments) {
  NodeProcess node(NewDirectory("clients"));
  ASSERT_NE(node.rest_url(), "") << node.output();
  arguments.insert(arguments.begin(), "/usr/bin/env");
  arguments.push_back(node.rest_url());
  ChildProcess program(arguments);
  EXPECT_EQ(program.Wait(), 0) << program.output();
}

TEST(ClientsTest, Python) {
  Succeeds({"PYTHONPATH=" + FolderOf("confluent_python_client/typing_extensions.py"), "PYTHONDONTWRITEBYTECODE=1",
            "/usr/bin/python3", "-W", "ignore", Runfile("tests/clients/python/client_test.py")});
}

TEST(ClientsTest, JavaScript) {
  Succeeds({"NODE_PATH=" + FolderOf("confluent_node_client/package.json") + "/node_modules", "node",
            Runfile("tests/clients/node/client_test.js")});
}

TEST(ClientsTest, Java) {
  // Compiled by the virtual machine itself, in memory.
  Succeeds({"java", "-XX:TieredStopAtLevel=1", "-cp", FolderOf("confluent_java_client/slf4j-api-1.7.36.jar") + "/*",
            Runfile("tests/clients/java/ClientTest.java")});
}

}  // namespace
}  // namespace regent::testing
