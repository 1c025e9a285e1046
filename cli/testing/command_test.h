// The fixture of a command's test: what the command asks of a registry is expected of a mock, and nothing else is
// called.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "cli/testing/run_words.h"
#include "client/mock_registry_connection.h"

namespace regent::cli {

class CommandTest : public ::testing::Test {
 protected:
  Outcome Run(const std::vector<std::string>& words) { return RunWords(words, {connection_, "", {}}); }

  std::shared_ptr<::testing::StrictMock<client::MockRegistryConnection>> connection_ =
      std::make_shared<::testing::StrictMock<client::MockRegistryConnection>>();
};

}  // namespace regent::cli
