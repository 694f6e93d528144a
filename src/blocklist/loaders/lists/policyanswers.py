"""POLICY ANSWERS: the names that a policy zone answers alike, and those that no wildcard reaches.

In DNS ``*.example.com`` answers for what is below ``example.com`` and does not exist. A name exists
if the zone has a record of it, or of a name below it, be that a wildcard; then no wildcard above
reaches it or what is below it (RFC 4592, section 3.3.1). Our subtrees do reach it, so it is an
exception here.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import chain, compress, repeat

from ...model.names import CANONICAL_NAME
from ...model.targetlist import TargetList
from ...model.targets import Target, TargetError, TargetKind, parse_target

_Column = tuple[list[str], "array[int]"]


class PolicyAnswer:
    """The names and addresses that one answer is for."""

    def __init__(self) -> None:
        self.exact: list[str] = []
        self.exact_lines = array("I")
        self.below: list[str] = []
        self.below_lines = array("I")
        self.odd: dict[tuple[TargetKind, str], Target] = {}
        self._whole = b"", array("I")
        self._split: list[str] | None = None

    def add_columns(self, exact: tuple[bytes, array[int]], below: tuple[bytes, array[int]]) -> None:
        """Add plain names and their lines: those that stand alone, and those with ``*``."""
        if exact[0] == below[0]:  # no name needs an object
            self._whole = exact
            return
        for names, lines, (octets, numbers) in (
            (self.exact, self.exact_lines, exact),
            (self.below, self.below_lines, below),
        ):
            names += octets.decode("ascii").split("\n")[:-1]
            lines.extend(numbers)

    def add(self, kind: TargetKind, text: str, line: int, note: str) -> None:
        """Add a name or a prefix; ``TargetError`` if it is none."""
        if (
            kind is TargetKind.ADDRESS
            or note
            or "xn--" in text
            or not CANONICAL_NAME.fullmatch(text)
        ):
            target = replace(parse_target(text, line=line, kind=kind), note=note)
            if target.kind is not kind:
                raise TargetError("an address or a pattern where a name stands", "not-a-name")
            self.odd.setdefault((target.kind, target.value), target)
        elif kind is TargetKind.BELOW:
            self.below.append(text)
            self.below_lines.append(line)
        else:
            self.exact.append(text)
            self.exact_lines.append(line)

    def targets(self) -> TargetList:
        """Return all of it, the names that stand alone and with ``*`` as subtrees."""
        if self._whole[0] and not self.exact and not self.below:
            others = sorted(self._odd_targets(), key=lambda target: target.line)
            octets, lines = self._whole
            return TargetList(octets, lines, dict(enumerate(others, len(lines))))
        self._unfold()
        exact, below = (self.exact, self.exact_lines), (self.below, self.below_lines)
        both = set(self.exact).intersection(self.below) if self.exact != self.below else None
        columns = {TargetKind.SUBTREE: exact}
        if both is not None:
            columns = {
                TargetKind.SUBTREE: _chosen(exact, both, True),
                TargetKind.EXACT: _chosen(exact, both, False),
                TargetKind.BELOW: _chosen(below, both, False),
            }
        # The largest column needs no object for each name.
        kind = max(columns, key=lambda kind: len(columns[kind][0]))
        names, lines = columns.pop(kind)
        others = [
            Target(other, name, f"*.{name}" if other is TargetKind.BELOW else name, line)
            for other, column in columns.items()
            for name, line in zip(*column, strict=True)
        ]
        others += self._odd_targets()
        others.sort(key=lambda target: target.line)
        octets = ("\n".join(names) + "\n").encode("ascii") if names else b""
        return TargetList(octets, lines, dict(enumerate(others, len(names))), kind)

    def _odd_targets(self) -> Iterator[Target]:
        for (kind, value), target in self.odd.items():
            if kind is TargetKind.BELOW and (TargetKind.EXACT, value) in self.odd:
                continue
            whole = kind is TargetKind.EXACT and (TargetKind.BELOW, value) in self.odd
            yield replace(target, kind=TargetKind.SUBTREE) if whole else target

    def _unfold(self) -> None:
        """Put the names that were in both columns among the others."""
        names, lines = self._whole_column()
        self._whole, self._split = (b"", array("I")), None
        self.exact, self.exact_lines = names + self.exact, lines + self.exact_lines
        self.below, self.below_lines = names + self.below, lines + self.below_lines

    def alone(self) -> list[_Column]:
        """Return the names that have a record, and their lines."""
        odd = self._odd_column(TargetKind.EXACT)
        return [self._whole_column(), (self.exact, self.exact_lines), odd]

    def wild(self) -> list[_Column]:
        """Return the names that have a wildcard below them."""
        odd = self._odd_column(TargetKind.BELOW)
        return [self._whole_column(), (self.below, self.below_lines), odd]

    def owners(self) -> list[_Column]:
        """Return the names that have one or the other."""
        return [*self.alone(), *self.wild()[1:]]

    def _whole_column(self) -> _Column:
        octets, lines = self._whole
        if self._split is None:
            self._split = octets.decode("ascii").split("\n")[:-1]
        return self._split, lines

    def _odd_column(self, kind: TargetKind) -> _Column:
        odd = [t for t in self.odd.values() if t.kind is kind]
        return [t.value for t in odd], array("I", (t.line for t in odd))

    def __len__(self) -> int:
        return len(self._whole[1]) + len(self.exact) + len(self.below) + len(self.odd)


def _chosen(column: _Column, both: set[str], within: bool) -> _Column:
    """Return the names of a column that are in ``both``, or those that are not."""
    names, lines = column
    if not both or len(both) == len(names):
        return column if within is bool(both) else ([], array("I"))
    kept = [(name in both) is within for name in names]
    return list(compress(names, kept)), array("I", compress(lines, kept))


def unreached(
    blocks: Collection[PolicyAnswer], passed: PolicyAnswer, unread: dict[str, int]
) -> list[Target]:
    """Return as exceptions the names that a blocking wildcard of the zone does not reach.

    Args:
        blocks: what the zone answers.
        passed: what it lets pass.
        unread: owners of its other records, and their lines.
    """
    known = [column for answer in (*blocks, passed) for column in answer.owners()]
    known.append(([owner.removeprefix("*.") for owner in unread], array("I", unread.values())))
    lines = _existing_below([names for answer in blocks for names, _ in answer.wild()], known)
    if not lines:
        return []
    alone = set(lines).intersection(_all_of(answer.alone() for answer in (*blocks, passed)))
    below = set(lines).intersection(_all_of(answer.wild() for answer in (*blocks, passed)))
    free = [
        (name, _KIND_OF_FREE[name in alone, name in below])
        for name in lines
        if name not in alone or name not in below
    ]
    return list(_exceptions(sorted(free, key=lambda item: (lines[item[0]], item)), lines))


_KIND_OF_FREE = {
    (False, False): TargetKind.SUBTREE, (False, True): TargetKind.EXACT,
    (True, False): TargetKind.BELOW,
}  # fmt: skip
"""What no record answers for, by whether the name has one, and whether its wildcard has."""


def _all_of(groups: Iterable[Iterable[_Column]]) -> Iterator[str]:
    return chain.from_iterable(names for group in groups for names, _ in group)


def _existing_below(wild: Collection[list[str]], known: Iterable[_Column]) -> dict[str, int]:
    """Return each name one label below one of ``wild`` that is known, or lies above one that is.

    With the first line that makes it exist. What this costs grows with how many depths the names of
    ``wild`` have, not with the labels of ``known``.
    """
    found: dict[str, int] = {}
    # A column of whole names is in both, and counted once: that is what most zones cost here.
    dots = {
        id(names): list(map(str.count, names, repeat(".")))
        for names in (*wild, *(names for names, _ in known))
    }
    depths = sorted(set().union(*(dots[id(names)] for names in wild)))
    deep = [
        (name, line)
        for names, lines in known
        if depths and max(dots[id(names)], default=0) > depths[0]
        for name, line, its in zip(names, lines, dots[id(names)], strict=True)
        if its > depths[0]
    ]
    crossed = frozenset[str]().union(*wild) if deep else ()
    for name, line in deep:
        for depth in depths:
            if depth >= name.count("."):
                break
            head = name.rsplit(".", depth + 1)[0]
            if name[len(head) + 1 :] in crossed:
                child = name[head.rfind(".") + 1 :]
                if line < found.get(child, line + 1):
                    found[child] = line
    return found


def _exceptions(free: Iterable[tuple[str, TargetKind]], lines: dict[str, int]) -> Iterator[Target]:
    for name, kind in free:
        try:
            target = parse_target(name, line=lines[name], kind=kind)
        except TargetError:  # no host name, so nobody would look it up
            continue
        if target.kind is kind:
            yield replace(target, raw=target.text, note="")
