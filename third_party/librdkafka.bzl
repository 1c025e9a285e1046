"""librdkafka_repository: the machine's own librdkafka where it is new enough, else the one that `./dev setup` built under .deps."""

# Below 2.10 a consumer misses that its log was cut off, and one call blocks for most of a minute (docs/decisions).
OLDEST = "2.10.0"

_BUILD = """
package(default_visibility = ["//visibility:public"])

cc_library(
    name = "rdkafka",
    {source}
    linkopts = {linkopts},
)
"""

def _impl(ctx):
    if not ctx.execute(["pkg-config", "--atleast-version=" + OLDEST, "rdkafka"]).return_code:
        libs = ctx.execute(["pkg-config", "--libs", "rdkafka"]).stdout.strip().split(" ")
        ctx.file("BUILD", _BUILD.format(source = "", linkopts = libs), executable = False)
        return
    regent = ctx.path(Label("@regent//:WORKSPACE")).dirname
    root = "%s/.deps/librdkafka-%s" % (regent, ctx.attr.version)
    if not ctx.path(root).exists:
        fail("@%s needs %s: run %s/dev setup run" % (ctx.name, root, regent))
    for entry in ["include", "lib"]:
        ctx.symlink(root + "/" + entry, entry)
    source = 'srcs = ["lib/librdkafka.a"],\n    hdrs = glob(["include/librdkafka/*.h"]),\n    includes = ["include"],'
    libs = ["-lssl", "-lcrypto", "-lz", "-lzstd", "-lm", "-ldl", "-lpthread", "-lrt"]
    ctx.file("BUILD", _BUILD.format(source = source, linkopts = libs), executable = False)

librdkafka_repository = repository_rule(
    implementation = _impl,
    attrs = {"version": attr.string(mandatory = True, doc = "of the folder under .deps")},
    local = True,
)
