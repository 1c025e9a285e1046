"""Writes the C++ source that holds the bundled .proto files: embed_protos.py OUTPUT FILE..."""

import sys

_HEAD = """#include "schema/protobuf/bundled_files.h"

namespace regent::protobuf {

const std::vector<BundledFile>& BundledFiles() {
  static const auto* files = new std::vector<BundledFile>{
"""

_TAIL = """  };
  return *files;
}

}  // namespace regent::protobuf
"""


def name_of(path):
    """What an import statement calls the file."""
    for root in ("/bundled/", "/com_google_protobuf/", "/include/"):
        if root in path:
            return path[path.rindex(root) + len(root):]
    sys.exit("embed_protos.py: %s lies in no known folder" % path)


def main(output, *paths):
    with open(output, "w", encoding="utf-8") as source:
        source.write(_HEAD)
        for path in sorted(paths, key=name_of):
            with open(path, encoding="utf-8") as file:
                source.write('      {"%s", R"bundled(%s)bundled"},\n' % (name_of(path), file.read()))
        source.write(_TAIL)


if __name__ == "__main__":
    main(*sys.argv[1:])
