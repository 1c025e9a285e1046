"""deps_repository: an external repository made of what `./dev setup` fetched into .deps beside WORKSPACE."""

def _impl(ctx):
    root = str(ctx.path(Label("@regent//:WORKSPACE")).dirname)
    source = root + "/.deps/" + ctx.attr.directory
    if not ctx.path(source).exists:
        fail("@%s needs %s: run %s/dev setup run" % (ctx.name, source, root))
    for entry in ctx.path(source).readdir():
        ctx.symlink(entry, entry.basename)
    ctx.file("BUILD", ctx.read(ctx.attr.build_file), executable = False)

deps_repository = repository_rule(
    implementation = _impl,
    attrs = {
        "build_file": attr.label(mandatory = True),
        "directory": attr.string(mandatory = True, doc = "the folder under .deps"),
    },
    local = True,
)
