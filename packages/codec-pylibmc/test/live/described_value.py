"""Python values as JSON that says the type of each, and back.

Nothing of pickle is in it, so that a pickle can be judged by it. A description is an object with the type's
name in ``t`` and its content in ``v``: integers as decimal text, floats as the hexadecimal digits of their eight
bytes, bytes as hexadecimal digits, dicts as pairs in their order. A type that is not listed here is "other".
"""

import datetime
import decimal
import struct
import uuid
from collections import OrderedDict

MICROSECOND = datetime.timedelta(microseconds=1)


def describe(value):
    """The description of a value. Subclasses are not taken for the type that they extend."""
    if value is None:
        return {"t": "none"}
    kind = type(value)
    if kind in DESCRIBERS:
        return {"t": kind.__name__.lower(), **DESCRIBERS[kind](value)}
    return {"t": "other", "v": f"{kind.__module__}.{kind.__qualname__}"}


def build(description):
    """The value that is described."""
    kind = description["t"]
    return BUILDERS[kind](description)


def _float_digits(value):
    return "nan" if value != value else struct.pack(">d", value).hex()


def _float_from(digits):
    return float("nan") if digits == "nan" else struct.unpack(">d", bytes.fromhex(digits))[0]


def _items(value):
    return {"v": [describe(item) for item in value]}


def _pairs(value):
    return {"v": [[describe(key), describe(item)] for key, item in value.items()]}


def _offset(value):
    """Distance from UTC in microseconds; None for a time that says none."""
    offset = value.utcoffset()
    return None if offset is None else offset // MICROSECOND


def _timezone(value):
    _, *name = value.__getinitargs__()
    return {"v": name, "offset": value.utcoffset(None) // MICROSECOND}


def _zone_from(microseconds):
    if microseconds is None:
        return None
    return datetime.timezone(microseconds * MICROSECOND)


def _clock(value):
    return [value.hour, value.minute, value.second, value.microsecond]


def _time_of_zone(value, parts):
    if value.tzinfo is not None and type(value.tzinfo) is not datetime.timezone:
        return {"v": parts, "zone": type(value.tzinfo).__name__}
    return {"v": parts, "offset": _offset(value), "fold": value.fold}


def _datetime(value):
    return _time_of_zone(value, [value.year, value.month, value.day, *_clock(value)])


DESCRIBERS = {
    bool: lambda value: {"v": value},
    int: lambda value: {"v": str(value)},
    float: lambda value: {"v": _float_digits(value)},
    str: lambda value: {"v": value},
    bytes: lambda value: {"v": value.hex()},
    bytearray: lambda value: {"v": value.hex()},
    list: _items,
    tuple: _items,
    set: _items,
    frozenset: _items,
    dict: _pairs,
    OrderedDict: _pairs,
    datetime.datetime: _datetime,
    datetime.date: lambda value: {"v": [value.year, value.month, value.day]},
    datetime.time: lambda value: _time_of_zone(value, _clock(value)),
    datetime.timezone: _timezone,
    datetime.timedelta: lambda value: {"v": [value.days, value.seconds, value.microseconds]},
    decimal.Decimal: lambda value: {"v": str(value)},
    uuid.UUID: lambda value: {"v": str(value)},
    range: lambda value: {"v": [str(value.start), str(value.stop), str(value.step)]},
}


def _build_items(kind):
    return lambda description: kind(build(item) for item in description["v"])


def _build_pairs(kind):
    return lambda description: kind((build(key), build(item)) for key, item in description["v"])


def _build_time_of_zone(kind):
    def make(description):
        zone = _zone_from(description["offset"])
        return kind(*description["v"], tzinfo=zone, fold=description["fold"])

    return make


BUILDERS = {
    "none": lambda _: None,
    "bool": lambda description: bool(description["v"]),
    "int": lambda description: int(description["v"]),
    "float": lambda description: _float_from(description["v"]),
    "str": lambda description: description["v"],
    "bytes": lambda description: bytes.fromhex(description["v"]),
    "bytearray": lambda description: bytearray.fromhex(description["v"]),
    "list": _build_items(list),
    "tuple": _build_items(tuple),
    "set": _build_items(set),
    "frozenset": _build_items(frozenset),
    "dict": _build_pairs(dict),
    "ordereddict": _build_pairs(OrderedDict),
    "datetime": _build_time_of_zone(datetime.datetime),
    "date": lambda description: datetime.date(*description["v"]),
    "time": _build_time_of_zone(datetime.time),
    "timezone": lambda description: datetime.timezone(description["offset"] * MICROSECOND, *description["v"]),
    "timedelta": lambda description: datetime.timedelta(*description["v"]),
    "decimal": lambda description: decimal.Decimal(description["v"]),
    "uuid": lambda description: uuid.UUID(description["v"]),
    "range": lambda description: range(*(int(part) for part in description["v"])),
}
