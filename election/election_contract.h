// What every election that can elect promises. A backend's test instantiates it with a factory.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "election/election.h"

namespace regent {

struct ElectionContractParam {
  std::string name;
  // An election in which this node alone takes part.
  std::function<std::unique_ptr<Election>()> make;
  // Brings the election about, where somebody has to; may be empty.
  std::function<void(Election*)> elect;
};

class ElectionContractTest : public ::testing::TestWithParam<ElectionContractParam> {};

}  // namespace regent
