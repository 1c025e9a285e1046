#!/usr/bin/env python3
"""A member of a group of protocol type `sr`, as Confluent Schema Registry and Karapace join one: sr_member.py HOST:PORT GROUP.

Speaks Kafka's wire protocol itself, with one broker. Prints "joined GENERATION" and stays, with heartbeats, until it is
killed; prints "refused ERROR" and ends with 1 when the coordinator does not take it.
"""
import json
import select
import socket
import struct
import sys

FIND_COORDINATOR, JOIN_GROUP, HEARTBEAT, SYNC_GROUP = 10, 11, 12, 14
# The coordinator loads, is not there yet, is another one: asked again.
NOT_YET = (14, 15, 16)
SESSION_MS = 10000


def string(text):
    raw = text.encode()
    return struct.pack(">h", len(raw)) + raw


def blob(raw):
    return struct.pack(">i", len(raw)) + raw


class Reader:
    def __init__(self, raw):
        self.raw, self.at = raw, 0

    def number(self, kind):
        (value,) = struct.unpack_from(">" + kind, self.raw, self.at)
        self.at += struct.calcsize(kind)
        return value

    def string(self):
        size = self.number("h")
        if size < 0:
            return ""
        self.at += size
        return self.raw[self.at - size : self.at].decode()


class Coordinator:
    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)))
        self.requests = 0

    def ask(self, api, version, body):
        self.requests += 1
        self.socket.sendall(blob(struct.pack(">hhi", api, version, self.requests) + string("sr-1") + body))
        (size,) = struct.unpack(">i", self.exactly(4))
        reader = Reader(self.exactly(size))
        reader.number("i")  # correlation id
        reader.number("i")  # throttle time
        return reader

    def exactly(self, count):
        raw = b""
        while len(raw) < count:
            more = self.socket.recv(count - len(raw))
            if not more:
                raise SystemExit("the broker closed the connection")
            raw += more
        return raw


def patiently(ask):
    """The first answer that does not say "not yet", and its error."""
    while True:
        answer = ask()
        error = answer.number("h")
        if error not in NOT_YET:
            return answer, error
        select.select([], [], [], 0.1)


def main():
    coordinator, group = Coordinator(sys.argv[1]), sys.argv[2]
    # The first one to ask makes the broker create the topic of all groups.
    patiently(lambda: coordinator.ask(FIND_COORDINATOR, 1, string(group) + b"\0"))
    identity = {"host": "sr1", "port": 8081, "master_eligibility": True, "scheme": "http", "version": 1}
    metadata = json.dumps(identity).encode()
    join = (
        string(group) + struct.pack(">ii", SESSION_MS, SESSION_MS) + string("") + string("sr")
        + struct.pack(">i", 1) + string("v0") + blob(metadata)
    )
    joined, error = patiently(lambda: coordinator.ask(JOIN_GROUP, 2, join))
    if error:
        print("refused", error, flush=True)
        raise SystemExit(1)
    generation = joined.number("i")
    joined.string()  # protocol
    leader, member = joined.string(), joined.string()
    assignment = json.dumps({"version": 1, "error": 0, "master": member, "master_identity": identity}).encode()
    assignments = struct.pack(">i", 1) + string(member) + blob(assignment) if leader == member else struct.pack(">i", 0)
    of_member = string(group) + struct.pack(">i", generation) + string(member)
    error = coordinator.ask(SYNC_GROUP, 1, of_member + assignments).number("h")
    if error:
        print("refused", error, flush=True)
        raise SystemExit(1)
    print("joined", generation, flush=True)
    while True:
        # Whatever the broker says unasked is its end.
        if select.select([coordinator.socket], [], [], SESSION_MS / 4000)[0]:
            raise SystemExit("the broker closed the connection")
        coordinator.ask(HEARTBEAT, 1, of_member)


main()
