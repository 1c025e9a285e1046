// Hostile and broken requests, each with what may come of it: see bad/. Whatever comes, the node goes on.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json_value.h"
#include "server/rest/http/gzip.h"
#include "tests/rest/http_call.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

constexpr int64_t kGrowthMaxKilobytes = 200 << 10;

std::string FileText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> CaseFiles() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(Runfile("tests/rest/bad"))) {
    const std::string path = entry.path().string();
    if (path.size() > 9 && path.substr(path.size() - 9) == ".req.json") files.push_back(path);
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string WithRun(std::string text) {
  constexpr std::string_view kRun = "{run}";
  for (size_t at; (at = text.find(kRun)) != std::string::npos;) text.replace(at, kRun.size(), "test");
  return text;
}

int64_t ResidentKilobytes(pid_t process) {
  std::istringstream status(FileText("/proc/" + std::to_string(process) + "/status"));
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) return std::atoll(line.c_str() + 6);
  }
  return 0;
}

HttpCall CallOf(const JsonValue& request, const std::string& folder) {
  HttpCall call;
  call.method = request.Find("method")->string_value();
  call.path = WithRun(request.Find("path")->string_value());
  if (const JsonValue* headers = request.Find("headers")) {
    for (const auto& [name, value] : headers->members()) call.headers.emplace_back(name, value.string_value());
  } else {
    call.headers.emplace_back("Content-Type", "application/vnd.schemaregistry.v1+json");
  }
  if (const JsonValue* body = request.Find("body")) call.body = body->string_value();
  if (const JsonValue* file = request.Find("body_file")) {
    const std::string& name = file->string_value();
    call.body = FileText(folder + "/" + name);
    if (name.substr(name.size() - 3) == ".gz") call.body = *Inflate(call.body, 100 << 20);
  }
  return call;
}

bool Allows(const JsonValue* list, int64_t number) {
  if (list == nullptr) return true;
  return std::any_of(list->items().begin(), list->items().end(),
                     [number](const JsonValue& item) { return item.ToInt64() == number; });
}

void CheckAnswer(const HttpAnswer& answer, const JsonValue& expect) {
  EXPECT_TRUE(Allows(expect.Find("status"), answer.status)) << answer.status << " " << answer.body.substr(0, 500);
  if (answer.status < 400) return;
  const auto error = JsonValue::Parse(answer.body);
  ASSERT_TRUE(error.ok()) << answer.body;
  const JsonValue* message = error->Find("message");
  ASSERT_NE(message, nullptr) << answer.body;
  EXPECT_GT(message->string_value().size(), 10u) << "it must name what was wrong: " << answer.body;
  EXPECT_LT(message->string_value().size(), 20000u);
  const auto code = error->Find("error_code")->ToInt64();
  EXPECT_TRUE(code && Allows(expect.Find("code"), *code)) << answer.body;
}

TEST(BadInputTest, EachIsAnsweredAsItSaysAndTheNodeGoesOn) {
  NodeProcess node(NewDirectory("bad"));
  ASSERT_NE(node.rest_url(), "") << node.output();
  const std::vector<std::string> files = CaseFiles();
  ASSERT_EQ(files.size(), 88u);
  int64_t slowest_ms = 0;
  int64_t most_growth = 0;
  for (const std::string& path : files) {
    SCOPED_TRACE(path.substr(path.rfind('/') + 1));
    const auto request = JsonValue::Parse(FileText(path));
    ASSERT_TRUE(request.ok()) << request.status();
    const std::string folder = path.substr(0, path.rfind('/'));
    if (const JsonValue* setup = request->Find("setup")) {
      for (const JsonValue& before : setup->items()) Send(node.rest_url(), CallOf(before, folder));
    }
    const JsonValue& expect = *request->Find("expect");
    const int64_t resident = ResidentKilobytes(node.id());
    const auto begun = std::chrono::steady_clock::now();
    CheckAnswer(Send(node.rest_url(), CallOf(*request, folder)), expect);
    const auto took = std::chrono::steady_clock::now() - begun;
    EXPECT_LE(took, std::chrono::seconds(*expect.Find("max_seconds")->ToInt64()));
    const int64_t growth = ResidentKilobytes(node.id()) - resident;
    EXPECT_LT(growth, kGrowthMaxKilobytes);
    ASSERT_EQ(Send(node.rest_url(), {.path = "/subjects"}).status, 200)
        << "the node did not survive it: " << node.output();
    slowest_ms =
        std::max(slowest_ms, static_cast<int64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
    most_growth = std::max(most_growth, growth);
  }
  std::cout << "FIGURE bad inputs over REST: " << files.size() << ", slowest " << slowest_ms << " ms, most memory "
            << most_growth / 1024 << " MB" << std::endl;
}

}  // namespace
}  // namespace regent::testing
