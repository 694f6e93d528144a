"""LOSSES: what an export leaves out, and why; counted, with examples, never in silence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Loss:
    """One reason why something of the image is not in the export.

    Attributes:
        code: stable, for programs.
        reason: a sentence for a person.
        count: the number of rules or names left out.
        examples: some of them, in the notation of order files.
    """

    code: str
    reason: str
    count: int
    examples: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = f"{self.count:,} left out: {self.reason}"
        if not self.examples:
            return text
        more = ", …" if self.count > len(self.examples) else ""
        return f"{text}: {', '.join(self.examples)}{more}"


REASONS = {
    "confidential": "only confidential orders name it, and they are written only on request",
    "exact": "the format cannot block a name without its subdomains",
    "below": "the format cannot block subdomains without the name itself",
    "children": "the format blocks single names, so subdomains stay reachable",
    "exception": "the format cannot write its exceptions, so too much would be blocked",
    "nested": "the format cannot block a name below an exception",
    "pattern": "the format cannot block patterns",
    "url": "the format cannot block URLs, and the whole host was not ordered blocked",
    "address": "the format cannot block addresses",
    "prefix": "the format holds single addresses and cannot express this prefix",
    "name": "the format cannot block names",
    "trigger": "the format would read the name as an address or a client",
    "check-names": (
        "BIND refuses the zone for an address at a name with an underscore or a hyphen at an edge; "
        "--assume check-names-ignore says that it is set to take them"
    ),
    "too-long": "the name is too long: at most 255 octets, including the name of the zone",
}
"""What each code of a loss means. An export is never wider than its image, so where a format cannot
say something exactly, it says less."""


@dataclass
class Losses:
    """Collects what one export leaves out.

    Attributes:
        each: called with code and text of each single loss, for a caller who wants them all.
    """

    each: Callable[[str, str], None] | None = None
    _counts: dict[str, int] = field(default_factory=dict)
    _examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, code: str, text: str = "") -> None:
        """Count one loss of a code of ``REASONS``; ``text`` is the rule, unless it is secret."""
        self._counts[code] = self._counts.get(code, 0) + 1
        examples = self._examples.setdefault(code, [])
        if text and len(examples) < _EXAMPLES:
            examples.append(text)
        if self.each is not None:
            self.each(code, text)

    def all(self) -> tuple[Loss, ...]:
        """Return them by code."""
        return tuple(
            Loss(code, REASONS[code], count, tuple(self._examples[code]))
            for code, count in sorted(self._counts.items())
        )
