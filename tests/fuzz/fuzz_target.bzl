"""fuzz_target: one parser under bytes that nobody meant."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")

def fuzz_target(name, deps):
    """NAME is the libFuzzer binary (see ./dev fuzz); NAME_replay_test runs seeds and found inputs in every ./dev test.

    Args:
      name: of the target and, with .cc, of its source.
      deps: of the source.
    """
    cc_library(
        name = name + "_library",
        testonly = True,
        srcs = [name + ".cc"],
        alwayslink = True,
        deps = deps + [":fuzz_input"],
    )
    cc_binary(
        name = name,
        testonly = True,
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],
        deps = [":" + name + "_library"],
    )
    cc_test(
        name = name + "_replay_test",
        args = [name, "$(location :seeds)"] + ["$(location %s)" % found for found in native.glob(["corpus/%s/*" % name])],
        data = [":seeds"] + native.glob(["corpus/%s/*" % name]),
        deps = [
            ":" + name + "_library",
            ":replay_main",
        ],
    )
