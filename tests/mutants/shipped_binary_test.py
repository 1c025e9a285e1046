"""The program that is shipped has no rule to switch off: no mutant is linked into it."""

import sys
import unittest

MARK = b"regent-mutant:"
SHIPPED, MUTANT = sys.argv[1:3]


class ShippedBinaryTest(unittest.TestCase):

    def test_shipped_program_contains_no_mutant(self):
        with open(SHIPPED, "rb") as file:
            self.assertNotIn(MARK, file.read())

    def test_a_mutant_would_be_seen(self):
        with open(MUTANT, "rb") as file:
            self.assertIn(MARK + b"fence_check", file.read())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
