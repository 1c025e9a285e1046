// The rules of bazel/ in a workspace that is not ours: a nested Bazel builds bazel/examples/consumer, offline.
//
// In that build, Regent is a repository that holds the rules and third_party as they are, and in place of the targets
// //cli:regent and //cli:regent_check the programs that this build made: compiling them once more would take minutes
// and show nothing about the rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/child_process.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kToolsBuild[] = R"(package(default_visibility = ["//visibility:public"])
sh_binary(name = "regent", srcs = ["regent_as_built"])
sh_binary(name = "regent_check", srcs = ["regent_check_as_built"])
)";

void Write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// A consumer beside a Regent, and one Bazel server for all tests.
class BazelRulesTest : public ::testing::Test {
 protected:
  struct Result {
    int exit_code = -1;
    std::string output;
  };

  static void SetUpTestSuite() {
    root_ = NewDirectory("workspaces");
    const fs::path regent = root_ / "regent";
    Write(regent / "WORKSPACE", "workspace(name = \"regent\")\n");
    for (const char* folder : {"bazel", "third_party", "tools/coverage"}) {
      fs::create_directories((regent / folder).parent_path());
      fs::copy(Runfile(folder), regent / folder, fs::copy_options::recursive);
    }
    // It lies beside the rules in the source tree, which is where their runfiles lead to.
    const fs::path rules = fs::canonical(Runfile("bazel/defs.bzl")).parent_path();
    // Whoever tried it there has left Bazel's links in it.
    fs::copy(rules / "examples", regent / "bazel/examples",
             fs::copy_options::recursive | fs::copy_options::skip_symlinks);
    Write(regent / "cli/BUILD.bazel", kToolsBuild);
    for (const char* tool : {"regent", "regent_check"}) {
      fs::copy_file(Runfile(std::string("cli/") + tool), regent / "cli" / (std::string(tool) + "_as_built"));
    }
  }

  static void TearDownTestSuite() { Bazel({"shutdown"}); }

  static fs::path Consumer() { return root_ / "regent/bazel/examples/consumer"; }

  static Result Bazel(const std::vector<std::string>& words) {
    std::vector<std::string> all = {"/usr/bin/env",
                                    "-C",
                                    Consumer(),
                                    "HOME=" + (root_ / "home").string(),
                                    "bazel",
                                    "--nohome_rc",
                                    "--output_user_root=" + (root_ / "out").string(),
                                    "--host_jvm_args=-Xmx512m",
                                    "--max_idle_secs=60"};
    all.insert(all.end(), words.begin(), words.end());
    ChildProcess process(all);
    Result result;
    for (int minutes = 0; result.exit_code < 0 && minutes < 8; ++minutes) result.exit_code = process.Wait();
    result.output = process.output();
    return result;
  }

  // Without a network, whatever the test does.
  static Result Test(const std::string& targets) {
    return Bazel({"test", "--jobs=1", "--sandbox_default_allow_network=false", targets});
  }

  static inline fs::path root_;
};

TEST_F(BazelRulesTest, CompatibleChangesPass) {
  const Result result = Test("//...");
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("3 tests pass"));
}

TEST_F(BazelRulesTest, AnIncompatibleChangeFailsWithAReport) {
  const Result result = Test("//contracts:payments_incompatible_test");
  EXPECT_EQ(result.exit_code, 3) << result.output;
  EXPECT_THAT(result.output, AllOf(HasSubstr("Not compatible with payments-value at level BACKWARD."),
                                   HasSubstr("TYPE_MISMATCH at /fields/1/type"), HasSubstr("old: \"long\""),
                                   HasSubstr("new: \"string\""), HasSubstr("Instead: ")));
}

TEST_F(BazelRulesTest, PushRegistersAndLockWritesDownWhatThereIs) {
  NodeProcess node(NewDirectory("registry"));
  ASSERT_NE(node.address(), "") << node.output();
  const std::string server = "--server=" + node.address();
  const Result tried = Bazel({"run", "//contracts:push", "--", server, "--dry_run"});
  EXPECT_EQ(tried.exit_code, 0) << tried.output;
  EXPECT_THAT(tried.output, HasSubstr("Would register customers-value version 1"));
  EXPECT_FALSE(node.Client().GetLatest(Subject::Parse("customers-value")).ok());

  const Result pushed = Bazel({"run", "//contracts:push", "--", server});
  EXPECT_EQ(pushed.exit_code, 0) << pushed.output;
  const auto order = node.Client().GetLatest(Subject::Parse("orders-value"));
  ASSERT_TRUE(order.ok()) << order.status();
  EXPECT_EQ(order->stored->content.references.at(0).subject, Subject::Parse("money"));
  EXPECT_EQ(node.Client().GetLatest(Subject::Parse("shipments-value"))->stored->content.type, SchemaType::kProtobuf);

  const fs::path lock = Consumer() / "contracts/schemas.lock.json";
  EXPECT_THAT(Read(lock), Not(HasSubstr("nickname")));
  const Result locked = Bazel({"run", "//contracts:lock", "--", server});
  EXPECT_EQ(locked.exit_code, 0) << locked.output;
  EXPECT_THAT(Read(lock), AllOf(HasSubstr("nickname"), HasSubstr("orders-value"), HasSubstr("addresses")));
  const Result again = Test("//...");
  EXPECT_EQ(again.exit_code, 0) << again.output;
}

}  // namespace
}  // namespace regent::testing
