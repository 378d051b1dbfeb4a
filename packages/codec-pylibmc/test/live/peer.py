"""Drives pylibmc for a test in another process: one JSON request a line comes in, one JSON answer goes out.

A request is ``{"id", "op", ...}`` with the arguments of the operation beside them; the answer is
``{"id", "result"}`` or ``{"id", "error": {"type", "text"}}``. Values travel as descriptions (see
described_value.py). The program ends with its input.
"""

import json
import os
import platform
import sys

import pylibmc

from described_value import build, describe
from random_values import RandomValues

OPERATIONS = {"versions", "connect", "configure", "clone", "call", "indexes", "generate", "store", "read"}
CALLS = {
    *("get", "gets", "get_multi", "set", "set_multi", "add", "add_multi", "replace", "append", "prepend"),
    *("cas", "delete", "delete_multi", "incr", "decr", "incr_multi", "touch", "flush_all", "hash"),
}


class Peer:
    """The clients and the random values of one test."""

    def __init__(self):
        self.clients = []
        self.corpora = []

    def versions(self):
        """What runs here."""
        return {"python": platform.python_version(), "pylibmc": pylibmc.__version__}

    def connect(self, servers, behaviors, binary=False):
        """Makes a client; its number is the answer. A namespace, given as text, is sent as bytes."""
        self.clients.append(pylibmc.Client(servers, behaviors=self._given(behaviors), binary=binary))
        return len(self.clients) - 1

    def configure(self, client, behaviors):
        """Sets behaviors of a client that is there already."""
        self.clients[client].behaviors = self._given(behaviors)

    def _given(self, behaviors):
        return {name: value.encode() if name == "namespace" else value for name, value in behaviors.items()}

    def clone(self, client):
        """Makes a client from another, as pylibmc's pools do."""
        self.clients.append(self.clients[client].clone())
        return len(self.clients) - 1

    def call(self, client, method, args=(), options=None):
        """Calls a method of a client with described arguments; the answer is what it returns, described."""
        if method not in CALLS:
            raise ValueError(f"no such method: {method}")
        named = {name: build(value) for name, value in (options or {}).items()}
        return describe(getattr(self.clients[client], method)(*(build(value) for value in args), **named))

    def indexes(self, client, keys):
        """Tells the number of each described key's server."""
        return [self.clients[client].hash(build(key)) for key in keys]

    def generate(self, seed, count):
        """Makes random values and keeps them: their number and descriptions are the answer."""
        self.corpora.append(RandomValues(seed).values(count))
        return {"corpus": len(self.corpora) - 1, "values": [describe(value) for value in self.corpora[-1]]}

    def store(self, client, corpus, keys, min_compress_len=0):
        """Sets kept values: ``keys`` says which of them goes to which key."""
        for key, index in keys:
            value = self.corpora[corpus][index]
            if not self.clients[client].set(key, value, min_compress_len=min_compress_len):
                raise RuntimeError(f"value {index} was not stored")
        return len(keys)

    def read(self, client, keys):
        """Describes what these keys hold; null for a miss. What cannot be read says why in its place."""
        return [self._read_one(self.clients[client], key) for key in keys]

    def _read_one(self, client, key):
        missing = object()
        try:
            found = client.get(key, missing)
        except Exception as error:
            return {"t": "error", "v": f"{type(error).__name__}: {error}"}
        return None if found is missing else describe(found)


def main():
    """Answers until the input ends. The answers have a file of their own, which nothing else prints into."""
    peer = Peer()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="ascii", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin.buffer:
        request = json.loads(line)
        number, operation = request.pop("id"), request.pop("op")
        try:
            if operation not in OPERATIONS:
                raise ValueError(f"no such operation: {operation}")
            answer = {"result": getattr(peer, operation)(**request)}
        except Exception as error:
            answer = {"error": {"type": type(error).__name__, "text": str(error)}}
        answers.write(json.dumps({"id": number, **answer}) + "\n")


main()
