"""ARCHIVE: the files in a ZIP archive, or in a gzip, bzip2 or xz file.

The names in an archive are labels and nothing more: no file is written, whatever its name says.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from io import BytesIO

from ..errors import OrderSyntaxError
from .document import Document
from .limits import Budget, Read, opening

_ENCRYPTED = 0x1
_XZ_MEMORY = 256 << 20
_LOCAL_HEADER = 30  # octets at least, before a member's name
_PIECE = 1 << 14


class Archive:
    """A ZIP archive in memory."""

    def __init__(self, document: Document, budget: Budget) -> None:
        """Read its table of contents.

        Raises:
            OrderSyntaxError: it is damaged, or holds too many files.
        """
        self._path = document.path
        self._budget = budget
        with opening("a ZIP archive", self._path):
            self._zip = zipfile.ZipFile(BytesIO(document.data))
        budget.spend_members(len(self._zip.infolist()), self._path)
        self._check_places()

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its members."""
        return frozenset(self._zip.namelist())

    def member(self, name: str) -> bytes | None:
        """Return a member's octets, or None if there is none of that name.

        Raises:
            OrderSyntaxError: it is encrypted, damaged or too large.
        """
        return self._read(self._zip.getinfo(name)) if name in self.names else None

    def files(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        """Yield each file but folders and what a system hides: its name, and what reads it.

        The second raises as ``member`` does.
        """
        for info in self._zip.infolist():
            parts = info.filename.replace("\\", "/").split("/")
            hidden = "__MACOSX" in parts or is_of_system(parts[-1])
            if not info.is_dir() and not hidden:
                yield info.filename, partial(self._read, info)

    def _check_places(self) -> None:
        """Refuse members that share octets, of which a small file makes gibibytes."""
        at = 0
        for info in sorted(self._zip.infolist(), key=lambda info: info.header_offset):
            if info.header_offset < at:
                raise OrderSyntaxError(
                    "a ZIP archive whose files overlap, like a decompression bomb; if the sender "
                    "confirms it, unpack it by hand",
                    path=self._path,
                )
            at = info.header_offset + _LOCAL_HEADER + info.compress_size

    def _read(self, info: zipfile.ZipInfo) -> bytes:
        path = f"{self._path}/{info.filename}"
        if info.flag_bits & _ENCRYPTED:
            raise OrderSyntaxError("encrypted: unpack it with its password first", path=path)
        with opening("a file in a ZIP archive", path), self._zip.open(info) as stream:
            return self._budget.unpack(stream.read, info.compress_size, path)


def is_of_system(name: str) -> bool:
    """Whether a system or an office program leaves a file of that name beside those of people."""
    return name.startswith((".", "~$")) or name.casefold() in ("thumbs.db", "desktop.ini")


def is_compressed(octets: bytes) -> bool:
    """Whether the octets begin as a gzip, bzip2 or xz file does."""
    return _unpacker(octets) is not None


def uncompressed(document: Document, budget: Budget) -> bytes:
    """Return what a gzip, bzip2 or xz file holds.

    Raises:
        OrderSyntaxError: it is damaged or too large.
    """
    found = _unpacker(document.data)
    assert found is not None  # noqa: S101 - the caller asked is_compressed
    what, make = found
    with opening(what, document.path):
        read = make(document.data)
        return budget.unpack(read, len(document.data), document.path)


def _unpacker(octets: bytes) -> tuple[str, Callable[[bytes], Read]] | None:
    if octets.startswith(b"\x1f\x8b\x08"):
        return "a gzip file", lambda data: gzip.GzipFile(fileobj=BytesIO(data)).read
    if octets.startswith(b"BZh") and octets[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return "a bzip2 file", lambda data: bz2.BZ2File(BytesIO(data)).read
    if octets.startswith(b"\xfd7zXZ\0"):
        return "an xz file", _xz
    return None


def _xz(data: bytes) -> Read:
    """Return a reader of an xz file, whose header may ask for gibibytes of memory."""
    # In pieces, for what a stream leaves over is copied: millions of tiny streams may follow.
    packed = BytesIO(data)
    decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)

    def read(size: int) -> bytes:
        nonlocal decompressor
        while True:
            rest = b""
            if decompressor.eof:
                rest = decompressor.unused_data.lstrip(b"\0")  # padding between streams
                while not rest:
                    piece = packed.read(_PIECE)
                    if not piece:
                        return b""
                    rest = piece.lstrip(b"\0")
                decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
            elif decompressor.needs_input:
                rest = packed.read(_PIECE)
                if not rest:
                    raise EOFError("it ends too early")
            part = decompressor.decompress(rest, size)
            if part:
                return part

    return read
