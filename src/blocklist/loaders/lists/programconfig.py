"""CONFIGURATION: rules of a program's configuration, where each may have another answer.

What a program does with a name is often more than to block it: it forwards it, serves it, or
answers for some clients alone. That is no block, and it also keeps a wider block of the same file
from the name. So it is an exception as far as the file itself blocks the name, and no further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from ...documents import Document
from ...model.names import superdomains
from ...model.orders import Order
from ...model.targets import NAME_KINDS, Target, TargetKind
from .answeredorders import answered_orders, limited
from .rulereader import Frame, RuleReader, rule_order

Place = tuple[int | None, str]
"""Where a line stands among the names that are read in bulk, and its text."""


class ConfigurationReader(RuleReader):
    """Collects targets by what the program answers, exceptions, and names that it opens."""

    def __init__(self, document: Document, scope: TargetKind = TargetKind.SUBTREE) -> None:
        """Take the document, and what a name means."""
        super().__init__(document, scope)
        self._said: str | None = None
        self._parts: dict[str, RuleReader] = {}
        self._opened: list[Target] = []

    def read_frame(self, frame: Frame | None, said: str, rule: Callable[[int, str], None]) -> None:
        """Read every line as ``read_rules`` does; ``said`` is the answer of those in the frame."""
        if frame is not None:
            self._said = said
        self.read_rules(frame, rule)

    def place(self) -> Place:
        """Return where the line that is being read stands."""
        return self._before, self._line

    def go_to(self, place: Place) -> None:
        """Take what follows as read at that place; places are gone to in their sequence."""
        self._before, self._line = place

    def block_as(
        self, said: str, line: int, text: str, kind: TargetKind | None = None, *, raw: str = "",
        data: str = "",
    ) -> None:  # fmt: skip
        """Add the target that ``text`` is, which the program answers as ``said``."""
        if self._said is None:
            self._said = said
        said, note = limited(said, [self._said, *self._parts], data or said)
        if said == self._said:
            self.block(line, text, kind, raw=raw, note=note)
            return
        part = self._parts.get(said)
        if part is None:
            part = self._parts[said] = RuleReader(self._document, self._scope)
            part.rejected = self.rejected
        part.go_to_line(self._line)
        part.block(line, text, kind, raw=raw, note=note)

    def open(self, line: int, text: str, kind: TargetKind) -> None:
        """Except a name from what this configuration blocks, if it blocks it."""
        before = len(self.rejected)
        target = self._target(line, text, kind, "", "")
        del self.rejected[before:]  # that it is no name is said where it is refused
        if target is not None and target.kind in NAME_KINDS:
            self._opened.append(target)

    def orders(self, document: Document, format: str) -> Iterator[Order]:  # noqa: A002
        """Yield an order for each answer that is there; the first is the one with most targets."""
        self._before = None
        blocked = {(self._said or ""): self.targets}
        blocked |= {said: part.targets for said, part in self._parts.items()}
        if self._opened:
            names = {(t.kind, t.value) for targets in blocked.values() for t in targets}
            self.exceptions += (t for t in self._opened if _is_within(t, names))
        answers = [(said, targets) for said, targets in blocked.items() if targets]
        answers.sort(key=lambda answer: -len(answer[1]))
        order = replace(rule_order(document, format, self), targets=())
        yield from answered_orders(order, answers)


def _is_within(target: Target, blocked: set[tuple[TargetKind, str]]) -> bool:
    """Whether some of a target is blocked by what stands at it or above it."""
    if any((kind, target.value) in blocked for kind in NAME_KINDS):
        return True
    return any(
        (kind, above) in blocked
        for above in superdomains(target.value)
        for kind in (TargetKind.SUBTREE, TargetKind.BELOW)
    )
