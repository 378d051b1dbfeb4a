"""Random Python values of every type that the tests know, repeated by a seed."""

import datetime
import decimal
import random
import sys
import uuid
from collections import OrderedDict

INTEGERS = [0, 1, -1, 255, 256, -256, 65535, 65536, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1]
INTEGERS += [2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**63, 2**64 - 1, -(2**64)]
INTEGERS += [10**40, -(10**40), 2**2039, -(3**1500)]
FLOATS = [0.0, -0.0, 1.0, -1.0, 0.1, 1e-7, 1e21, 1e300, 5e-324, sys.float_info.max, 2.0**53, 2.0**64]
FLOATS += [float("inf"), float("-inf"), float("nan"), 1 / 3]
TEXTS = ["", "a", "0", "-1", "1.5", "true", "null", "None", "length", "constructor", "__proto__", "toString"]
TEXTS += ["\0", "\ufeffx", "line\r\nbreak", "\u2028\u2029\x85", "\\u0041\\", "'\"`"]
TEXTS += ["é", "日本語", "\ud7ff\ue000\uffff", "👍🏽", "\U0010ffff"]
DECIMALS = ["0", "-0", "1.50", "1E+5", "-1.23e-30", "NaN", "sNaN", "Infinity", "-Infinity", "1" * 30]
DAY = 86_400


