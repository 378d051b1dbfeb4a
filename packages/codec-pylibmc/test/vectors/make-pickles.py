"""Makes pickles.json: what Python's own pickler writes, and what the values are.

    PYTHONHASHSEED=0 python3 make-pickles.py > pickles.json

Made with Python 3.11; without that seed, sets come in another order. Each value has its pickles of protocol 0 to 5 and a description of it ("value"): null, true,
false and text stand for themselves, everything else is ["type", ...]. Large values have the SHA-256 of their pickles.

Text is interned, so that equal text is the same object: the writer under test takes it for that.
"""

import base64
import collections
import datetime as dt
import decimal
import hashlib
import json
import pickle
import random
import sys
import uuid

SEED = 20260101
random_source = random.Random(SEED)
PROTOCOLS = range(6)


def describe(value):
    """The value in JSON."""
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        return ["int", str(value)]
    if kind is float:
        return ["float", repr(value)]
    if kind in (bytes, bytearray):
        return [kind.__name__, base64.b64encode(value).decode()]
    if kind in (list, tuple, set, frozenset):
        return [kind.__name__, *map(describe, value)]
    if kind in (dict, collections.OrderedDict):
        return [kind.__name__, *([describe(k), describe(v)] for k, v in value.items())]
    if kind is dt.datetime:
        parts = [value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond]
        return ["datetime", *parts, describe(value.tzinfo), value.fold]
    if kind is dt.date:
        return ["date", value.year, value.month, value.day]
    if kind is dt.time:
        return ["time", value.hour, value.minute, value.second, value.microsecond, describe(value.tzinfo), value.fold]
    if kind is dt.timedelta:
        return ["timedelta", value.days, value.seconds, value.microseconds]
    if kind is dt.timezone:
        arguments = value.__getinitargs__()
        return ["timezone", *map(describe, arguments)]
    if kind is decimal.Decimal:
        return ["Decimal", str(value)]
    if kind is uuid.UUID:
        safe = [] if value.is_safe.value is None else [value.is_safe.value]
        return ["UUID", str(value), *safe]
    if kind is range:
        return ["range", *(str(bound) for bound in (value.start, value.stop, value.step))]
    raise TypeError(kind)


def text():
    letters = random_source.choice(["abcdefgh 0123_", "äöüß€xyz", "😀👍a\u0000\u2028\\\n'", "abc"])
    length = random_source.choice([0, 1, 2, 5, 10, 20, 63, 64, 65, 85, 86])
    return sys.intern("".join(random_source.choice(letters) for _ in range(length)))


EDGE_INTEGERS = [0, 1, -1, 127, 128, -128, -129, 255, 256, 65535, 65536, -32768, 2**31 - 1, 2**31, -(2**31)]
EDGE_INTEGERS += [-(2**31) - 1, 2**32, 2**39, -(2**39), 2**53 - 1, 2**53, -(2**53), 1 - 2**53, 2**63, -(2**63), 2**64]
EDGE_FLOATS = [0.0, -0.0, 1.0, -1.5, 3.14, 1e300, 5e-324, float("inf"), float("-inf"), 2.0**53, 2.0**60, -7.0]


def number():
    kind = random_source.randrange(4)
    if kind == 0:
        return random_source.randint(-300, 300)
    if kind == 1:
        return random_source.choice(EDGE_INTEGERS)
    if kind == 2:
        return random_source.getrandbits(random_source.randint(1, 200)) * random_source.choice([1, -1])
    return random_source.choice([*EDGE_FLOATS, random_source.random()])


def zone():
    offset = dt.timedelta(minutes=random_source.randint(-1439, 1439))
    name = random_source.choice(["CET", "Zürich", ""])
    return random_source.choice([None, dt.timezone.utc, dt.timezone(offset), dt.timezone(offset, sys.intern(name))])


def moment():
    clock = [random_source.randrange(limit) for limit in (24, 60, 60, 1_000_000)]
    day = [random_source.randint(1, 9999), random_source.randint(1, 12), random_source.randint(1, 28)]
    return random_source.choice(
        [
            lambda: dt.datetime(*day, *clock, zone()),
            lambda: dt.date(*day),
            lambda: dt.time(*clock, zone()),
            lambda: dt.timedelta(random_source.randint(-999999999, 999999998), clock[1], clock[3]),
        ]
    )()


def scalar():
    kind = random_source.randrange(12)
    if kind < 4:
        return text()
    if kind < 7:
        return number()
    if kind == 7:
        return random_source.choice([True, False, None])
    if kind == 8:
        return random_source.randbytes(random_source.choice([2, 3, 10, 40]))
    if kind == 9:
        return moment()
    if kind == 10:
        return random_source.choice([decimal.Decimal(f"{random_source.getrandbits(60)}.5E-7"), range(number_bound(), 9)])
    return uuid.UUID(int=random_source.getrandbits(128))


def number_bound():
    return random_source.randint(-(10**12), 10**12)


def key():
    if random_source.random() < 0.2:
        return random_source.choice([tuple, frozenset])(scalar() for _ in range(random_source.randint(0, 4)))
    return scalar()


