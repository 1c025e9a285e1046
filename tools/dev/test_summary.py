#!/usr/bin/python3
"""Sums up what `bazel test` did: reads the files of --build_event_json_file and counts single test cases.

The last line printed is "N passed, N failed"; the exit code is 1 if anything failed. A target that was not built, timed
out or died outside a test case counts as one failure, and so does a case that was skipped: nothing here may be skipped.
"""
import argparse
import datetime
import json
import os
import subprocess
import sys
import urllib.parse
import xml.etree.ElementTree


class Suite:
    """The outcome of one Bazel run."""

    def __init__(self, name):
        self.name = name
        self.passed = 0
        self.failures = []  # what failed, one line each
        self.figures = []  # (target, line)
        self.retried = []  # targets that needed more than one attempt


def local_path(outputs, name):
    for output in outputs:
        if output.get("name") == name and output.get("uri", "").startswith("file://"):
            return urllib.parse.unquote(output["uri"][len("file://"):])
    return None


def count_cases(path):
    """The cases in a test.xml: how many passed, and the names of those that did not."""
    passed, failed = 0, []
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        name = ".".join(filter(None, [case.get("classname"), case.get("name")]))
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(name)
        elif case.find("skipped") is not None or case.get("result") == "skipped" or case.get("status") == "notrun":
            failed.append(name + " was skipped")
        else:
            passed += 1
    return passed, failed


def figures_in(path):
    with open(path, errors="replace") as log:
        return [line[len("FIGURE "):].rstrip("\n") for line in log if line.startswith("FIGURE ")]


def read_suite(path):
    suite = Suite(os.path.splitext(os.path.basename(path))[0])
    results, unbuilt, exit_code = {}, [], None
    with open(path) as events:
        for line in events:
            event = json.loads(line)
            identity = event["id"]
            if "testResult" in identity and "testResult" in event:
                # Of several attempts the last counts.
                result = identity["testResult"]
                if result.get("attempt", 1) > 1 and result["label"] not in suite.retried:
                    suite.retried.append(result["label"])
                results[result["label"], result.get("run"), result.get("shard")] = event["testResult"]
            elif "targetCompleted" in identity and not event.get("completed", {}).get("success"):
                unbuilt.append(identity["targetCompleted"]["label"])
            elif "finished" in event:
                exit_code = event["finished"].get("exitCode", {}).get("name", "SUCCESS")
    for (label, _, _), result in sorted(results.items(), key=lambda item: item[0][0]):
        outputs = result.get("testActionOutput", [])
        report = local_path(outputs, "test.xml")
        passed, failed = count_cases(report) if report and os.path.exists(report) else (0, [])
        if result.get("status") != "PASSED" and not failed:
            failed = [result.get("status", "NO STATUS")]
        elif not passed and not failed:
            failed = ["ran no test case"]
        suite.passed += passed
        suite.failures += ["%s %s" % (label, name) for name in failed]
        log = local_path(outputs, "test.log")
        if log and os.path.exists(log):
            suite.figures += [(label, figure) for figure in figures_in(log)]
    suite.failures += ["%s was not built" % label for label in sorted(set(unbuilt))]
    if exit_code not in ("SUCCESS", "TESTS_FAILED") and not suite.failures:
        suite.failures.append("bazel ended with %s" % (exit_code or "no result"))
    if not suite.passed and not suite.failures:
        suite.failures.append("no test ran")
    return suite


def write_figures(path, suites):
    """A record of the figures that tests printed, with the commit and the machine they were taken on."""
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], stdout=subprocess.PIPE, check=True).stdout.decode().strip()
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as out:
        out.write("# Figures printed by `./dev test --full`\n\n")
        out.write("%s, commit %s, %d cores.\n" % (datetime.date.today().isoformat(), commit, os.cpu_count()))
        for suite in suites:
            out.write("\n## %s: %d passed, %d failed\n\n" % (suite.name, suite.passed, len(suite.failures)))
            out.writelines("- `%s`: %s\n" % figure for figure in suite.figures)


def main():
    flags = argparse.ArgumentParser(description=__doc__)
    flags.add_argument("--figures", help="a file to write the lines to that tests began with FIGURE, which are printed in any case")
    flags.add_argument("events", nargs="*")
    args = flags.parse_args()

    suites = [read_suite(path) for path in args.events]
    if args.figures:
        write_figures(args.figures, suites)
    passed, failed = sum(s.passed for s in suites), sum(len(s.failures) for s in suites)
    for suite in suites:
        for target, figure in suite.figures:
            print("%-12s %s: %s" % (suite.name, target, figure))
    for suite in suites:
        for target in suite.retried:
            print("RETRIED %s: %s failed at its first attempt" % (suite.name, target))
    for suite in suites:
        for failure in suite.failures:
            print("FAILED  %s: %s" % (suite.name, failure))
    for suite in suites:
        print("%-12s %5d passed, %d failed" % (suite.name, suite.passed, len(suite.failures)))
    if not suites:
        print("nothing was tested")
        failed = 1
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
