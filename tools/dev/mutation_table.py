#!/usr/bin/env python3
"""Prints which tests failed in each mutant: mutation_table.py RULES LOGS. Fails when some mutant passed them all."""

import json
import os
import sys
import xml.etree.ElementTree


def red_tests(path):
    """The names of the test cases in a test.xml that failed; one that ended without saying which is named so."""
    red = []
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        if case.find("failure") is not None:
            red.append("%s.%s" % (case.get("classname"), case.get("name")))
        elif case.find("error") is not None:
            red.append("(ended without a result)")
    return red


def table(rules, logs):
    """Lines of the table, and the rules that nothing noticed."""
    lines, unnoticed = [], []
    for name in sorted(rules):
        path = os.path.join(logs, name, "test.xml")
        red = red_tests(path) if os.path.exists(path) else []
        named = [test for test in red if not test.startswith("(")]
        if not named:
            unnoticed.append(name)
        lines.append("%-20s %-80s %s" % (name, rules[name]["what"], ", ".join(red) or "NOTHING TURNED RED"))
    return lines, unnoticed


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        rules = json.load(file)
    lines, unnoticed = table(rules, sys.argv[2])
    print("%-20s %-80s %s" % ("rule off", "which says that", "tests that turned red"))
    print("\n".join(lines))
    if unnoticed:
        sys.exit("No named test notices that these are off: " + ", ".join(unnoticed))


if __name__ == "__main__":
    main()