def tree(depth):
    if depth == 0 or random_source.random() < 0.3:
        return scalar()
    size = random_source.choice([0, 1, 2, 3, 4])
    kind = random_source.randrange(8)
    if kind < 2:
        return [tree(depth - 1) for _ in range(size)]
    if kind < 4:
        # No digits alone: objects have such members first.
        return {sys.intern("k" + text()): tree(depth - 1) for _ in range(size)}
    if kind == 4:
        return {key(): tree(depth - 1) for _ in range(size)}
    if kind == 5:
        return tuple(tree(depth - 1) for _ in range(size))
    if kind == 6:
        return random_source.choice([set, frozenset])(key() for _ in range(size))
    if random_source.random() < 0.5:
        return bytearray(random_source.randbytes(size * 3))
    return collections.OrderedDict((key(), tree(depth - 1)) for _ in range(size))


def named():
    utc = dt.timezone.utc
    first = dt.datetime(2024, 10, 27, 2, 30, tzinfo=utc)
    yield "long integer", 2**2040
    yield "longest LONG1", -(2**2039)
    yield "shortest LONG4", 2**2039
    yield "fold", [dt.datetime(2024, 10, 27, 2, 30, fold=1), dt.time(2, 30, fold=1)]
    yield "offset of seconds", dt.datetime(1900, 1, 1, tzinfo=dt.timezone(dt.timedelta(seconds=-1172, microseconds=5)))
    yield "one UTC for many", [first, dt.datetime(1, 1, 1, tzinfo=utc), dt.time(1, tzinfo=utc), utc]
    yield "datetime as text and as class", ["datetime", first, "datetime", dt.date(9999, 12, 31)]
    yield "safe and unsafe UUIDs", [uuid.UUID(int=n, is_safe=safe) for n, safe in enumerate(uuid.SafeUUID)]
    yield "special decimals", [decimal.Decimal(each) for each in ("NaN", "-0", "Infinity", "-Infinity", "sNaN1", "1E+9")]
    yield "empty containers", [[], (), {}, set(), frozenset(), bytearray(), b"", "", collections.OrderedDict()]
    yield "tuples by length", [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)]
    yield "members with special names", {"__proto__": {"x": 1}, "constructor": 2, "toString": 3, "hasOwnProperty": 4}
    yield "equal text", [sys.intern("twice"), sys.intern("twice"), {sys.intern("twice"): 1}]


def recursive():
    """What no description can hold."""
    shared = [1]
    yield "a list twice", [shared, shared, {"again": shared}]
    itself = []
    itself.append(itself)
    yield "a list that contains itself", itself
    itself = {}
    itself["self"] = itself
    yield "a dict that contains itself", itself
    itself = {}
    itself[1] = itself
    yield "a dict with another key that contains itself", itself
    itself = {"q": 1}
    itself["list"] = [itself]
    itself[5] = itself
    yield "a dict that contains itself before its other key", itself
    for size in (1, 4):
        inner = []
        outer = (inner, *range(1, size))
        inner.append(outer)
        yield f"a tuple of {size} that contains itself", outer
        yield f"a list within a tuple of {size} that contains it", inner
    itself = collections.OrderedDict()
    itself["self"] = itself
    yield "an OrderedDict that contains itself", itself


def large():
    """Values that the test makes again from these names."""
    for size in (999, 1000, 1001, 2000, 2001):
        yield f"list {size}", list(range(size))
        yield f"dict {size}", {f"k{i}": i for i in range(size)}
        yield f"map {size}", {i: i for i in range(size)}
        yield f"ordered {size}", collections.OrderedDict((i, i) for i in range(size))
        yield f"set {size}", set(range(size))
        yield f"frozenset {size}", frozenset(range(size))
        yield f"tuple {size}", tuple(range(size))
    for size in (65534, 65535, 65536, 65537, 200000):
        yield f"text {size}", "x" * size
        yield f"bytes {size}", b"y" * size
        yield f"bytearray {size}", bytearray(size)
        yield f"accents {size}", "é" * (size // 2)
        yield f"mixed {size}", ["ab", b"q" * size, "cd", "x" * size, bytearray(size), {"k" * size: 1}]
    yield "texts 20000", [f"item {i}" for i in range(20000)]
    yield "lists 20000", [[i, [i]] for i in range(20000)]


def pickles(value):
    return [base64.b64encode(pickle.dumps(value, protocol)).decode() for protocol in PROTOCOLS]


def digests(value):
    return [hashlib.sha256(pickle.dumps(value, protocol)).hexdigest() for protocol in PROTOCOLS]


def lines(rows):
    """A row a line, so that a change is seen where it is."""
    return ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


values = [*named(), *((f"random {number}", tree(3)) for number in range(150))]
rows = {
    "values": [{"name": name, "value": describe(value), "pickles": pickles(value)} for name, value in values],
    "recursive": [{"name": name, "pickles": pickles(value)} for name, value in recursive()],
    "large": [{"name": name, "sha256": digests(value)} for name, value in large()],
}
about = json.dumps(f"Python {sys.version.split()[0]}, seed {SEED}; made by make-pickles.py")
parts = [f'"about": {about}', *(f'"{name}": [\n{lines(part)}\n]' for name, part in rows.items())]
print("{\n" + ",\n".join(parts) + "\n}")
