"""FORMAT: what the table of formats holds; the rows are in ``formats``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from .abilities import Abilities
from .exportoptions import ExportOptions
from .policytree import PolicyTree


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file of lines.

    Attributes:
        lines: yields them without their ends; what it cannot say goes to ``tree.losses``.
        name: within the folder of a format of several files.
        comment: what a comment line begins with; the header is such lines.
        settle: called when all is written and an older file is to be replaced, with the new, the
            old and the options.
    """

    lines: Callable[[PolicyTree, ExportOptions], Iterator[str]]
    name: str = ""
    comment: str = "# "
    settle: Callable[[BinaryIO, BinaryIO, ExportOptions], None] | None = None


@dataclass(frozen=True, slots=True)
class BinaryFile:
    """A file that is no text; ``write`` gets a stream that can seek."""

    write: Callable[[PolicyTree, ExportOptions, BinaryIO], None]
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
        split: instead of ``files``, for formats whose files depend on the image: gets the tree and
            the options.
    """

    name: str
    title: str
    can: Abilities
    files: tuple[File, ...] = ()
    split: Callable[[PolicyTree, ExportOptions], tuple[File, ...]] | None = None

    @property
    def is_folder(self) -> bool:
        """Whether it is written as a folder of files."""
        return self.split is not None or len(self.files) > 1
