#!/usr/bin/python3
"""Seeds for the fuzz targets, from the rooms' testdata.

make_seeds.py --pack FILE JSON...       one file, for the replay tests
make_seeds.py --directory DIR JSON...   DIR/TARGET/NUMBER, for libFuzzer
"""
import json
import os
import sys

SEPARATOR = "\x1e"
# Which members of a case hold a schema, and which pairs are compared.
TEXTS = ("in", "schema", "canonical", "normalized", "old", "new", "a", "b", "same_as")
PAIRS = (("new", "old"), ("a", "b"), ("in", "canonical"))
OWN = {
    "wire_format": [b"\0\0\0\0\7payload", b"\1" + bytes(range(16)), b"\0\0\0\0\7\4\2\0", b"\0\0\0\0\7\0", b"\3\0"],
    "page_token": [b"", b"AAAA", b"orders-value", b"\xff\xfe"],
    "reference_resolver": [b"\0\1\2\3", b"\x20\0\x21\x09\x42\x10\x11\x08", bytes(range(0, 256, 7)), b"\x20\x08" * 40],
    "properties": [b"a=b\n# c\nx : y\\\n  z\n", b"\xef\xbb\xbfkey\\u0041 value\r\n!n\n\\:=\\=", b"k=\xe9\n"],
    "config": [b"listeners=http://127.0.0.1:0\x1eregent.data.dir=x", b"schema.compatibility.level=full_transitive",
               b"kafkastore.connection.url=x", b"regent.grpc.listener=unix:x", b"kafkastore.timeout.ms=500\x1ehost.name=h"],
    # Pieces as they arrive; the separator of texts stands between them.
    "http_connection": [
        b"GET /subjects HTTP/1.1\r\nHost: h\r\n\r\nGET /config HTTP/1.1\r\nHost: h\r\n\r\n",
        b"POST /subjects/s/versions HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
        b"Content-Length: 21\r\n\r\n\x1e{\"schema\":\x1e\"\\\"int\\\"\"}",
        b"PUT /config HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n\x1e0\r\n\r\n",
        b"POST /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n\x1e{}",
        b"GET / HTTP/1.0\r\n\r\n", b"HEAD / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n",
        b"DELETE /subjects/s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nmore", b"\x16\x03\x01\x02\x00",
        b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 99999\r\n\r\n", b"G\x1eE\x1eT / HTTP/1.1\r\nHost: h\r\n\r\n",
        b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\nContent-Length: 27\r\n\r\n" +
        bytes.fromhex("1f8b08000000000000034b4cc4040050a0a8d907000000") + b"\0\0\0\0",
        b"GET /" + b"a" * 2000 + b" HTTP/1.1\r\nHost: h\r\n\r\n",
    ],
    "rest_request": [
        b'/subjects/a%2Fb/versions?normalize=true\x1e{"schema":"\\"int\\"","schemaType":"AVRO","references":[]}',
        b'/config/x?defaultToGlobal=true\x1e{"compatibility":"FULL"}',
        b'/mode\x1e{"mode":"IMPORT"}',
        b'http://host/schemas/ids/1?subject=%3A.c%3As\x1e{"schema":"{}","schemaType":"JSON","references":'
        b'[{"name":"n","subject":"s","version":-1}],"metadata":{"properties":{"a":"b"}},"ruleSet":{"domainRules":[]}}',
    ],
}


def text_of(value):
    return value if isinstance(value, str) else json.dumps(value)


def cases_in(value):
    """Every object somewhere in a document."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from cases_in(item)


def references_of(case):
    parts = []
    for reference in case.get("references", case.get("refs")) or []:
        if isinstance(reference, dict) and "name" in reference:
            parts += [reference["name"], text_of(reference.get("schema", reference.get("text", "")))]
        elif isinstance(reference, str):
            parts += ["r", reference]
    return parts


def seeds(paths):
    """(target, bytes) for every seed."""
    for target, inputs in OWN.items():
        for data in inputs:
            yield target, data
    for path in paths:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        document = json.loads(text)
        room = next((room for room in ("avro", "json_schema", "protobuf") if "/%s/" % room in path), None)
        for case in cases_in(document):
            if room is not None:
                for name in TEXTS:
                    if name in case and isinstance(case[name], (str, dict, bool)):
                        yield room + "_parser", SEPARATOR.join([text_of(case[name])] + references_of(case)).encode()
                for first, second in PAIRS:
                    if first in case and second in case:
                        pair = text_of(case[first]) + SEPARATOR + text_of(case[second])
                        yield room + "_comparison", pair.encode()
                if room != "protobuf":
                    yield "json_value", json.dumps(case).encode()
            elif "key" in case:
                parts = [text_of(case["key"])] + ([text_of(case["value"])] if case.get("value") else [])
                yield "record_codec", SEPARATOR.join(parts).encode()


def main(arguments):
    how, where, paths = arguments[0], arguments[1], sorted(arguments[2:])
    found = sorted({(target, data) for target, data in seeds(paths) if len(data) < 20000})
    if how == "--pack":
        with open(where, "wb") as out:
            for target, data in found:
                out.write(b"%s\n%d\n%s" % (target.encode(), len(data), data))
        return
    for number, (target, data) in enumerate(found):
        os.makedirs(os.path.join(where, target), exist_ok=True)
        with open(os.path.join(where, target, "seed-%d" % number), "wb") as out:
            out.write(data)


if __name__ == "__main__":
    main(sys.argv[1:])
