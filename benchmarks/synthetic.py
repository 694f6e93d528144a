"""Synthetic rules, the same for the same count, written to a cached file without holding them.

Two thirds of the rules deeper than a registrable domain have one of their own; the others share it
with another rule, as in real lists.
"""

from __future__ import annotations

import hashlib
import os
import random
import tempfile
import zlib
from collections import deque
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from benchmarks.data import Vocabulary, joined

SEED = 20261123
_BATCH = 20_000
_LABELS = (2, 3, 4, 5)
_WEIGHTS = (59.5, 31.5, 8.3, 0.7)
_SHARED = 0.26
_BITS_PER_RULE = 64


def rules_file(count: int, words: Vocabulary, cache: Path) -> Path:
    """Return the file of ``count`` rules, one a line; make it if it is not in the cache."""
    key = hashlib.sha256(Path(__file__).read_bytes() + repr(words).encode()).hexdigest()[:12]
    path = cache / f"synthetic-{count}-{key}.txt"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=cache)
        with os.fdopen(handle, "wb") as file:
            for batch in make_rules(count, words):
                file.write(joined(batch) + b"\n")
        Path(temporary).replace(path)
    return path


def make_rules(count: int, words: Vocabulary) -> Iterator[list[str]]:
    """Yield ``count`` distinct names in batches.

    A name whose checksum was met before is left out: that drops every repeat, and about one name in
    a hundred that is none, for eight octets of memory a rule.
    """
    rng = random.Random(SEED + count)
    size = _BITS_PER_RULE * count
    seen = bytearray(size // 8 + 1)
    parents: deque[str] = deque(maxlen=_BATCH)
    left = count
    while left:
        batch = []
        for name in _draw(rng, words, parents):
            octets = name.encode("ascii")
            at = zlib.crc32(octets) % size
            if not seen[at >> 3] & 1 << (at & 7):
                seen[at >> 3] |= 1 << (at & 7)
                batch.append(name)
        batch = batch[:left]
        left -= len(batch)
        yield batch


def _draw(rng: random.Random, words: Vocabulary, parents: deque[str]) -> Iterator[str]:
    """Yield one batch of names, perhaps with repeats; remember their registrable domains."""
    fronts = weighted(rng, words.labels, 2 * _BATCH)
    columns = zip(
        rng.choices(words.words, k=_BATCH),
        rng.choices(("", "", "", "-"), k=_BATCH),
        rng.choices(words.words, k=_BATCH),
        weighted(rng, words.suffixes, _BATCH),
        rng.choices(_LABELS, _WEIGHTS, k=_BATCH),
        strict=True,
    )
    for number, (first, join, second, suffix, labels) in enumerate(columns):
        mark = rng.random()
        if labels > 2 and parents and mark < _SHARED:
            domain = parents[int(mark / _SHARED * len(parents))]
        else:
            end = str(int(mark * 1e6) % 100) if mark > 0.9 else ""
            domain = f"{first[:6]}{join}{second[:6]}{end}.{suffix}"
            parents.append(domain)
        missing = labels - 1 - domain.count(".")
        front = ".".join(fronts[(number * 3 + i) % len(fronts)] for i in range(missing))
        yield f"{front}.{domain}" if front else domain


def weighted(rng: random.Random, weights: dict[str, int], count: int) -> list[str]:
    """Draw ``count`` texts by their weights."""
    return rng.choices(list(weights), cum_weights=list(accumulate(weights.values())), k=count)
