"""TARGET LIST: the targets of a long list as columns, without an object for each."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from .targets import Target, TargetKind


class TargetList(Sequence[Target]):
    """An immutable sequence of targets that stores plain names without an object for each.

    A list of a million names is two columns here, and a ``Target`` is made when one is looked at.
    Plain means: its raw text is the canonical name of two labels or more, and its kind is that of
    the whole list.

    Attributes:
        names: the plain names in ASCII, a line end after each.
        lines: the line of each plain name in the source.
        others: the targets that are not plain, by their index in the sequence, ascending.
        kind: of the plain names.
    """

    __slots__ = ("_split", "kind", "lines", "names", "others")

    def __init__(
        self,
        names: bytes,
        lines: array[int],
        others: Mapping[int, Target] | None = None,
        kind: TargetKind = TargetKind.SUBTREE,
    ) -> None:
        """Take the columns."""
        self.names: bytes = names
        self.lines: array[int] = lines
        self.others: Mapping[int, Target] = others or {}
        self.kind: TargetKind = kind
        self._split: list[str] | None = None

    def __len__(self) -> int:
        return len(self.lines) + len(self.others)

    @overload
    def __getitem__(self, index: int) -> Target: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Target, ...]: ...
    def __getitem__(self, index: int | slice) -> Target | tuple[Target, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        if index in self.others:
            return self.others[index]
        return self._plain(index - bisect_left(list(self.others), index))

    def __iter__(self) -> Iterator[Target]:
        plain = 0
        for index in range(len(self)):
            other = self.others.get(index)
            if other is None:
                yield self._plain(plain)
                plain += 1
            else:
                yield other

    def _plain(self, index: int) -> Target:
        if self._split is None:
            self._split = self.names.decode("ascii").split("\n")
        name = self._split[index]
        return Target(self.kind, name, name, self.lines[index])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"<TargetList of {len(self)}>"
