"""Takes one rule out of a source file, for a test-only binary: mutate.py NAME SOURCE RULES > MUTATED.

RULES says for each rule which texts of the source are replaced, and by what. Each text must be there exactly once: a rule
that moved makes this fail, and with it the build.
"""

import json
import sys


def mutate(name, source, rules):
    """The source without the rule, marked so that a binary that contains it can be told."""
    rule = rules[name]
    for old, new in [(rule["from"], rule["to"])] + rule.get("and", []):
        if source.count(old) != 1:
            raise ValueError("%s: its text stands %d times in the source: %s" % (name, source.count(old), old))
        source = source.replace(old, new)
    mark = 'extern "C" __attribute__((used, visibility("default"))) const char regent_mutant[] = "regent-mutant:%s";\n'
    return source + mark % name


def main():
    name, source, rules = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        text = file.read()
    with open(rules, encoding="utf-8") as file:
        sys.stdout.write(mutate(name, text, json.load(file)))


if __name__ == "__main__":
    main()
