#!/usr/bin/python3
"""Fails if the tree holds what may not be committed, and names the line and the reason."""
import ipaddress
import re
import subprocess
import sys

CODE = r"\.(cc|h|py|sh|bzl|proto)$|(^|/)BUILD(\.bazel)?$|^dev$"
TESTS = r"(_test\.(cc|py|sh)$)|^tests/"
ANY = r"."
DATA = r"(^|/)(testdata|evidence|bundled)/"  # what others wrote, or what a run printed

# Hosts that a file may name. An address of a package registry is none: builds take packages from where the machine says.
HOSTS = {"example.com", "example.org", "www.apache.org", "json-schema.org"}

# (files, what they may not hold, why)
RULES = [
    (CODE, re.compile(r"\b(TODO|FIXME|XXX|HACK)\b"), "finish it, or open an issue"),
    (r"\.(cc|h)$", re.compile(r"std::regex|<regex>"), "std::regex recurses on input from outside: use RE2"),
    (r"\.(cc|h)$", re.compile(r"std::(recursive_)?mutex\s+\w+;|std::lock_guard|absl::Mutex"), "use base/mutex.h"),
    (TESTS, re.compile(r"GTEST_SKIP|\bDISABLED_|unittest\.skip|pytest\.skip"), "a test that does not run promises nothing"),
    (TESTS, re.compile(r"sleep_for|sleep_until|\busleep\(|SleepFor|time\.sleep\("), "wait for the event, not for time to pass"),
    (ANY, re.compile(r"(^|[\s\"'=(`])/(root|home|work|Users)/"), "a path of one machine"),
    (ANY, re.compile(r"https?://(?P<host>[A-Za-z0-9.-]+)"), "a host that tools/dev/forbidden.py does not list"),
]
MUTEX_HOME = "base/mutex.h"
ITSELF = ("tools/dev/forbidden.py", "tools/dev/forbidden_test.py")


def may_be_named(host):
    host = host.lower().rstrip(".")
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host in HOSTS or "." not in host or host.endswith(".example")


def complaints(path, text):
    """What is wrong with one file, as (line number, what was found, why)."""
    if path in ITSELF or re.search(DATA, path):
        return
    for files, pattern, why in RULES:
        if not re.search(files, path) or (why == "use base/mutex.h" and path == MUTEX_HOME):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            for found in pattern.finditer(line):
                if "host" in pattern.groupindex and may_be_named(found["host"]):
                    continue
                yield number, found.group().strip(), why


def main():
    listing = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                             stdout=subprocess.PIPE, check=True).stdout.decode()
    bad = 0
    for path in filter(None, listing.split("\0")):
        try:
            with open(path, encoding="utf-8") as source:
                text = source.read()
        except (FileNotFoundError, IsADirectoryError, UnicodeDecodeError):
            continue  # removed but not yet committed, a link to a folder, or not text
        for number, found, why in complaints(path, text):
            print("%s:%d: %s: %s" % (path, number, found, why))
            bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
