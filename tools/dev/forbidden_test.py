#!/usr/bin/python3
"""What may not be committed."""
import unittest

from tools.dev import forbidden


def found_in(path, text):
    return [(number, found) for number, found, _ in forbidden.complaints(path, text)]


class ForbiddenTest(unittest.TestCase):

    def test_names_the_line(self):
        self.assertEqual(found_in("base/x.cc", "int a;\nint b;  // TODO: name it\n"), [(2, "TODO")])

    def test_prose_may_speak_of_what_is_to_do(self):
        self.assertEqual(found_in("CONTRIBUTING.md", "No TODO stays in the code.\n"), [])

    def test_regular_expressions_are_re2(self):
        self.assertEqual(found_in("schema/x.cc", "std::regex r(text);"), [(1, "std::regex")])

    def test_tests_do_not_skip(self):
        self.assertEqual(found_in("base/x_test.cc", "GTEST_SKIP();"), [(1, "GTEST_SKIP")])
        self.assertEqual(found_in("tests/x.cc", "TEST(A, DISABLED_B) {}"), [(1, "DISABLED_")])

    def test_tests_do_not_sleep_but_code_may(self):
        self.assertEqual(found_in("base/x_test.cc", "std::this_thread::sleep_for(x);"), [(1, "sleep_for")])
        self.assertEqual(found_in("base/clock.cc", "std::this_thread::sleep_for(x);"), [])

    def test_no_path_of_one_machine(self):
        self.assertEqual(found_in("docs/x.md", "run /home/me/regent"), [(1, "/home/")])
        self.assertEqual(found_in("docs/x.md", "see docs/home/x.md and ~/work/y"), [])

    def test_only_listed_hosts(self):
        self.assertEqual(found_in("README.md", "https://packages.invalid/x"), [(1, "https://packages.invalid")])
        self.assertEqual(found_in("README.md", "http://127.0.0.1:8081 http://10.0.0.1 https://json-schema.org/draft"), [])
        self.assertEqual(found_in("README.md", "http://8.8.8.8/"), [(1, "http://8.8.8.8")])

    def test_data_of_others_is_left_alone(self):
        self.assertEqual(found_in("schema/testdata/x.avsc", "https://packages.invalid/x"), [])

    def test_locks_come_from_base(self):
        self.assertEqual(found_in("store/x.h", "std::mutex mutex_;"), [(1, "std::mutex mutex_;")])
        self.assertEqual(found_in("base/mutex.h", "std::mutex mutex_;"), [])


if __name__ == "__main__":
    unittest.main()
