"""Which room may depend on which: docs/architecture.md as a table.

A rule names a room or a single target, and what it may see: rooms ("base" means every package under //base), or single
targets ("store:log"). A target stands under the rule that fits it most closely. A room always sees itself. What has no
row here may depend on nothing, and nothing may depend on it, so a new room starts with a new row.
"""

EVERYTHING = ["base", "bazel", "benchmarks", "cli", "client", "election", "proto", "schema", "server", "store", "tests", "third_party", "tools"]

# Shipped code.
MAY_SEE = {
    "proto": [],
    "base": [],
    # Siblings: none sees another. Above all, store never sees schema: records hold text that the fold never parses.
    "schema": ["base"],
    "store": ["base"],
    "election": ["base"],
    # The domain sees interfaces, never a concrete log, election or format.
    "server/registry": [
        "base",
        "election:election",
        "schema:compatibility",
        "schema:format",
        "schema:reserved_fields",
        "store:association_record",
        "store:claim_tracker",
        "store:log",
        "store:record",
        "store:record_codec",
        "store:reopening_log",
        "store:replayer",
        "store:state",
        "store:state_dump",
        "store:subject_view",
    ],
    # The doors see the domain, and never what stands behind it.
    "server/convert": ["base", "proto", "server/registry"],
    "server/grpc": ["base", "proto", "server/convert", "server/registry"],
    "server/forward": ["base", "proto", "server/convert", "server/registry"],
    "server/rest": ["base", "server/convert:position", "server/registry"],
    # The only place that names concrete classes.
    "server/main": ["base", "election", "proto", "schema", "server", "store"],
    # Clients never see the server; of the command line, `serve` alone does. What looks at a log or a Kafka itself, where no
    # node runs, sees the store and nothing above it.
    "client": ["base", "proto"],
    "cli": ["base", "client", "proto", "schema"],
    "cli:serve_command": ["base", "server/main"],
    # A monorepo's checks link neither client nor server.
    "cli:regent_check": ["base", "schema"],
    "cli:offline_check": ["base", "schema"],
    "cli:log_location": ["base", "store"],
    "cli:log_dump_command": ["base", "store"],
    "cli:log_verify_command": ["base", "store"],
    "cli:log_copy_command": ["base", "store"],
    "cli:doctor_command": ["base", "store"],
    "bazel": ["cli"],
    "third_party": ["tools"],
    "tools": [],
    # They see everything; nothing sees them.
    "tests": EVERYTHING,
    "benchmarks": EVERYTHING,
}

# What tests beside the code (testonly targets) may see as well: real or in-memory twins of what the code sees as an interface.
TESTS_MAY_SEE = {
    "server/registry": ["election", "schema", "store"],
    "server/grpc": ["client", "election", "schema", "store"],
    "server/forward": ["election", "schema", "server/grpc", "store"],
    "server/rest": ["election", "schema", "store"],
    "cli": ["server/main", "store"],
}

# External libraries that few may touch; all others are free to all.
ONLY_FROM = {
    # One door each to logging, JSON and SQLite, so that each can be replaced in one place. Records are decoded by the
    # million and need no number text, hence a JSON reader of their own.
    "com_github_google_glog": ["base"],
    "rapidjson": ["base", "store:record_json"],
    "sqlite3": ["store"],
    # Owners and settings are base's; the log and the election speak to the brokers.
    "com_github_confluentinc_librdkafka": ["base", "store/kafka", "election/kafka", "benchmarks", "tests"],
    # HTTP and metrics are the REST door's matter; an import asks another registry over it.
    "boost": ["server/rest/http", "cli:http_source", "benchmarks", "tests"],
    "prometheus_cpp": ["server/rest"],
    # The concurrent core is tested under the thread sanitizer, which does not understand gRPC.
    "com_github_grpc_grpc": ["proto", "server/grpc", "server/forward", "server/main", "client", "cli", "tests", "benchmarks"],
}

# Their headers lie in /usr/include, where a source finds them without any dependency: what an #include begins with.
HEADERS_OF = {
    "boost/": "boost",
    "glog/": "com_github_google_glog",
    "grpc/": "com_github_grpc_grpc",
    "grpc++/": "com_github_grpc_grpc",
    "grpcpp/": "com_github_grpc_grpc",
    "librdkafka/": "com_github_confluentinc_librdkafka",
    "prometheus/": "prometheus_cpp",
    "rapidjson/": "rapidjson",
    "sqlite3": "sqlite3",
    "tools/cpp/runfiles/": "bazel_tools",
}
