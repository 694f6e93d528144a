"""FORMAT: what the table of formats holds; the rows are in ``formats``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from .abilities import Abilities
from .canary import Canary, CanaryRecord, Proof
from .exportoptions import ExportOptions
from .policytree import PolicyTree


class Digest(Protocol):
    """What a hash is fed by."""

    def update(self, octets: bytes, /) -> None:
        """Take more octets."""


Ending = Callable[[Canary | None], str]
"""Ends a file; returns the name that its server is to be asked for, if there is a canary."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file of lines.

    Attributes:
        lines: yields them without their ends; what it cannot say goes to ``tree.losses``.
        name: within the folder of a format of several files.
        comment: what a comment line begins with; the header is such lines.
        part: what the head says of a file that is read back: ``squid exceptions beside blocked``.
        canary: returns the last lines, which show that the file was read to its end.
        ending: lines behind those, of a file whose syntax needs them.
        settle: called when all is written and an older file is to be replaced, with the new, the
            old and the options.
    """

    lines: Callable[[PolicyTree, ExportOptions], Iterator[str]]
    name: str = ""
    comment: str = "# "
    part: str = ""
    canary: Callable[[Canary, ExportOptions], CanaryRecord] | None = None
    ending: str = ""
    settle: Callable[[BinaryIO, BinaryIO, ExportOptions], None] | None = None


@dataclass(frozen=True, slots=True)
class BinaryFile:
    """A file that is no text.

    Attributes:
        write: gets a stream that can seek and takes what it writes into the digest; returns what
            ends the file, with the canary or without, and tells what a server is to be asked for.
        name: within the folder of a format of several files.
    """

    write: Callable[[PolicyTree, BinaryIO, Digest], Ending]
    name: str = ""


File = TextFile | BinaryFile


@dataclass(frozen=True, slots=True)
class Format:
    """A format that is written.

    Attributes:
        name: as ``export`` and ``--format`` take it.
        title: one line for people: which program, which file.
        can: what it can say; the rest is lost.
        files: one file, or those of a folder, each made from a tree of its own. A loss is counted
            once, whichever files it is missing from.
        has_zone: whether it is a zone with a name, in which the canary lies.
        split: instead of ``files``, for formats whose files depend on the image: gets the tree and
            the options.
        proofs: of the files of a folder that are read one by one, where the canary is in the first.
    """

    name: str
    title: str
    can: Abilities
    files: tuple[File, ...] = ()
    has_zone: bool = False
    split: Callable[[PolicyTree, ExportOptions], tuple[File, ...]] | None = None
    proofs: tuple[Proof, ...] = ()

    @property
    def is_folder(self) -> bool:
        """Whether it is written as a folder of files."""
        return self.split is not None or len(self.files) > 1
