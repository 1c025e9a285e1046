#!/usr/bin/python3
"""What the last line of `./dev test` promises, on Bazel's event files made for it."""
import json
import os
import tempfile
import unittest

from tools.dev import test_summary

TWO_PASSED = '<testsuites><testsuite><testcase classname="A" name="B"/><testcase classname="A" name="C"/></testsuite></testsuites>'
ONE_FAILED = '<testsuites><testcase classname="A" name="B"><failure/></testcase><testcase name="C"/></testsuites>'
ONE_SKIPPED = '<testsuites><testcase classname="A" name="B" result="skipped"><skipped/></testcase></testsuites>'
ONE_DISABLED = '<testsuites><testcase classname="A" name="B" status="notrun"/></testsuites>'


class TestSummaryTest(unittest.TestCase):

    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.events = []
        self.finished("SUCCESS")

    def finished(self, name):
        self.events = [e for e in self.events if "finished" not in e]
        self.events.append({"id": {"buildFinished": {}}, "finished": {"exitCode": {"name": name}}})

    def write(self, name, text):
        path = os.path.join(self.directory.name, name)
        with open(path, "w") as out:
            out.write(text)
        return path

    def ran(self, label, report, status="PASSED", log="", attempt=1, shard=1):
        name = "%s.%d.%d" % (label.replace("/", "_"), shard, attempt)
        outputs = [{"name": "test.log", "uri": "file://" + self.write(name + ".log", log)}]
        if report is not None:
            outputs.append({"name": "test.xml", "uri": "file://" + self.write(name + ".xml", report)})
        self.events.append({
            "id": {"testResult": {"label": label, "run": 1, "shard": shard, "attempt": attempt}},
            "testResult": {"status": status, "testActionOutput": outputs},
        })

    def suite(self):
        return test_summary.read_suite(self.write("suite.json", "".join(json.dumps(e) + "\n" for e in self.events)))

    def test_counts_single_cases(self):
        self.ran("//a:x", TWO_PASSED)
        self.ran("//a:y", TWO_PASSED)
        self.assertEqual((self.suite().passed, self.suite().failures), (4, []))

    def test_names_the_case_that_failed(self):
        self.ran("//a:x", ONE_FAILED, status="FAILED")
        self.assertEqual((self.suite().passed, self.suite().failures), (1, ["//a:x A.B"]))

    def test_a_test_that_died_after_its_cases_passed_has_failed(self):
        self.ran("//a:x", TWO_PASSED, status="FAILED")
        self.assertEqual(self.suite().failures, ["//a:x FAILED"])

    def test_a_test_without_a_report_has_failed(self):
        self.ran("//a:x", None, status="TIMEOUT")
        self.assertEqual(self.suite().failures, ["//a:x TIMEOUT"])

    def test_a_skipped_or_disabled_case_has_failed(self):
        self.ran("//a:x", ONE_SKIPPED)
        self.ran("//a:y", ONE_DISABLED)
        self.assertEqual(self.suite().failures, ["//a:x A.B was skipped", "//a:y A.B was skipped"])

    def test_a_test_without_cases_has_failed(self):
        self.ran("//a:x", "<testsuites/>")
        self.assertEqual(self.suite().failures, ["//a:x ran no test case"])

    def test_of_several_attempts_the_last_counts(self):
        self.ran("//a:x", ONE_FAILED, status="FAILED", attempt=1)
        self.ran("//a:x", TWO_PASSED, attempt=2)
        self.ran("//a:y", TWO_PASSED)
        self.assertEqual((self.suite().passed, self.suite().failures), (4, []))
        self.assertEqual(self.suite().retried, ["//a:x"])

    def test_shards_add_up(self):
        self.ran("//a:x", TWO_PASSED, shard=1)
        self.ran("//a:x", TWO_PASSED, shard=2)
        self.assertEqual(self.suite().passed, 4)

    def test_a_target_that_was_not_built_has_failed(self):
        self.ran("//a:x", TWO_PASSED)
        self.events.append({"id": {"targetCompleted": {"label": "//a:y"}}, "completed": {}})
        self.finished("BUILD_FAILURE")
        self.assertEqual(self.suite().failures, ["//a:y was not built"])

    def test_a_workspace_that_does_not_load_has_failed(self):
        self.finished("PARSING_FAILURE")
        self.assertEqual(self.suite().failures, ["bazel ended with PARSING_FAILURE"])

    def test_no_test_at_all_is_a_failure(self):
        self.assertEqual(self.suite().failures, ["no test ran"])

    def test_collects_the_figures_that_tests_print(self):
        self.ran("//a:x", TWO_PASSED, log="noise\nFIGURE 1000 writes checked\n")
        self.assertEqual(self.suite().figures, [("//a:x", "1000 writes checked")])


if __name__ == "__main__":
    unittest.main()
