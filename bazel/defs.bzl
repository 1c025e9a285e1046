"""Schemas in a monorepo: described beside the code that uses them, checked by `bazel test`, offline.

    load("@regent//bazel:defs.bzl", "schema_compatibility_test", "schema_lock", "schema_push", "schema_subject")

    schema_subject(
        name = "orders",
        subject = "orders-value",
        schema = "order.avsc",
        references = {":money": "com.example.Money"},
    )

    schema_compatibility_test(
        name = "orders_compatibility_test",
        lock = "schemas.lock.json",
        subject = ":orders",
    )

    schema_lock(name = "lock", lock = "schemas.lock.json", subjects = [":orders"])  # bazel run :lock -- --server HOST:PORT
    schema_push(name = "push", subjects = [":orders"])  # bazel run :push -- --server HOST:PORT --dry_run
"""

SchemaSubjectInfo = provider(
    doc = "A subject and all that its schema refers to.",
    fields = {
        "entries": "depset of JSON objects, one for each subject, children first",
        "files": "depset of the schemas",
        "import_name": "what a .proto calls this one: its import path; empty for other formats",
        "manifest": "the file that tells the tools",
        "subject": "its name at the registry",
    },
)

_LEVELS = ["", "NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE"]
_TYPES = {"avsc": "AVRO", "json": "JSON", "proto": "PROTOBUF"}

def _import_path(source, root):
    return source.path[len(root) + 1:] if root not in ["", "."] and source.path.startswith(root + "/") else source.path

def _source_of(ctx):
    """The one file of the schema, and its import path if it is a .proto."""
    target = ctx.attr.schema
    if ProtoInfo in target:
        sources = target[ProtoInfo].direct_sources
        if len(sources) != 1:
            fail("%s has %d sources; a subject has one: make it a proto_library of its own" % (target.label, len(sources)))
        return sources[0], _import_path(sources[0], target[ProtoInfo].proto_source_root)
    files = target.files.to_list()
    if len(files) != 1:
        fail("%s is %d files; a subject has one schema" % (target.label, len(files)))
    return files[0], (files[0].short_path if files[0].extension == "proto" else "")

def _schema_subject_impl(ctx):
    source, import_path = _source_of(ctx)
    schema_type = ctx.attr.schema_type or _TYPES.get(source.extension, "")
    if not schema_type:
        fail("cannot tell the format of %s by its ending: set schema_type" % source.short_path)
    references = []
    for target, name in ctx.attr.references.items():
        info = target[SchemaSubjectInfo]
        name = name or info.import_name
        if not name:
            fail("how does the schema call %s? Name it in references" % target.label)
        references.append({"name": name, "subject": info.subject})
    subject = ctx.attr.subject or ctx.label.name
    infos = [target[SchemaSubjectInfo] for target in ctx.attr.references]
    entries = depset(
        [json.encode({
            "subject": subject,
            "type": schema_type,
            "file": source.short_path,
            "level": ctx.attr.level,
            "policy": ctx.attr.policy,
            "references": references,
        })],
        transitive = [info.entries for info in infos],
        order = "postorder",
    )
    manifest = ctx.actions.declare_file(ctx.label.name + ".subject.json")
    ctx.actions.write(manifest, '{"subjects":[\n%s\n]}\n' % ",\n".join(entries.to_list()))
    files = depset([source], transitive = [info.files for info in infos])
    return [
        DefaultInfo(files = depset([manifest]), runfiles = ctx.runfiles([manifest], transitive_files = files)),
        SchemaSubjectInfo(
            subject = subject,
            import_name = import_path,
            manifest = manifest,
            entries = entries,
            files = files,
        ),
    ]

schema_subject = rule(
    implementation = _schema_subject_impl,
    doc = "One subject of a registry: the schema that is to be its next version.",
    attrs = {
        "level": attr.string(values = _LEVELS, doc = "The compatibility level it is held to here. Empty: the registry's, as the lock file has it."),
        "policy": attr.string(values = ["", "STRICT", "LENIENT", "LOGICAL"], doc = "LENIENT: JSON Schema is judged less strictly. LOGICAL: the tables that schemas become are judged, too. Empty: as the registry does."),
        "references": attr.label_keyed_string_dict(providers = [SchemaSubjectInfo], doc = "Other schema_subjects that the schema uses, and what it calls them: an Avro full name, a `$ref`, an import. Empty: the import path of the other one's .proto."),
        "schema": attr.label(mandatory = True, allow_files = True, doc = "A file (.avsc, .json, .proto), or a proto_library with one source."),
        "schema_type": attr.string(values = ["", "AVRO", "JSON", "PROTOBUF"], doc = "Where the ending does not tell."),
        "subject": attr.string(doc = "Its name at the registry, with its context if it has one (:.context:name). Empty: the rule's name."),
    },
    provides = [SchemaSubjectInfo],
)

