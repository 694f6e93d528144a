"""Random rule sets that are hard for servers, and the names to ask them for."""

from __future__ import annotations

import random
from collections.abc import Iterable

from helpers import image

from blocklist import Blocklist, Image

_LABELS = ("a", "b", "c", "x-1", "_dmarc", "xn--bcher-kva", "q" * 60)
_PATTERNS = ("*kickass*", "ads.*", "a.*.p.example", "*-b.q.example", "*low.*pl*.org", "o*y.ex*e")
_MARKS = ("", "", "=", "*.")


def _name(chance: random.Random) -> str:
    """Return a name of two to six labels, near to many others."""
    labels = [chance.choice(_LABELS[: 3 if chance.random() < 0.8 else None]) for _ in range(5)]
    return ".".join([*labels[: chance.randint(1, 5)], chance.choice(["one", "two"]), "example"])


def random_image(chance: random.Random, *always: str, size: int = 40) -> Image:
    """Return an image of names with nested exceptions and gaps between them; no patterns."""
    marked = [chance.choice(_MARKS) + _name(chance) for _ in range(size)]
    half = size // 3
    return image(*always, *marked[half:], exceptions=marked[:half])


def names_around(chance: random.Random, rules: Iterable[str], count: int) -> list[str]:
    """Return the names of rules, with parents, children, siblings and look-alikes, in any case."""
    names = set()
    for name in rules:
        labels = name.split(".")
        names |= {".".join(labels[at:]) for at in range(len(labels))}
        names |= {f"{child}.{name}" for child in ("a", "z", "a.b", "_x", "*")}
        names |= {f"z.{'.'.join(labels[at:])}" for at in range(1, len(labels))}
        names |= {f"not{name}", f"{name}.org", f"b.{'.'.join(labels[1:])}"}
    chosen = [name for name in sorted(names) if len(name) <= 253 and "." in name]
    chance.shuffle(chosen)
    return ["".join(chance.choice((c, c.upper())) for c in name) for name in chosen[:count]]


def patterned_image(chance: random.Random) -> tuple[Image, list[str]]:
    """Return an image with patterns as well, and thousands of names around its rules."""
    compiled = random_image(
        chance, "=only.example", "*.below.example", "d.example", *_PATTERNS, size=50
    )
    rules = Blocklist(compiled).rules()
    values = {match.rule.value.replace("*", chance.choice("axb")) for match in rules}
    return compiled, names_around(chance, values, 3_000)


PATTERNS_WITHIN = image(
    "*kick*", "d.example", "*.b.example", "b.ex*", exceptions=["*kickstart*", "ok.kick.example"]
)
"""Patterns, exceptions from them, and names within each other."""
NAMES_WITHIN = (
    "xkick.org", "kickstart.org", "a.kickstarter.d.example", "ok.kick.example",
    "x.ok.kick.example", "kick.example", "d.example", "b.example", "x.b.example",
    "b.exotic.org", "ab.exotic.org", "kick",
)  # fmt: skip
