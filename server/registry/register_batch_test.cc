#include "server/registry/register_batch.h"

#include <gtest/gtest.h>

#include <future>

#include "base/error_reason.h"
#include "server/registry/testing/test_node.h"

namespace regent {
namespace {

class RegisterBatchTest : public ::testing::Test {
 protected:
  RegisterBatchTest() { node_.StartAsPrimary(); }

  std::vector<absl::StatusOr<WriteResult>> Run(std::vector<RegisterSchema> requests, CallContext context = {}) {
    std::promise<std::vector<absl::StatusOr<WriteResult>>> done;
    RegisterBatch(&node_.registry(), &pool_, context, std::move(requests),
                  [&](std::vector<absl::StatusOr<WriteResult>> results) { done.set_value(std::move(results)); });
    return done.get_future().get();
  }
  static RegisterSchema Request(const std::string& subject, const std::string& text,
                                std::vector<Reference> references = {}) {
    RegisterSchema request{.subject = Subject::Parse(subject)};
    request.content.text = text;
    request.content.references = std::move(references);
    return request;
  }

  TestNode node_{MemoryLogStorage::Create()};
  ThreadPool pool_{2};
};

TEST_F(RegisterBatchTest, AnswersEachInItsPlace) {
  const auto results = Run({Request("a", "x"), Request("b", "!"), Request("c", "y")});
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0]->registered->subject.name, "a");
  EXPECT_EQ(ReasonOf(results[1].status()), ErrorReason::kSchemaInvalid);
  EXPECT_EQ(results[2]->registered->subject.name, "c");
}

TEST_F(RegisterBatchTest, VersionsOfOneSubjectKeepTheirOrder) {
  std::vector<RegisterSchema> requests;
  std::string text;
  for (int i = 0; i < 200; ++i)
    requests.push_back(Request("s" + std::to_string(i % 3), text += "w" + std::to_string(i) + "? "));
  const auto results = Run(requests);
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(results[i].ok()) << results[i].status();
    EXPECT_EQ(results[i]->registered->version, Version(i / 3 + 1)) << i;
  }
}

TEST_F(RegisterBatchTest, WhatIsReferredToComesFirst) {
  const auto results = Run({Request("base", "x"), Request("user", "@n", {{"n", Subject::Parse("base"), Version(1)}}),
                            Request("top", "@m", {{"m", Subject::Parse("user"), Version(-1)}})});
  for (const auto& result : results) EXPECT_TRUE(result.ok()) << result.status();
}

TEST_F(RegisterBatchTest, FailedPredecessorStopsNobody) {
  const auto results =
      Run({Request("a", "!"), Request("a", "x"), Request("b", "@n", {{"n", Subject::Parse("none"), Version(1)}})});
  EXPECT_FALSE(results[0].ok());
  EXPECT_TRUE(results[1].ok()) << results[1].status();
  EXPECT_EQ(ReasonOf(results[2].status()), ErrorReason::kReferenceNotFound);
}

TEST_F(RegisterBatchTest, RepeatedBatchFindsWhatItDid) {
  const std::vector<RegisterSchema> requests = {Request("a", "x"), Request("b", "y")};
  const auto first = Run(requests, {.request_id = "r-1"});
  const auto again = Run(requests, {.request_id = "r-1"});
  EXPECT_EQ(first[1]->position, again[1]->position);
  EXPECT_TRUE(again[1]->changed) << "the first answer";
}

TEST_F(RegisterBatchTest, NothingIsDoneAtOnce) { EXPECT_TRUE(Run({}).empty()); }

}  // namespace
}  // namespace regent
