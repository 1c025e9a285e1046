#include "election/solo/solo_election.h"

#include "election/election_contract.h"

namespace regent {
namespace {

INSTANTIATE_TEST_SUITE_P(Solo, ElectionContractTest,
                         ::testing::Values(ElectionContractParam{
                             "solo", [] { return std::make_unique<SoloElection>(); }, nullptr}));

}  // namespace
}  // namespace regent
