"""The pure-Python core: the reference for every other, over the same octets of an image."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from typing import Any

from ..errors import NotAnImageError
from ..image import Image
from ..names import MAX_LABEL_OCTETS, MAX_NAME_OCTETS, query_name
from ..patterns import PatternSet
from ..targets import ALLOW_SHIFT, BELOW, EXACT, SUBTREE, Rule, TargetKind, named_rule

_WHOLE, _ABOVE = (EXACT, SUBTREE), (SUBTREE, BELOW)
_GRAPHIC_LABELS = re.compile(r"[!-\-/-\[\]-~]{1,63}(?:\.[!-\-/-\[\]-~]{1,63})*")


def _ranked(flags: int, kinds: tuple[int, ...]) -> list[int]:
    """Return the flag bits of ``flags`` that apply, the one that decides first."""
    bits = (bit for kind in kinds for bit in (kind << ALLOW_SHIFT, kind))
    return [bit for bit in bits if flags & bit]


# What decides where the name ends at this node, and where it goes on below: None, or whether it is
# a block. The name's own node knows EXACT and SUBTREE, the nodes above it SUBTREE and BELOW.
_DECIDES_WHOLE, _DECIDES_ABOVE = (
    tuple(
        (ranked[0] < 1 << ALLOW_SHIFT) if (ranked := _ranked(flags, kinds)) else None
        for flags in range(1 << 2 * ALLOW_SHIFT)
    )
    for kinds in (_WHOLE, _ABOVE)
)


class PureCore:
    """Answers from an image with a set of its names; opening takes about 0.3 s a million rules.

    Attributes:
        is_blocked: ``(name: str | bytes) -> bool``, total; a closure, so that a call costs one
            Python frame.
    """

    is_blocked: Callable[[str | bytes], bool]

    def __init__(self, image: Image) -> None:
        """Read the sections; ``NotAnImageError`` if they contradict each other."""
        try:
            names = str(image.section("names"), "ascii")
            self._names = names.split("\n") if names else []
            self._flags = bytes(image.section("flags"))
            self._patterns: list[tuple[str, bool]] = [
                (str(pattern), bool(allow))
                for pattern, allow in json.loads(bytes(image.section("patterns")))
            ]
            texts = [pattern for pattern, _ in self._patterns]
            self._automaton = PatternSet(texts) if texts else None
        except (ValueError, TypeError, RecursionError) as error:
            raise NotAnImageError(f"unreadable section: {error}", path=image.path) from error
        if len(self._names) != len(self._flags) or max(self._flags, default=0) >= 64:
            raise NotAnImageError("names and flags do not fit together", path=image.path)
        # Nearly all names carry one SUBTREE block: those need no entry beside the set.
        self._known = frozenset(self._names)
        self._special = {
            name: flags
            for name, flags in zip(self._names, self._flags, strict=True)
            if flags != SUBTREE
        }
        self._starts: list[int] | None = None
        self.is_blocked = self._make_is_blocked()

    def _make_is_blocked(self) -> Callable[[str | bytes], bool]:  # noqa: C901
        """Return the closure behind ``is_blocked``: the naive loop, and what it leaves out.

        One function on purpose: each call of another would cost a tenth of the whole.
        """
        known, flags_of = self._known, self._special.get
        plain = not self._special  # every rule is a SUBTREE block
        whole, above = _DECIDES_WHOLE, _DECIDES_ABOVE
        are_labels, decide, automaton = _GRAPHIC_LABELS.fullmatch, self._decide, self._automaton

        def is_blocked(name: str | bytes) -> bool:  # noqa: C901
            text: Any = name
            try:
                # A rule's own name, in lower case, is a name for certain.
                if text in known:
                    verdict = plain or whole[flags_of(text, SUBTREE)]
                    if verdict is not None:
                        return verdict
                # Bytes raise TypeError here; what is neither str nor bytes, in query_name.
                if "\\" not in text and text.isascii():
                    key: str = text.lower().removesuffix(".")
                    verdict = None
                    if key != text and key in known:
                        verdict = plain or whole[flags_of(key, SUBTREE)]
                        if verdict is not None:
                            return verdict
                    first, _, rest = key.partition(".")
                    if len(rest) > MAX_NAME_OCTETS:
                        return False  # no name, and the loop would be quadratic
                    while rest:
                        if rest in known:
                            verdict = plain or above[flags_of(rest, SUBTREE)]
                            if verdict is not None:
                                break
                        rest = rest.partition(".")[2]
                    if verdict is None and automaton is not None:
                        verdict = decide(key)
                    if not verdict:
                        return False
                    # Whether it is a name is asked only of what would be blocked, and only of the
                    # labels before the rule's own; mostly that is one like "www".
                    below = len(key) - len(rest) - 1 if rest else len(key)
                    if below == len(first) <= MAX_LABEL_OCTETS >= len(rest) and first.isalnum():
                        return True
                    if len(key) <= MAX_NAME_OCTETS and are_labels(key, 0, below):
                        return True
            except (TypeError, AttributeError):
                pass
            checked = query_name(name)
            return checked is not None and decide(checked)

        return is_blocked

    def _decide(self, key: str) -> bool:
        """Whether the rule that decides for ``key`` is a block."""
        for _, rule in self.rules_for(key):
            return not rule.allow
        return False

    def is_blocked_many(self, names: Iterable[str | bytes]) -> list[bool]:
        """Answer for each name."""
        return list(map(self.is_blocked, names))

    def rules_for(self, key: str) -> Iterator[tuple[int, Rule]]:
        """Yield number and rule of all that cover ``key``, the one that decides first."""
        kinds, at = _WHOLE, 0
        while True:
            suffix = key[at:]
            if suffix in self._known:
                flags = self._special.get(suffix, SUBTREE)
                first = self._first_rule(bisect_left(self._names, suffix))
                for bit in _ranked(flags, kinds):
                    yield first + (flags & (bit - 1)).bit_count(), named_rule(bit, suffix)
            at = key.find(".", at) + 1
            if not at:
                break
            kinds = _ABOVE
        if self._automaton is not None:
            first = self._first_rule(len(self._names))
            for i in self._automaton.matching(key):
                pattern, allow = self._patterns[i]
                yield first + i, Rule(TargetKind.PATTERN, pattern, allow)

    def _first_rule(self, index: int) -> int:
        """Return the number of the first rule of a name; the count of name rules at the end."""
        if self._starts is None:
            counts = map(int.bit_count, self._flags)
            self._starts = list(accumulate(counts, initial=0))
        return self._starts[index]
