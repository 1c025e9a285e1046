#!/usr/bin/python3
"""Fails if a dependency between rooms points against tools/layering/rules.py, and names it and the rule.

Reads the whole build graph, as `bazel query --output=xml //...` prints it, and the #include lines of the sources: a header
can be reached through somebody else's dependency, without one of its own.
"""
import argparse
import collections
import os
import re
import sys
import xml.etree.ElementTree

import rules

Target = collections.namedtuple("Target", "label testonly inputs")

INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]', re.MULTILINE)


def matches(label, pattern):
    """Whether a label such as //store/sqlite:log lies in a room ("store") or is a single target ("store:log")."""
    package, _, name = label[2:].partition(":")
    if ":" in pattern:
        return pattern == "%s:%s" % (package, name)
    return package == pattern or package.startswith(pattern + "/")


def row_for(label):
    """The row of MAY_SEE that fits a label most closely, or None."""
    return max((row for row in rules.MAY_SEE if matches(label, row)), key=lambda row: (":" in row, len(row)), default=None)


def complaint(label, seen, testonly):
    """The rule that forbids the target `label` to depend on `seen`, or None if it may."""
    if seen.startswith("@"):
        repository = seen[1:].partition("//")[0]
        rooms = rules.ONLY_FROM.get(repository)
        if rooms is None or testonly or any(matches(label, room) for room in rooms):
            return None
        return "@%s is only for %s" % (repository, ", ".join(rooms))
    if seen.startswith("//:"):
        return None  # documents and settings of the whole project: no code
    row, seen_row = row_for(label), row_for(seen)
    if row is None:
        return "the room has no row in tools/layering/rules.py"
    room = row.partition(":")[0]
    if seen_row and seen_row.partition(":")[0] == room:
        return None
    allowed = rules.MAY_SEE[row] + (rules.TESTS_MAY_SEE.get(room, []) if testonly else [])
    if any(matches(seen, pattern) for pattern in allowed):
        return None
    return "%s may only depend on %s" % (row, ", ".join(allowed) or "nothing")


def read_graph(path):
    for rule in xml.etree.ElementTree.parse(path).getroot().iter("rule"):
        testonly = any(b.get("name") == "testonly" and b.get("value") == "true" for b in rule.findall("boolean"))
        inputs = [i.get("name") for i in rule.findall("rule-input")]
        yield Target(rule.get("name"), testonly or rule.get("class").endswith("_test"), inputs)


def bad_dependencies(targets):
    for target in targets:
        for seen in target.inputs:
            why = complaint(target.label, seen, target.testonly)
            if why:
                yield "%s depends on %s, but %s" % (target.label, seen, why)


def label_of(path):
    """The target that by our naming a source belongs to: store/log.cc and store/log.h to //store:log."""
    directory, name = os.path.split(path)
    return "//%s:%s" % (directory, name.partition(".")[0])


def seen_by_including(included, sources):
    """The label that an #include depends on, or None for a system header."""
    for start, repository in rules.HEADERS_OF.items():
        if included.startswith(start):
            return "@%s//:headers" % repository
    if included in sources or included.partition("/")[0] in {row.partition(":")[0].partition("/")[0] for row in rules.MAY_SEE}:
        return label_of(included)
    return None


def bad_includes(targets, sources):
    """The same rules over #include lines; `sources` maps a path to its text."""
    owners = collections.defaultdict(list)
    for target in targets:
        for source in target.inputs:
            owners[source.replace("//:", "//").replace(":", "/")].append(target)
    for path, text in sources.items():
        owned_by = owners.get("//" + path, [])
        testonly = bool(owned_by) and all(owner.testonly for owner in owned_by)
        for included in INCLUDE.findall(text):
            seen = seen_by_including(included, sources)
            why = seen and complaint(label_of(path), seen, testonly)
            if why:
                yield "%s includes %s, but %s" % (path, included, why)


def main():
    flags = argparse.ArgumentParser(description=__doc__)
    flags.add_argument("--graph", required=True, help="output of `bazel query --noimplicit_deps --output=xml //...`")
    flags.add_argument("--sources", help="a file that lists C++ sources, one path a line")
    args = flags.parse_args()
    targets = list(read_graph(args.graph))
    sources = {}
    if args.sources:
        with open(args.sources) as listing:
            for path in listing.read().split():
                with open(path) as source:
                    sources[path] = source.read()
    bad = sorted(set(bad_dependencies(targets)) | set(bad_includes(targets, sources)))
    for line in bad:
        print(line)
    print("%d targets, %d dependencies, %d sources: %d point the wrong way" %
          (len(targets), sum(len(t.inputs) for t in targets), len(sources), len(bad)))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
