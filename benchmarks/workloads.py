"""Rules and queries to measure with: real lists where the data folder is present, synthetic ones.

See ``workloads.md`` for what each number means.
"""

from __future__ import annotations

import lzma
import os
import random
from dataclasses import dataclass
from pathlib import Path

SEED = 20261123
DATA = Path(os.environ.get("BLOCKLIST_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
_TLDS = ["com"] * 50 + ["net"] * 12 + ["org"] * 10 + ["info", "xyz", "top", "ru", "de", "it"] * 4
_SECOND = ["co.uk", "com.br", "com.au", "co.jp"]
_SUBDOMAINS = ["www", "ads", "m", "cdn", "mail", "static", "api", "track", "img", "shop", "a", "s1"]
_SYLLABLES = [c + v for c in "bcdfglmnprstvz" for v in "aeiou"] + ["er", "on", "in", "st", "al"]


@dataclass(frozen=True)
class Workload:
    """A set of rules, and mixes of queries against it."""

    title: str
    rules: list[str]
    mixes: dict[str, list[str]]


def real(name: str) -> list[str]:
    """Return the names of one file of the data folder; an empty list where it is absent."""
    path = DATA / name
    if not path.exists():
        return []
    text = lzma.decompress(path.read_bytes()).decode("utf-8")
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def synthetic(count: int, queries: int = 200_000) -> Workload:
    """Make ``count`` distinct rules and queries like theirs; the same for the same count."""
    rng = random.Random(SEED + count)
    rules: dict[str, None] = {}
    registrable: list[str] = []
    while len(rules) < count:
        if registrable and rng.random() < 0.3:
            base = rng.choice(registrable)
        else:
            base = _registrable(rng)
            registrable.append(base)
        labels = rng.choices((0, 1, 2), (55, 36, 9))[0]
        name = ".".join([*(_label(rng) for _ in range(labels)), base])
        rules[name] = None
    names = list(rules)
    misses = [_query(rng, _registrable(rng)) for _ in range(queries)]
    return Workload(f"synthetic {count:,}", names, mixes(rng, names, misses, queries))


def real_union() -> Workload | None:
    """Return the large real list, asked with popular names; ``None`` where it is absent."""
    rng = random.Random(SEED)
    rules = sorted(set(real("lists/large-union.txt.xz")))
    popular = real("benign/alexa-2016-top100k.txt.xz")
    if not rules or not popular:
        return None
    known = set(rules)
    misses = [name for name in popular if not _covered(name, known)]
    queries = [_query(rng, rng.choice(misses)) for _ in range(200_000)]
    made = mixes(rng, rules, [name for name in queries if not _covered(name, known)], 200_000)
    stream = real("traffic/browsing-hosts-2019.txt.xz")
    return Workload(f"real union {len(rules):,}", rules, made | {"browsing": stream})


def mixes(
    rng: random.Random, rules: list[str], misses: list[str], count: int
) -> dict[str, list[str]]:
    """Return query mixes: hits are half the rules' own names, half names below them."""
    hits = [
        rule if i % 2 else f"{rng.choice(_SUBDOMAINS)}.{rule}"
        for i, rule in enumerate(rng.choices(rules, k=count))
    ]
    made = {}
    for title, share in (("99.9 % miss", 0.001), ("95 % miss", 0.05), ("hits only", 1.0)):
        split = round(count * share)
        queries = hits[:split] + rng.choices(misses, k=count - split)
        rng.shuffle(queries)
        made[title] = queries
    return made


def _label(rng: random.Random) -> str:
    return rng.choice(_SUBDOMAINS) if rng.random() < 0.4 else _word(rng, 1, 3)


def _word(rng: random.Random, low: int, high: int) -> str:
    word = "".join(rng.choices(_SYLLABLES, k=rng.randint(low, high)))
    return f"{word}{rng.randint(1, 999)}" if rng.random() < 0.2 else word


def _registrable(rng: random.Random) -> str:
    suffix = rng.choice(_SECOND) if rng.random() < 0.06 else rng.choice(_TLDS)
    join = "-" if rng.random() < 0.15 else ""
    return f"{_word(rng, 2, 3)}{join}{_word(rng, 1, 3)}.{suffix}"


def _query(rng: random.Random, base: str) -> str:
    labels = rng.choices((0, 1, 2), (20, 48, 32))[0]
    return ".".join([*(_label(rng) for _ in range(labels)), base])


def _covered(name: str, names: set[str]) -> bool:
    while name:
        if name in names:
            return True
        name = name.partition(".")[2]
    return False
