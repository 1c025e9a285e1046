"""Every external repository. They are Debian packages, or what `./dev setup` put under .deps: Bazel downloads nothing."""

load("@bazel_tools//tools/build_defs/repo:utils.bzl", "maybe")
load("//third_party:debian.bzl", "debian_repository")
load("//third_party:deps.bzl", "deps_repository")
load("//third_party:librdkafka.bzl", "librdkafka_repository")

def regent_repositories():
    """Defines them; a workspace that depends on this one calls it too."""

    # Bazel would download these of its own.
    maybe(debian_repository, name = "bazel_skylib", package = "bazel-skylib", directory = "/usr/share/bazel/tools/skylib")
    maybe(debian_repository, name = "platforms", package = "bazel-platforms", directory = "/usr/share/bazel/tools/platforms")
    maybe(debian_repository, name = "rules_cc", package = "bazel-rules-cc", directory = "/usr/share/bazel/rules/cc", patches = ["@regent//third_party:rules_cc.patch"])
    maybe(debian_repository, name = "rules_java", package = "bazel-rules-java", directory = "/usr/share/bazel/rules/java")
    maybe(debian_repository, name = "rules_proto", package = "bazel-rules-proto", directory = "/usr/share/bazel/rules/proto")
    maybe(debian_repository, name = "remote_coverage_tools", package = "gcc", build_file = "@regent//third_party:coverage_tools.BUILD")

    maybe(
        debian_repository,
        name = "com_google_protobuf",
        package = "libprotobuf-dev libprotoc-dev protobuf-compiler",
        build_file = "@regent//third_party:protobuf.BUILD",
        libraries = {"protobuf": ["protobuf"]},
        links = {"protoc": "/usr/bin/protoc", "google": "/usr/include/google"},
    )
    maybe(
        debian_repository,
        name = "com_github_grpc_grpc",
        package = "libgrpc++-dev protobuf-compiler-grpc",
        build_file = "@regent//third_party:grpc.BUILD",
        files = {
            "bazel/BUILD": "@regent//third_party:empty.BUILD",
            "bazel/cc_grpc_library.bzl": "@regent//third_party:cc_grpc_library.bzl",
        },
        libraries = {"grpc++": ["grpc++", "grpc", "protobuf"]},
        links = {"grpc_cpp_plugin": "/usr/bin/grpc_cpp_plugin"},
    )
    maybe(debian_repository, name = "com_google_absl", package = "libabsl-dev", libraries = {
        "btree": ["absl_btree"],
        "flat_hash_map": ["absl_flat_hash_map"],
        "flat_hash_set": ["absl_flat_hash_set"],
        "inlined_vector": ["absl_inlined_vector"],
        "node_hash_map": ["absl_node_hash_map"],
        "span": ["absl_span"],
        "status": ["absl_status"],
        "statusor": ["absl_statusor"],
        "strings": ["absl_strings", "absl_str_format"],
        "time": ["absl_time"],
    })
    maybe(debian_repository, name = "com_google_googletest", package = "libgtest-dev libgmock-dev", libraries = {
        "gtest": ["gmock"],
        "gtest_main": ["gmock_main"],
    })
    maybe(debian_repository, name = "boost", package = "libboost-dev", libraries = {"asio": ["openssl"], "beast": []})
    maybe(debian_repository, name = "com_github_google_benchmark", package = "libbenchmark-dev", build_file = "@regent//third_party:benchmark.BUILD")
    maybe(debian_repository, name = "com_github_google_glog", package = "libgoogle-glog-dev", libraries = {"glog": ["libglog"]})
    maybe(debian_repository, name = "rapidjson", package = "rapidjson-dev", libraries = {"rapidjson": []})
    maybe(debian_repository, name = "re2", package = "libre2-dev", libraries = {"re2": ["re2"]})
    maybe(debian_repository, name = "openssl", package = "libssl-dev", libraries = {"crypto": ["libcrypto"], "ssl": ["openssl"]})
    maybe(debian_repository, name = "prometheus_cpp", package = "prometheus-cpp-dev", libraries = {"core": ["prometheus-cpp-core"]})
    maybe(debian_repository, name = "sqlite3", package = "libsqlite3-dev", libraries = {"sqlite3": ["sqlite3"]})
    maybe(debian_repository, name = "zlib", package = "zlib1g-dev", libraries = {"zlib": ["zlib"]})
    maybe(deps_repository, name = "com_google_googleapis", directory = "googleapis", build_file = "@regent//third_party:googleapis.BUILD")
    maybe(librdkafka_repository, name = "com_github_confluentinc_librdkafka", version = "2.15.1")
    maybe(deps_repository, name = "confluent_java_client", directory = "confluent-java-client-7.5.3", build_file = "@regent//third_party:confluent_client.BUILD")
    maybe(deps_repository, name = "confluent_node_client", directory = "confluent-node-client-1.10.1", build_file = "@regent//third_party:confluent_client.BUILD")
    maybe(deps_repository, name = "confluent_python_client", directory = "confluent-python-client-2.16.1", build_file = "@regent//third_party:confluent_client.BUILD")
    maybe(deps_repository, name = "kafka", directory = "kafka-4.1.0", build_file = "@regent//third_party:kafka.BUILD")
