#include "cli/subjects_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "cli/testing/run_words.h"
#include "client/mock_registry_connection.h"

namespace regent::cli {
namespace {

using client::ListSubjectsRequest;
using client::MockRegistryConnection;
using client::SubjectPage;
using ::testing::DoAll;
using ::testing::HasSubstr;
using ::testing::Return;
using ::testing::SaveArg;
using ::testing::StrictMock;

class SubjectsCommandTest : public ::testing::Test {
 protected:
  ListSubjectsRequest RequestOf(std::vector<std::string> words) {
    ListSubjectsRequest request;
    EXPECT_CALL(*connection_, ListSubjects).WillOnce(DoAll(SaveArg<1>(&request), Return(SubjectPage())));
    EXPECT_EQ(RunWords(words, {connection_, "", {}}).code, ExitCode::kOk);
    return request;
  }

  std::shared_ptr<StrictMock<MockRegistryConnection>> connection_ =
      std::make_shared<StrictMock<MockRegistryConnection>>();
};

TEST_F(SubjectsCommandTest, ListsAllPages) {
  const SubjectPage first{{Subject(".", "a"), Subject(".", "b\x1b[2J")}, "next"};
  const SubjectPage second{{Subject(".eu", "c")}, ""};
  ListSubjectsRequest asked;
  EXPECT_CALL(*connection_, ListSubjects)
      .WillOnce(Return(first))
      .WillOnce(DoAll(SaveArg<1>(&asked), Return(second)))
      .WillOnce(Return(first))
      .WillOnce(Return(second));
  EXPECT_EQ(RunWords({"subjects"}, {connection_, "", {}}).out, "a\nb\\x1b[2J\n:.eu:c\n");
  EXPECT_EQ(asked.page_token, "next");
  EXPECT_EQ(RunWords({"subjects", "--output=json"}, {connection_, "", {}}).out, R"(["a","b\u001B[2J",":.eu:c"])"
                                                                                "\n");
}

TEST_F(SubjectsCommandTest, ListsAllContextsWithoutAPrefix) {
  const ListSubjectsRequest request = RequestOf({"subjects"});
  EXPECT_EQ(request.context, "*");
  EXPECT_EQ(request.prefix, "");
  EXPECT_EQ(request.deleted, client::Deleted::kExclude);
}

TEST_F(SubjectsCommandTest, TakesThePrefixAsThatOfTheLinePrinted) {
  EXPECT_EQ(RequestOf({"subjects", "--prefix=ord"}).context, ".");
  EXPECT_EQ(RequestOf({"subjects", "--prefix=ord"}).prefix, "ord");
  EXPECT_EQ(RequestOf({"subjects", "--prefix=:.eu:ord"}).context, ".eu");
  EXPECT_EQ(RequestOf({"subjects", "--prefix=:.eu:ord"}).prefix, "ord");
  EXPECT_EQ(RequestOf({"subjects", "--prefix=:*:ord"}).context, "*");
  EXPECT_EQ(RequestOf({"subjects", "--prefix=:*:ord"}).prefix, "ord");
}

TEST_F(SubjectsCommandTest, ListsDeletedOnesWhenTold) {
  EXPECT_EQ(RequestOf({"subjects", "--deleted"}).deleted, client::Deleted::kInclude);
}

TEST_F(SubjectsCommandTest, PrintsAnEmptyArrayWhenThereAreNone) {
  EXPECT_CALL(*connection_, ListSubjects).WillOnce(Return(SubjectPage()));
  EXPECT_EQ(RunWords({"subjects", "--output=json"}, {connection_, "", {}}).out, "[]\n");
}

TEST_F(SubjectsCommandTest, GivesUpOnAServerThatAnswersInCircles) {
  EXPECT_CALL(*connection_, ListSubjects).WillRepeatedly(Return(SubjectPage{{}, "again"}));
  const Outcome outcome = RunWords({"subjects"}, {connection_, "", {}});
  EXPECT_EQ(outcome.code, ExitCode::kNo);
  EXPECT_THAT(outcome.error, HasSubstr("INTERNAL"));
}

}  // namespace
}  // namespace regent::cli
