"""Where names come from: the data folder with real lists, or a small vocabulary of our own.

The folder is ``$BLOCKLIST_SHARED_DATA``, else ``../shared/data`` beside the clone. Everything runs
without it, on names that resemble real ones less.
"""

from __future__ import annotations

import lzma
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(
    os.environ.get("BLOCKLIST_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data"
)
UNION = "lists/large-union.txt.xz"
_POPULAR = ("benign/alexa-2016-top100k.txt.xz", "benign/opendns-top10k.txt.xz")
_ZONE = "benign/ee-zone.txt.xz"
_BROWSING = "traffic/browsing-hosts-2019.txt.xz"

_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})
_NAME = r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])"
_VALID = re.compile(_NAME)
_LISTED = re.compile(
    rf'(?:0\.0\.0\.0\s+|127\.0\.0\.1\s+|\|\||server=/|local-zone: ")?(?:\*\.)?'
    rf'({_NAME})(?:\.?" always_null|/|\^|\s+CNAME \.)?(?:\s*#.*)?'
)
_PIECE = re.compile(r"[a-z]{3,9}")

_SYLLABLES = [c + v for c in "bcdfglmnprstvz" for v in "aeiou"]
_BUILT_IN_WORDS = [a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in ("", "n", "s")]
_BUILT_IN_SUFFIXES = {"com": 500, "net": 120, "org": 100, "info": 40, "xyz": 40, "top": 40}
_BUILT_IN_SUFFIXES |= {"ru": 40, "de": 30, "it": 30, "co.uk": 20, "com.br": 20}
_BUILT_IN_LABELS = {"www": 300, "ads": 30, "m": 30, "cdn": 30, "mail": 20, "static": 20, "api": 20}
_BUILT_IN_LABELS |= {f"{word}{number}": 1 for word in ("s", "img", "node") for number in range(99)}
_BUILT_IN_LABELS |= dict.fromkeys(_BUILT_IN_WORDS[::3], 1)


@dataclass(frozen=True)
class Vocabulary:
    """What synthetic names are made of.

    Attributes:
        source: where it was drawn from, for the report.
        words: pieces of registrable labels, repeated as often as they occur.
        suffixes: ``com``, ``co.uk`` and so on, with their weights.
        labels: labels in front of a registrable domain, with their weights.
    """

    source: str
    words: list[str]
    suffixes: dict[str, int]
    labels: dict[str, int]


def read_names(*files: str) -> list[str]:
    """Return the names of plain lists, each once, in sequence; nothing of absent files."""
    lines = (line.strip() for file in files for line in text_of(file).splitlines())
    return list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))


def popular() -> list[str]:
    """Return popular names, most popular first."""
    return read_names(*_POPULAR)


def zone() -> list[str]:
    """Return the names of one whole zone, which few people ask for."""
    return read_names(_ZONE)


def browsing() -> list[str]:
    """Return the hosts of real requests, in sequence and with repeats."""
    return list(filter(_VALID.fullmatch, text_of(_BROWSING).splitlines()))


def large_union() -> list[str]:
    """Return the names of the large plain list, sorted."""
    return sorted(read_names(UNION))


def all_lists() -> list[str]:
    """Return the names that all files of the lists folder block outright, sorted."""
    names = set()
    for path in sorted(FOLDER.glob("lists/*")):
        for line in text_of(f"lists/{path.name}").lower().splitlines():
            found = _LISTED.fullmatch(line.strip())
            if found and "allowed" not in path.name:
                names.add(found[1])
    return sorted(names)


def text_of(file: str, encoding: str = "utf-8") -> str:
    """Return the text of a file of the data folder; nothing if it is absent."""
    path = FOLDER / file
    if not path.is_file():
        return ""
    octets = path.read_bytes()
    return (lzma.decompress(octets) if path.suffix == ".xz" else octets).decode(encoding, "replace")


@cache
def vocabulary() -> Vocabulary:
    """Take the real lists apart; use the built-in vocabulary where they are absent."""
    names = large_union()
    if not names:
        return Vocabulary("built-in", _BUILT_IN_WORDS, _BUILT_IN_SUFFIXES, _BUILT_IN_LABELS)
    words: list[str] = []
    suffixes: Counter[str] = Counter()
    labels: Counter[str] = Counter()
    for name in names:
        front, registrable, suffix = split(name)
        suffixes[suffix] += 1
        words += _PIECE.findall(registrable)[:2]
        labels.update(front[-3:])
    return Vocabulary("drawn from the real lists", words, _frequent(suffixes), _frequent(labels))


def split(name: str) -> tuple[list[str], str, str]:
    """Return the labels in front, the registrable label and the suffix, by a rule of thumb."""
    labels = name.split(".")
    at = -2 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else -1
    return labels[: at - 1], labels[at - 1], ".".join(labels[at:])


def _frequent(counts: Counter[str], least: int = 2) -> dict[str, int]:
    return {text: count for text, count in sorted(counts.items()) if count >= least}


def covered(name: str, names: frozenset[str] | set[str]) -> bool:
    """Whether ``names`` holds the name or one above it: the oracle of every check."""
    while name:
        if name in names:
            return True
        name = name.partition(".")[2]
    return False


def joined(names: Iterable[str]) -> bytes:
    """Return names as lines, which is what everything here is built from."""
    return "\n".join(names).encode("ascii")
