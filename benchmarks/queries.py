"""Queries to ask: mixes of distinct names that rules do or do not cover, and a real stream.

A mix is kept as octets in chunks, so that the names can be made afresh for every use.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.data import Vocabulary, covered, joined, popular, zone
from benchmarks.synthetic import SEED, make_rules, weighted

CHUNK = 2_000
SHARES = {"99.9 % miss": 0.001, "95 % miss": 0.05, "hits only": 1.0}
_LABELS = (2, 3, 4, 5)
_WEIGHTS = (20, 49, 29, 2)


@dataclass(frozen=True)
class Mix:
    """Names to ask for.

    Attributes:
        title: what the tables call it.
        chunks: names as lines of ASCII, ``CHUNK`` in each.
    """

    title: str
    chunks: list[bytes]

    @classmethod
    def of(cls, title: str, names: Sequence[str]) -> Mix:
        """Cut names into chunks."""
        cuts = range(0, len(names), CHUNK)
        return cls(title, [joined(names[start : start + CHUNK]) for start in cuts])

    def names(self, limit: int | None = None) -> list[str]:
        """Return the first names, or all, as fresh strings."""
        chunks = self.chunks[: None if limit is None else -(-limit // CHUNK)]
        return [name for chunk in chunks for name in fresh(chunk)][:limit]


def fresh(chunk: bytes) -> list[str]:
    """Make the names of a chunk afresh, so that no hash is cached."""
    return chunk.decode("ascii").split("\n")


def make_mixes(rules: list[str], count: int, words: Vocabulary) -> list[Mix]:
    """Return the mixes of ``count`` names against ``rules``."""
    rng = random.Random(SEED + count)
    names = frozenset(rules)
    misses = _misses(rng, names, count, words)
    hits = _hits(rng, rules, count, words)
    made = []
    for title, share in SHARES.items():
        split = round(share * count)
        queries = hits[:split] + misses[: count - split]
        rng.shuffle(queries)
        made.append(Mix.of(title, queries))
    return made


def _hits(rng: random.Random, rules: list[str], count: int, words: Vocabulary) -> list[str]:
    """Return distinct covered names: rules, and names below rules, in turn."""
    exact = rng.sample(rules, min(count // 2, len(rules)))
    below: set[str] = set()
    wanted = count - len(exact)
    while len(below) < wanted:
        fronts = weighted(rng, words.labels, wanted)
        below.update(map("{}.{}".format, fronts, rng.choices(rules, k=wanted)))
        below.difference_update(exact)
    parts = [exact, rng.sample(sorted(below), wanted)]
    mixed = [name for pair in zip(*parts, strict=False) for name in pair]
    return mixed + parts[0][len(parts[1]) :] + parts[1][len(parts[0]) :]


def _misses(rng: random.Random, rules: frozenset[str], count: int, words: Vocabulary) -> list[str]:
    """Return distinct names that no rule covers, from popular names with labels in front."""
    bases = [name for name in popular() or _invented(words) if not covered(name, rules)]
    short = [name for name in (*bases, *zone()) if name.count(".") == 1]
    plain = [name for name in short[: count * _WEIGHTS[0] // 100] if not covered(name, rules)]
    found = dict.fromkeys(plain)
    deeper = _deeper(rng, bases, words)
    while len(found) < count:
        name = next(deeper)
        if not covered(name, rules):
            found[name] = None
    misses = list(found)
    rng.shuffle(misses)
    return misses


def _deeper(rng: random.Random, bases: list[str], words: Vocabulary) -> Iterator[str]:
    """Yield names with labels in front of ``bases``, without end.

    Frequent labels are drawn less often than they occur, or few of the names would be distinct.
    """
    size = 50_000
    flatter = {label: round(weight**0.85) for label, weight in words.labels.items()}
    while True:
        fronts = iter(weighted(rng, flatter, 4 * size))
        labels = rng.choices(_LABELS[1:], _WEIGHTS[1:], k=size)
        for base, wanted in zip(rng.choices(bases, k=size), labels, strict=True):
            missing = max(1, wanted - 1 - base.count("."))
            yield ".".join([*(next(fronts) for _ in range(missing)), base])


def _invented(words: Vocabulary) -> list[str]:
    """Return other names of the same making, where there are no popular ones."""
    return [name for batch in make_rules(300_007, words) for name in batch]
