"""Rules to measure with, compiled, and the queries to ask; see ``workloads.md``."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.data import all_lists, browsing, joined, large_union, vocabulary
from benchmarks.peers import Rules
from benchmarks.processes import ask_child
from benchmarks.queries import Mix, make_mixes
from benchmarks.synthetic import rules_file

_QUERIES = 1_000_000
_MILLION = 1_000_000


@dataclass
class Workload:
    """A file of rules, and what is made of it as it is needed.

    Attributes:
        title: what the tables call it.
        scale: what the targets call it: ``100k``, ``1M``, ``10M``, ``real``.
        source: the file of rules, one a line.
        folder: where to put what is made of it.
        rounds: how often to compile it.
        stream: real requests to ask for in sequence.
    """

    title: str
    scale: str
    source: Path
    folder: Path
    rounds: int = 1
    stream: list[str] = field(default_factory=list)

    @cached_property
    def compiling(self) -> Any:
        """What compiling it cost, in a process of its own; the image is kept."""
        image = self.folder / f"{self.source.stem}.blk"
        return ask_child("compiling", self.source, image, self.rounds) | {"image": str(image)}

    @cached_property
    def rules(self) -> Rules:
        """The rules that the library takes; a public suffix it refuses, and so no peer gets it."""
        names = self.source.read_text("ascii").split()
        refused = frozenset(self.compiling["refused"])
        if refused:
            print(f"{self.title}: {len(refused)} names are public suffixes or the like; left out")
        kept = self.folder / f"{self.source.stem}.kept.txt"
        names = [name for name in names if name not in refused]
        kept.write_bytes(joined(names))
        return Rules(kept, Path(self.compiling["image"]), len(names))

    @cached_property
    def mixes(self) -> list[Mix]:
        """The queries; the same for the same rules."""
        count = min(_QUERIES, 2 * self.rules.count)
        made = make_mixes(self.rules.names(), count, vocabulary())
        return [*made, Mix.of("browsing", self.stream)] if self.stream else made


def synthetic(count: int, folder: Path, cache: Path, rounds: int) -> Workload:
    """Return ``count`` synthetic rules."""
    scale = f"{count // _MILLION}M" if count >= _MILLION else f"{count // 1000}k"
    source = rules_file(count, vocabulary(), cache)
    return Workload(f"synthetic {count:,}", scale, source, folder, rounds)


def real(folder: Path, rounds: int, *, everything: bool = False) -> Workload | None:
    """Return the large real list, or the union of all lists; ``None`` where they are absent."""
    names = all_lists() if everything else large_union()
    if not names:
        return None
    scale, title = ("all", "all real lists") if everything else ("real", "real union")
    source = folder / f"{scale}.txt"
    source.write_bytes(joined(names))
    return Workload(f"{title} {len(names):,}", scale, source, folder, rounds, browsing())
