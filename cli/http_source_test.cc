#include "cli/http_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "base/error_reason.h"
#include "cli/testing/scripted_web.h"

namespace regent::cli {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

HttpSource SourceOf(const std::string& url, HttpSourceOptions options = {}) {
  return HttpSource(*ParseHttpUrl(url), std::move(options));
}

TEST(HttpSourceTest, ReadsTheAddress) {
  const auto url = ParseHttpUrl("https://me:secret@[::1]:8443/registry/");
  ASSERT_TRUE(url.ok()) << url.status();
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, "8443");
  EXPECT_EQ(url->path, "/registry");
  EXPECT_EQ(url->user, "me:secret");
  EXPECT_EQ(ParseHttpUrl("http://registry")->port, "80");
  EXPECT_EQ(ParseHttpUrl("http://me%40home:a%3ab%2F@x")->user, "me@home:a:b/");
  for (const char* wrong : {"", "http://me:%4@x", "http://me:%zz@x", "registry:8081", "ftp://x", "http://",
                            "http://x:", "http://x:y", "http://x?a=b"}) {
    EXPECT_EQ(ReasonOf(ParseHttpUrl(wrong).status()), ErrorReason::kRequestInvalid) << wrong;
  }
}

TEST(HttpSourceTest, AddressThatIsNoneIsShownWithoutItsPassword) {
  const std::string message(ParseHttpUrl("http://me:secret@x:port").status().message());
  EXPECT_THAT(message, HasSubstr("x:port"));
  EXPECT_EQ(message.find("secret"), std::string::npos) << message;
}

TEST(HttpSourceTest, EscapesWhatHasAMeaningInAnAddress) {
  EXPECT_EQ(EscapeForUrl(":.eu:a/b c%\xC3\xA4-_.~"), "%3A.eu%3Aa%2Fb%20c%25%C3%A4-_.~");
}

TEST(HttpSourceTest, KeepsTheConnectionAndTellsTheStatus) {
  ScriptedWeb web([](const std::string& target, const std::string&) {
    return target == "/base/x" ? ScriptedWeb::Reply(200, "[1]") : ScriptedWeb::Reply(404, "none");
  });
  HttpSource source = SourceOf(web.url() + "/base");
  const auto answer = source.Get("/x");
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "[1]");
  EXPECT_EQ(source.Get("/y")->status, 404);
  EXPECT_EQ(web.connections(), 1);
}

TEST(HttpSourceTest, SaysWhoItIs) {
  std::string seen;
  ScriptedWeb web([&](const std::string&, const std::string& head) {
    seen = head;
    return ScriptedWeb::Reply(200, "");
  });
  std::string url = web.url();
  url.insert(url.find("//") + 2, "me:secret@");
  ASSERT_TRUE(SourceOf(url).Get("/").ok());
  EXPECT_THAT(seen, HasSubstr("Authorization: Basic bWU6c2VjcmV0"));
}

TEST(HttpSourceTest, ConnectionThatWasClosedMeanwhileIsOpenedAnew) {
  std::atomic<int> asked{0};
  ScriptedWeb web([&](const std::string&, const std::string&) {
    return ++asked == 2 ? std::string() : ScriptedWeb::Reply(200, "x");
  });
  HttpSource source = SourceOf(web.url());
  EXPECT_TRUE(source.Get("/").ok());
  EXPECT_TRUE(source.Get("/").ok());
  EXPECT_EQ(web.connections(), 2);
}

TEST(HttpSourceTest, AnswerThatIsTooLargeOrTooLateOrNoneIsAnErrorThatNamesTheServer) {
  ScriptedWeb web([&](const std::string& target, const std::string&) {
    if (target == "/large") return ScriptedWeb::Reply(200, std::string(2000, 'x'));
    if (target == "/late") return std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    return std::string();
  });
  for (const char* target : {"/large", "/late", "/none"}) {
    HttpSource source = SourceOf(web.url(), {.timeout = milliseconds(300), .answer_bytes_max = 1000});
    const absl::Status status = source.Get(target).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(std::string(status.message()), HasSubstr("127.0.0.1:"));
    EXPECT_THAT(std::string(status.message()), HasSubstr(target));
  }
}

TEST(HttpSourceTest, TlsWithSomeoneWhoSpeaksNoneFails) {
  ScriptedWeb web([](const std::string&, const std::string&) { return ScriptedWeb::Reply(200, ""); });
  HttpSource source =
      SourceOf("https" + web.url().substr(4), {.ca_file = "no/such/file", .timeout = milliseconds(300)});
  EXPECT_THAT(std::string(source.Get("/").status().message()), HasSubstr("no/such/file"));
}

}  // namespace
}  // namespace regent::cli
