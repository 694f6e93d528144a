"""SQUID: files for ``acl … dstdomain``: ``.name`` with all below it, ``name`` alone.

Squid refuses a file in which one entry covers another, and knows no exceptions within one. So there
is a file for each step of an exception within a block within an exception …; what holds for a name
is what the last file with an entry for it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .canary import Canary, CanaryRecord, Proof
from .exportoptions import ExportOptions
from .format import TextFile
from .lowering import sayable
from .policytree import PolicyTree

FILES = ("blocked", "allowed", "blocked-again", "allowed-again")
"""Blocks, exceptions within them, blocks within those, exceptions within those."""

_PARTS = ("exceptions", "blocks", "exceptions")
PROOFS = (
    Proof("1", FILES[1], is_blocked=False),
    Proof("2.1", FILES[2], is_blocked=True),
    Proof("3.2.1", FILES[3], is_blocked=False),
)
"""Each file decides on a name below that of the file before; a lost exception would block."""


def squid_files(_: PolicyTree, __: ExportOptions) -> tuple[TextFile, ...]:
    """Return the files; the last is one of exceptions, so that what is left out never blocks.

    The tree is read once, with the first; what belongs into the others is kept until then.
    """
    others: tuple[list[str], ...] = tuple([] for _ in FILES[1:])

    def blocked(tree: PolicyTree, _: ExportOptions) -> Iterator[str]:
        for kept in others:
            kept.clear()
        for number, entry in _entries(tree):
            if number == 0:
                yield entry
            else:
                others[number - 1].append(entry)

    def other(kept: list[str]) -> Callable[[PolicyTree, ExportOptions], Iterator[str]]:
        return lambda _, __: iter(kept)

    rest = (
        TextFile(
            other(kept), proof.file, part=f"squid {part} beside {FILES[0]}",
            canary=_canary(f".{proof.label}.{{}}", is_asked=False),
        )
        for kept, proof, part in zip(others, PROOFS, _PARTS, strict=True)
    )  # fmt: skip
    first = TextFile(blocked, FILES[0], part="squid blocks", canary=_canary(".{}", is_asked=True))
    return first, *rest


def _canary(form: str, *, is_asked: bool) -> Callable[[Canary, ExportOptions], CanaryRecord]:
    def record(canary: Canary, _: ExportOptions) -> CanaryRecord:
        asked, lines = canary.lines(form)
        return CanaryRecord(asked if is_asked else "", lines)

    return record


def _entries(tree: PolicyTree) -> Iterator[tuple[int, str]]:
    """Yield the number of a file and an entry; what holds for all below a name comes first."""
    path: list[tuple[str, bool, int]] = []
    for node in sayable(tree):
        while path and not node.name.endswith(path[-1][0]):
            path.pop()
        _, holds, rank = path[-1] if path else ("", False, -1)
        for is_wide, verdict in ((True, bool(node.below)), (False, bool(node.own))):
            if verdict == holds:
                continue
            if rank + 1 == len(FILES):
                tree.losses.add("nested", node.text)
                break
            yield rank + 1, f".{node.name}" if is_wide else node.name
            if is_wide:
                holds, rank = verdict, rank + 1
        path.append((f".{node.name}", holds, rank))
