#include "election/testing/hand_driven_election.h"

#include "election/election_contract.h"

namespace regent {
namespace {

INSTANTIATE_TEST_SUITE_P(HandDriven, ElectionContractTest,
                         ::testing::Values(ElectionContractParam{
                             "hand", [] { return std::make_unique<HandDrivenElection>(); },
                             [](Election* election) { static_cast<HandDrivenElection*>(election)->Elect(); }}));

}  // namespace
}  // namespace regent
