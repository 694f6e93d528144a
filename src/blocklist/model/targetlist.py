"""TARGET LIST: the targets of a long list as columns, without an object for each."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from typing import NamedTuple, overload

from .targets import Target, TargetKind

MARKS = ("", "*.", "=", ".")
"""What may stand before the name of a target, by the number that says so in a form."""
FORM_RAW = 4
"""In a form: the target is not its mark and its name, so its raw text is kept apart."""

_KINDS = {1: TargetKind.BELOW, 2: TargetKind.EXACT}


class NamesOfKind(NamedTuple):
    """Names of a list that are of one kind, in sequence.

    Attributes:
        kind: of all.
        names: a line end after each.
        lines: where each stands in the source.
        raws: the raw text of each, ``""`` where it is the name; or none, if all are.
    """

    kind: TargetKind
    names: bytes
    lines: array[int]
    raws: list[str]


class TargetList(Sequence[Target]):
    """An immutable sequence of targets that stores plain names without an object for each.

    A list of a million names is two columns here, and a ``Target`` is made when one is looked at.
    Plain means: a canonical name of two labels or more, behind a mark or none, and nothing to say
    of it beside its raw text.

    Attributes:
        names: the plain names in ASCII, a line end after each.
        lines: the line of each plain name in the source.
        others: the targets that are not plain, by their index in the sequence, ascending.
        kind: of the plain names, unless their mark says another.
        forms: for each plain name the number of its mark in ``MARKS``, and ``FORM_RAW`` where its
            raw text is another; empty if all of them are 0.
        raws: those raw texts in UTF-8, a line end after each.
    """

    __slots__ = ("_raws", "_split", "forms", "kind", "lines", "names", "others", "raws")

    def __init__(
        self,
        names: bytes,
        lines: array[int],
        others: Mapping[int, Target] | None = None,
        kind: TargetKind = TargetKind.SUBTREE,
        forms: bytes = b"",
        raws: bytes = b"",
    ) -> None:
        """Take the columns."""
        self.names: bytes = names
        self.lines: array[int] = lines
        self.others: Mapping[int, Target] = others or {}
        self.kind: TargetKind = kind
        self.forms: bytes = forms
        self.raws: bytes = raws
        self._split: list[str] | None = None
        self._raws: list[str] = []

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
            self._raws = self._raw_texts(self._split) if self.forms else []
        name = self._split[index]
        kind = self._kind(self.forms[index]) if self.forms else self.kind
        raw = self._raws[index] if self._raws else ""
        return Target(kind, name, raw or name, self.lines[index])

    def _kind(self, form: int) -> TargetKind:
        return _KINDS.get(form & ~FORM_RAW, self.kind)

    def _raw_texts(self, names: list[str]) -> list[str]:
        """Return the raw text of each plain name, ``""`` where it is the name."""
        kept = iter(self.raws.decode("utf-8").split("\n"))
        return [
            next(kept) if form & FORM_RAW else MARKS[form] + name if form else ""
            for form, name in zip(self.forms, names, strict=False)
        ]

    def by_kind(self) -> Iterator[NamesOfKind]:
        """Yield the plain names of each kind; one column at least."""
        if not any(self.forms):
            yield NamesOfKind(self.kind, self.names, self.lines, [])
            return
        names = self.names.decode("ascii").split("\n")
        raws = self._raw_texts(names)
        kinds = {form: self._kind(form) for form in set(self.forms)}
        for kind in sorted(set(kinds.values())):
            if set(kinds.values()) == {kind}:
                yield NamesOfKind(kind, self.names, self.lines, raws)
                return
            chosen = self.forms.translate(bytes(kinds.get(form) is kind for form in range(256)))
            yield NamesOfKind(
                kind,
                "".join(f"{name}\n" for name in compress(names, chosen)).encode("ascii"),
                array("I", compress(self.lines, chosen)),
                list(compress(raws, chosen)),
            )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"<TargetList of {len(self)}>"