class RandomValues:
    """Makes values that the same seed repeats."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.shared = []

    def values(self, count):
        """The first hold one of each kind, bare and in a list, and the sizes at which pickles change."""
        first = [*self._one_of_each(), *self._edges()]
        rest = (self._value(self.random.randint(0, 5)) for _ in range(max(0, count - len(first))))
        return [*first, *rest][:count]

    def _one_of_each(self):
        leaves = [make() for make in self._leaves()]
        trees = [make(2) for make in self._trees()]
        return [*leaves, *([leaf] for leaf in leaves), *trees]

    def _edges(self):
        deep = []
        for _ in range(100):
            deep = [deep]
        text = "shared " * 4
        part = {"kept": [text, text], "again": text}
        sizes = [255, 256, 65_535, 65_536, 100_000]
        yield from (["x" * size] for size in sizes)
        yield from ([b"\xff" * size] for size in sizes)
        yield from (list(range(size)) for size in (1, 2, 3, 4, 999, 1000, 1001, 2001))
        yield from ({str(number): number for number in range(size)} for size in (1, 2, 1000, 1001))
        yield from ({number * 2 for number in range(size)} for size in (1, 1000, 1001))
        yield from (tuple(range(size)) for size in range(5))
        yield from ([[text] * 300, [part, part, (part, part)], deep])
        yield {text + str(number): self._bytes(20) for number in range(300)}

    def _value(self, depth):
        if depth > 0 and self.random.random() < 0.75:
            made = self.random.choice(self._trees())(depth - 1)
        else:
            made = self.random.choice(self._leaves())()
        # What stands at two places of a value is written once and referred to.
        if self.shared and self.random.random() < 0.05:
            made = self.random.choice(self.shared)
        elif self.random.random() < 0.05:
            self.shared = [*self.shared[-9:], made]
        return made

    def _leaves(self):
        return [
            *(lambda: None, lambda: self.random.random() < 0.5, self._integer, self._float, self._text),
            *(lambda: self._bytes(40), lambda: bytearray(self._bytes(40)), self._datetime, self._date),
            *(self._time, self._timedelta, self._decimal, self._uuid, self._range, self._timezone),
        ]

    def _trees(self):
        return [
            *(self._list, self._list, self._text_dict, self._text_dict, self._any_dict, self._ordered_dict),
            *(lambda depth: tuple(self._list(depth)), self._set, lambda depth: frozenset(self._set(depth))),
        ]

    def _list(self, depth):
        return [self._value(depth) for _ in range(self._length())]

    def _text_dict(self, depth):
        return {self._text(): self._value(depth) for _ in range(self._length())}

    def _any_dict(self, depth):
        return {self._key(depth): self._value(depth) for _ in range(1 + self._length())}

    def _ordered_dict(self, depth):
        return OrderedDict((self._text(), self._value(depth)) for _ in range(self._length()))

    def _set(self, depth):
        return {self._key(depth) for _ in range(self._length())}

    def _key(self, depth):
        """Something that can be hashed; no zero, which has two forms, and no NaN, which equals nothing."""
        if depth > 0 and self.random.random() < 0.2:
            items = [self._key(depth - 1) for _ in range(self._length())]
            return self.random.choice([tuple, frozenset])(items)
        texts = [self._text, lambda: self._bytes(8), self._date, self._uuid, lambda: None]
        numbers = [lambda: self.random.choice(INTEGERS) or 7, lambda: self.random.uniform(-9, 9), lambda: True]
        return self.random.choice([*texts, *numbers])()

    def _length(self):
        return self.random.choice([0, 1, 1, 2, 2, 3, 4, 5, 12])

    def _integer(self):
        near = lambda: self.random.choice(INTEGERS) + self.random.randint(-2, 2)
        wide = lambda: self.random.getrandbits(self.random.randint(1, 400)) * self.random.choice([1, -1])
        return self.random.choice([near, wide, lambda: self.random.randint(-1000, 1000)])()

    def _float(self):
        plain = lambda: self.random.uniform(-1000, 1000)
        wide = lambda: self.random.uniform(-1, 1) * 10.0 ** self.random.randint(-300, 300)
        whole = lambda: float(self.random.randint(-1000, 1000))
        return self.random.choice([plain, wide, whole, lambda: self.random.choice(FLOATS)])()

    def _text(self):
        if self.random.random() < 0.4:
            return self.random.choice(TEXTS)
        letters = self.random.choice(["abcdefgh", "äöüßéñ", "日本語テスト", "👍🏽🎉𝒳", "a\t\n\0\x7f\x80ÿĀ"])
        return "".join(self.random.choices(letters, k=self.random.choice([1, 2, 5, 20, 300])))

    def _bytes(self, length):
        return self.random.randbytes(self.random.randint(0, length))

    def _zone(self):
        seconds = self.random.choice([0, 3600, -5 * 3600, 19_800, 45, -DAY + 1, DAY - 1])
        zone = datetime.timezone(datetime.timedelta(seconds=seconds))
        return self.random.choice([None, datetime.timezone.utc, zone])

    def _timezone(self):
        seconds = self.random.randint(-DAY + 1, DAY - 1)
        offset = datetime.timedelta(seconds=seconds, microseconds=self.random.randrange(2))
        return datetime.timezone(offset, *self.random.choice([[], [], ["Nowhere"], [""]]))

    def _clock(self):
        fraction = self.random.choice([0, 1, 999, 1000, 999_999, self.random.randrange(10**6)])
        return [self.random.randrange(24), self.random.randrange(60), self.random.randrange(60), fraction]

    def _datetime(self):
        day = self._date()
        parts = [day.year, day.month, day.day, *self._clock()]
        return datetime.datetime(*parts, tzinfo=self._zone(), fold=self.random.choice([0, 0, 0, 1]))

    def _date(self):
        year = self.random.choice([2, 99, 1582, 1900, 1969, 1970, 2024, 2038, 9998])
        return datetime.date(year, *self._day_of_year())

    def _day_of_year(self):
        any_day = (self.random.randint(1, 12), self.random.randint(1, 28))
        return self.random.choice([(1, 1), (2, 28), (12, 31), any_day])

    def _time(self):
        return datetime.time(*self._clock(), tzinfo=self._zone(), fold=self.random.choice([0, 0, 0, 1]))

    def _timedelta(self):
        days = self.random.choice([0, 1, -1, 999_999_999, -999_999_999, self.random.randint(-1000, 1000)])
        return datetime.timedelta(days, self.random.randrange(DAY), self.random.randrange(10**6))

    def _decimal(self):
        text = f"{self.random.randint(-(10**9), 10**9)}.{self.random.randrange(10**6):06}"
        return decimal.Decimal(self.random.choice([*DECIMALS, text, text, text]))

    def _uuid(self):
        number = self.random.getrandbits(128)
        return uuid.UUID(int=self.random.choice([0, 2**128 - 1, number, number, number]))

    def _range(self):
        stop = self.random.randint(-99, 2**40)
        return range(self.random.randint(-99, 99), stop, self.random.choice([1, 2, -3, 2**33]))
