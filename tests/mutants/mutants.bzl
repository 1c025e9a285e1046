"""A test binary in which one rule of rules.json is switched off."""

def mutant(name, source, srcs, deps, **kwargs):
    """Builds `srcs`, tests, against the source without the rule `name`. Run by ./dev mutate: it must fail.

    The mutated object stands before the library that holds the original, whose object is then not linked.

    Args:
      name: of the rule.
      source: the source file that is mutated.
      srcs: sources of the tests.
      deps: of the tests, and what the source needs.
      **kwargs: of cc_test.
    """
    native.genrule(
        name = name + "_source",
        srcs = [
            source,
            "rules.json",
        ],
        outs = [name + ".cc"],
        cmd = "$(execpath :mutate) %s $(execpath %s) $(execpath rules.json) >$@" % (name, source),
        tags = ["manual"],
        tools = [":mutate"],
    )
    native.cc_test(
        name = name,
        size = "medium",
        srcs = [name + ".cc"] + srcs,
        linkstatic = True,
        tags = ["manual"],
        deps = deps,
        **kwargs
    )