def _quoted(word):
    return "'" + word.replace("'", "'\\''") + "'"

def _script(ctx, tool, words, infos, files = [], before = ""):
    """An executable that runs `tool` with `words` in its runfiles."""
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(
        script,
        "#!/usr/bin/env bash\nset -euo pipefail\n%sexec %s %s \"$@\"\n" % (before, _quoted(tool[DefaultInfo].files_to_run.executable.short_path), " ".join(words)),
        is_executable = True,
    )
    runfiles = ctx.runfiles(
        files + [info.manifest for info in infos],
        transitive_files = depset(transitive = [info.files for info in infos]),
    )
    return [DefaultInfo(executable = script, runfiles = runfiles.merge(tool[DefaultInfo].default_runfiles))]

def _schema_compatibility_test_impl(ctx):
    info = ctx.attr.subject[SchemaSubjectInfo]
    words = ["--manifest", _quoted(info.manifest.short_path), "--lock", _quoted(ctx.file.lock.short_path)]
    return _script(ctx, ctx.attr._checker, words, [info], files = [ctx.file.lock])

schema_compatibility_test = rule(
    implementation = _schema_compatibility_test_impl,
    doc = "Fails with a report when the subject's schema is not compatible with what the lock file remembers. Needs no network.",
    attrs = {
        "lock": attr.label(mandatory = True, allow_single_file = True, doc = "What schema_lock wrote."),
        "subject": attr.label(mandatory = True, providers = [SchemaSubjectInfo], doc = "The schema_subject."),
        "_checker": attr.label(default = Label("//cli:regent_check"), executable = True, cfg = "target"),
    },
    test = True,
)

def _manifests(infos):
    words = []
    for info in infos:
        words += ["--manifest", _quoted(info.manifest.short_path)]
    return words

def _server(ctx):
    return ["--server", _quoted(ctx.attr.server)] if ctx.attr.server else []

_IN_WORKSPACE = """if [[ -z "${BUILD_WORKSPACE_DIRECTORY:-}" ]]; then
  echo "start this with bazel run: it writes into the workspace" >&2
  exit 2
fi
"""

def _schema_lock_impl(ctx):
    infos = [target[SchemaSubjectInfo] for target in ctx.attr.subjects]
    path = "/".join([part for part in [ctx.label.package, ctx.attr.lock] if part])
    words = ["lock", "--lock", '"$BUILD_WORKSPACE_DIRECTORY"/' + _quoted(path)] + _manifests(infos) + _server(ctx)
    return _script(ctx, ctx.attr._regent, words, infos, before = _IN_WORKSPACE)

_REMOTE_ATTRS = {
    "server": attr.string(doc = "HOST:PORT of the registry. Empty: --server when it is run, or $REGENT_SERVER."),
    "subjects": attr.label_list(mandatory = True, allow_empty = False, providers = [SchemaSubjectInfo], doc = "The schema_subjects; what they refer to comes along."),
    "_regent": attr.label(default = Label("//cli:regent"), executable = True, cfg = "target"),
}

_schema_lock = rule(
    implementation = _schema_lock_impl,
    attrs = dict(_REMOTE_ATTRS, lock = attr.string(mandatory = True, doc = "The lock file, in the package of this rule.")),
    executable = True,
)

def _schema_push_impl(ctx):
    infos = [target[SchemaSubjectInfo] for target in ctx.attr.subjects]
    return _script(ctx, ctx.attr._regent, ["push"] + _manifests(infos) + _server(ctx), infos)

_schema_push = rule(
    implementation = _schema_push_impl,
    attrs = _REMOTE_ATTRS,
    executable = True,
)

# Both are started by name. A wildcard passes them by, so that `bazel test //...` does not compile a registry's client.

def schema_lock(name, lock, subjects, server = "", tags = [], **kwargs):
    """`bazel run` writes the lock file anew from a registry.

    Args:
      name: of the target.
      lock: the lock file, in the package of this rule; it need not exist yet.
      subjects: the schema_subjects; what they refer to comes along.
      server: HOST:PORT of the registry. Empty: --server when it is run, or $REGENT_SERVER.
      tags: as for every target.
      **kwargs: as for every target.
    """
    _schema_lock(name = name, lock = lock, subjects = subjects, server = server, tags = tags + ["manual"], **kwargs)

def schema_push(name, subjects, server = "", tags = [], **kwargs):
    """`bazel run` registers the subjects, each after what it refers to; `-- --dry_run` only asks.

    Args:
      name: of the target.
      subjects: the schema_subjects; what they refer to comes along.
      server: HOST:PORT of the registry. Empty: --server when it is run, or $REGENT_SERVER.
      tags: as for every target.
      **kwargs: as for every target.
    """
    _schema_push(name = name, subjects = subjects, server = server, tags = tags + ["manual"], **kwargs)
