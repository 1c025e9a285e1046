#!/usr/bin/python3
"""What the layering check promises, on graphs made for it."""
import os
import tempfile
import unittest

from tools.layering import layering

GRAPH = """<query version="2">
  <rule class="cc_library" name="//store:log"><rule-input name="//store:log.h"/><rule-input name="//base:ids"/></rule>
  <rule class="cc_library" name="//store:memory_log"><boolean name="testonly" value="true"/><rule-input name="//store:log"/></rule>
  <rule class="cc_test" name="//server/registry:local_registry_test">
    <rule-input name="//server/registry:local_registry_test.cc"/><rule-input name="//store:memory_log"/>
  </rule>
  <rule class="cc_library" name="//store:state"><rule-input name="//store:state.cc"/>%s</rule>
</query>
"""


def targets(extra=""):
    with tempfile.NamedTemporaryFile("w", suffix=".xml", delete=False) as graph:
        graph.write(GRAPH % extra)
    try:
        return list(layering.read_graph(graph.name))
    finally:
        os.unlink(graph.name)


class LayeringTest(unittest.TestCase):

    def refuses(self, label, seen, testonly=False):
        self.assertIsNotNone(layering.complaint(label, seen, testonly), "%s -> %s" % (label, seen))

    def allows(self, label, seen, testonly=False):
        self.assertIsNone(layering.complaint(label, seen, testonly), "%s -> %s" % (label, seen))

    def test_a_graph_that_points_down_is_clean(self):
        self.assertEqual(list(layering.bad_dependencies(targets())), [])

    def test_names_the_dependency_and_the_rule(self):
        bad = list(layering.bad_dependencies(targets('<rule-input name="//schema/avro:parser"/>')))
        self.assertEqual(bad, ["//store:state depends on //schema/avro:parser, but store may only depend on base"])

    def test_the_top_sees_nothing(self):
        self.refuses("//base:ids", "//store:log")
        self.refuses("//proto/regent/v1:regent_proto", "//base:ids")

    def test_siblings_do_not_see_each_other(self):
        for one, other in [("schema", "store"), ("store", "schema"), ("store", "election"), ("election", "store")]:
            self.refuses("//%s:x" % one, "//%s:x" % other)
            self.refuses("//%s/deeper:x" % one, "//%s/deeper:x" % other, testonly=True)

    def test_a_room_sees_itself_and_base(self):
        self.allows("//schema/avro:parser", "//schema:format")
        self.allows("//schema/avro:parser", "//base:json_value")

    def test_the_domain_sees_interfaces_only(self):
        self.allows("//server/registry:local_registry", "//store:log")
        self.refuses("//server/registry:local_registry", "//store/sqlite:sqlite_log")
        self.refuses("//server/registry:local_registry", "//schema/avro:format")
        self.refuses("//server/registry:local_registry", "//proto/regent/v1:regent_cc_proto")

    def test_tests_of_the_domain_see_real_logs(self):
        self.allows("//server/registry:local_registry_test", "//store/sqlite:sqlite_log", testonly=True)

    def test_a_name_that_only_begins_alike_is_another_room(self):
        self.refuses("//server/registry:x", "//basement:x")
        self.refuses("//server/registry:x", "//store:log_to_disk")

    def test_doors_do_not_see_behind_the_domain_nor_each_other(self):
        self.refuses("//server/grpc:service", "//store:log")
        self.refuses("//server/rest:service", "//server/grpc:service")
        self.refuses("//server/registry:x", "//server/grpc:service")

    def test_the_client_never_sees_the_server(self):
        self.refuses("//client:client", "//server/convert:convert")
        self.refuses("//client:client", "//server/registry:registry", testonly=True)

    def test_only_serve_sees_the_server(self):
        self.allows("//cli:serve_command", "//server/main:node")
        self.allows("//cli:regent", "//cli:serve_command")
        self.refuses("//cli:register", "//server/main:node")
        self.refuses("//cli:serve_command", "//server/registry:registry")

    def test_nothing_sees_tests_and_benchmarks(self):
        self.refuses("//store:log_test", "//tests:node", testonly=True)
        self.refuses("//server/main:node", "//benchmarks:load")
        self.allows("//tests:kill_test", "//server/main:node", testonly=True)

    def test_documents_belong_to_all(self):
        self.allows("//base:config_page_test", "//:docs/configuration.md", testonly=True)

    def test_an_unknown_room_is_refused(self):
        self.refuses("//cellar:x", "//base:ids")

    def test_the_core_links_no_grpc_and_logs_through_base(self):
        self.refuses("//store:state", "@com_github_grpc_grpc//:grpc++")
        self.allows("//server/grpc:service", "@com_github_grpc_grpc//:grpc++")
        self.refuses("//store:state", "@com_github_google_glog//:glog")
        self.allows("//store:state", "@com_google_absl//:status")

    def test_an_include_counts_as_a_dependency(self):
        sources = {"store/state.cc": '#include "schema/format.h"\n#include <vector>\n'}
        self.assertEqual(list(layering.bad_includes(targets(), sources)),
                         ["store/state.cc includes schema/format.h, but store may only depend on base"])

    def test_a_system_header_is_seen_without_a_dependency(self):
        sources = {"store/state.cc": '#include <grpcpp/grpcpp.h>\n#include "absl/status/status.h"\n'}
        bad = list(layering.bad_includes(targets(), sources))
        self.assertEqual(len(bad), 1)
        self.assertIn("store/state.cc includes grpcpp/grpcpp.h, but @com_github_grpc_grpc is only for", bad[0])

    def test_includes_of_tests_follow_the_rules_for_tests(self):
        path = "server/registry/local_registry_test.cc"
        sources = {path: '#include "store/memory/memory_log.h"\n'}
        self.assertEqual(list(layering.bad_includes(targets(), sources)), [])
        sources["server/registry/local_registry.cc"] = sources.pop(path)
        self.assertEqual(len(list(layering.bad_includes(targets(), sources))), 1)


if __name__ == "__main__":
    unittest.main()
