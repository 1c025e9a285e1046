import json
import unittest

from tests.mutants.mutate import mutate

RULES = "tests/mutants/rules.json"


class MutateTest(unittest.TestCase):

    def test_every_rule_is_found_in_the_source_as_it_is(self):
        with open(RULES, encoding="utf-8") as file:
            rules = json.load(file)
        self.assertEqual(set(rules), {"fence_check", "repair", "id_high_water_mark", "read_back", "apply_wait"})
        for name, rule in rules.items():
            with open(rule["source"], encoding="utf-8") as file:
                source = file.read()
            mutated = mutate(name, source, rules)
            self.assertNotIn(rule["from"], mutated)
            self.assertIn(rule["to"], mutated)
            self.assertIn("regent-mutant:" + name, mutated)

    def test_a_rule_that_moved_is_noticed(self):
        rules = {"x": {"from": "a", "to": "b"}}
        with self.assertRaisesRegex(ValueError, "x: its text stands 0 times"):
            mutate("x", "nothing here", rules)
        with self.assertRaisesRegex(ValueError, "2 times"):
            mutate("x", "a a", rules)


if __name__ == "__main__":
    unittest.main()
