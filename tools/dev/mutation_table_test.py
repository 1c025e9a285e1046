import os
import tempfile
import unittest

from tools.dev.mutation_table import table

RULES = {"fence": {"what": "fences"}, "repair": {"what": "repairs"}, "wait": {"what": "waits"}}


class MutationTableTest(unittest.TestCase):

    def setUp(self):
        self.logs = tempfile.TemporaryDirectory()
        self.addCleanup(self.logs.cleanup)

    def write(self, name, cases):
        os.mkdir(os.path.join(self.logs.name, name))
        with open(os.path.join(self.logs.name, name, "test.xml"), "w", encoding="utf-8") as file:
            file.write("<testsuites><testsuite>%s</testsuite></testsuites>" % cases)

    def test_red_tests_are_named_and_unnoticed_rules_too(self):
        self.write("fence", '<testcase classname="A" name="Red"><failure/></testcase><testcase classname="A" name="Green"/>')
        self.write("repair", '<testcase classname="A" name="Green"/>')
        lines, unnoticed = table(RULES, self.logs.name)
        self.assertIn("A.Red", lines[0])
        self.assertNotIn("A.Green", lines[0])
        self.assertIn("NOTHING TURNED RED", lines[1])
        self.assertEqual(unnoticed, ["repair", "wait"])

    def test_one_that_crashed_or_hung_named_no_test(self):
        self.write("fence", '<testcase classname="x" name="x"><error/></testcase>')
        _, unnoticed = table(RULES, self.logs.name)
        self.assertIn("fence", unnoticed)


if __name__ == "__main__":
    unittest.main()
