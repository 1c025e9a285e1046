// The promises of log.h as tests that every log passes. A log's own test instantiates them:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, LogContractTest, testing::Values(LogFactory([] { return ...; })));
#pragma once

#include <functional>
#include <memory>

#include "gtest/gtest.h"
#include "store/log.h"

namespace regent {

// One physical log, empty when made.
class LogUnderTest {
 public:
  virtual ~LogUnderTest() = default;
  // A handle on it, or null with a test failure. An earlier handle was closed and destroyed.
  virtual std::unique_ptr<Log> Open() = 0;
  // From now on appends fail definitely, until Mend(). A handle is open.
  virtual void Break() = 0;
  virtual void Mend() = 0;
};
using LogFactory = std::function<std::unique_ptr<LogUnderTest>()>;

class LogContractTest : public testing::TestWithParam<LogFactory> {
 protected:
  void SetUp() override;

  std::unique_ptr<LogUnderTest> under_test_;
  std::unique_ptr<Log> log_;
};

}  // namespace regent
