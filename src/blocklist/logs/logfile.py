"""LOG FILE: one file of a query log, unpacked as it is read, in blocks of whole lines.

A file that ends too early (rotation, a copy that was cut short) is read as far as it is whole.
"""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import LogError
from .engine import libraries

STANDARD_INPUT = "-"
HEAD = 1 << 16
"""Octets from the beginning by which a format is detected."""
BLOCK = 1 << 18
"""Octets of lines that are handed over at once; many more are slower to split."""
MAX_LINE = 1 << 20
"""Octets of the longest line that is read."""

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


@dataclass(slots=True)
class LineCount:
    """What became of the lines of a file.

    Attributes:
        lost: lines that are too long or not UTF-8.
        is_cut: whether the file ends too early.
    """

    lost: int = 0
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a file, unpacked.

    Attributes:
        octets: at most ``HEAD``.
        packing: ``gzip``, ``zstd`` or empty.
        name: of the file.
        lines: whole lines of the beginning; octets that are not UTF-8 are replaced.
    """

    octets: bytes
    packing: str
    name: str
    lines: list[str] = field(default_factory=list)


def files_of(logs: Iterable[str]) -> list[str]:
    """Return the files that paths, folders and globs name, each once, sorted in each of these.

    Raises:
        LogError: one names no file, or is no glob.
    """
    found: dict[str, None] = {}
    for log in logs:
        path = Path(log)
        if log == STANDARD_INPUT or path.is_file():
            names = [log]
        elif path.is_dir():
            names = sorted(str(one) for one in path.rglob("*") if _is_log(one, path))
        else:
            names = sorted(str(one) for one in _globbed(path) if one.is_file())
        if not names:
            raise LogError("no such file, folder or glob with files", path=log)
        found |= dict.fromkeys(names)
    return list(found)


def _globbed(pattern: Path) -> list[Path]:
    base = Path(pattern.anchor)
    try:
        return list(base.glob(str(pattern.relative_to(base))))
    except ValueError as error:
        raise LogError(f"cannot be read as a glob: {error}", path=str(pattern)) from error


def _is_log(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts
    return path.is_file() and not any(part.startswith(".") for part in parts)


def head_of(path: str) -> Head:
    """Return the beginning of a file.

    Raises:
        LogError: it is packed and damaged there.
        OSError: it cannot be read.
    """
    with Path(path).open("rb") as raw:
        start = raw.read(4)
    packing = "gzip" if start[:2] == _GZIP else "zstd" if start == _ZSTD else ""
    octets = next(_pieces(path, packing, HEAD, LineCount()), b"")
    whole = octets if len(octets) < HEAD else octets[: octets.rfind(b"\n") + 1]
    lines = whole.decode("utf-8", "replace").splitlines()
    return Head(octets, packing, Path(path).name, lines)


def written(path: str, zone: Any) -> datetime:
    """Return when a file was last written, as the clock of a zone shows it, without the zone."""
    seconds = Path(path).stat().st_mtime
    return datetime.fromtimestamp(seconds, UTC).astimezone(zone).replace(tzinfo=None)


@contextmanager
def spooled(path: str, folder: str) -> Iterator[str]:
    """Yield a path that can be read more than once: standard input is written to ``folder``."""
    if path != STANDARD_INPUT:
        yield path
        return
    copy = Path(folder, "standard-input")
    with copy.open("wb") as file:
        while octets := sys.stdin.buffer.read(BLOCK):
            file.write(octets)
    yield str(copy)
    copy.unlink()


def _pieces(path: str, packing: str, size: int, count: LineCount) -> Iterator[bytes]:
    """Yield the octets of a file, unpacked, in pieces of at most ``size``."""
    _, pa = libraries("reading query logs")
    with Path(path).open("rb") as raw:
        file: Any = raw
        if packing == "gzip":
            file = gzip.GzipFile(fileobj=raw)
        elif packing == "zstd":
            file = pa.CompressedInputStream(pa.PythonFile(raw), "zstd")
        is_begun = is_ended = False
        while not is_ended:
            parts, left = [], size
            try:
                while left and (octets := file.read1(left)):
                    parts.append(octets)
                    left -= len(octets)
                is_ended = left > 0
            except (EOFError, OSError, zlib.error, pa.ArrowException) as error:
                if not (parts or is_begun):
                    raise LogError(f"damaged {packing} file: {error}", path=path) from error
                count.is_cut = is_ended = True  # what is whole before that place is read
            if parts:
                is_begun = True
                yield b"".join(parts)


def unpacked(path: str, packing: str, count: LineCount) -> BinaryIO:
    """Return a file that is read from its start, unpacked; short reads come only at its end."""
    return io.BufferedReader(_Pieces(_pieces(path, packing, BLOCK, count)), BLOCK)


class _Pieces(io.RawIOBase):
    """Pieces of octets as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            self._left = next(self._pieces, b"")
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def blocks(path: str, packing: str, count: LineCount) -> Iterator[bytes]:
    """Yield the lines of a file as UTF-8 of many lines, without the last line's end.

    CR LF is read as LF. Lines that are too long or not UTF-8 are left out and counted.
    """
    rest, is_long = b"", False
    for piece in _pieces(path, packing, BLOCK, count):
        before, found, after = piece.rpartition(b"\n")
        if not found:
            rest += b"" if is_long else piece
        else:
            if is_long:  # its end is in this piece
                count.lost += 1
                before, is_long = before.partition(b"\n")[2] if b"\n" in before else b"", False
            yield from _texts(rest + before, count)
            rest = after
        if len(rest) > MAX_LINE:
            rest, is_long = b"", True
    if is_long:
        count.lost += 1
    yield from _texts(rest, count)


def _texts(octets: bytes, count: LineCount) -> Iterator[bytes]:
    if not _is_text(octets):
        lines = octets.split(b"\n")
        good = [line for line in lines if _is_text(line)]
        count.lost += len(lines) - len(good)
        octets = b"\n".join(good)
    if b"\r" in octets:
        octets = octets.replace(b"\r\n", b"\n").removesuffix(b"\r")
    if octets:
        yield octets


def _is_text(octets: bytes) -> bool:
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True
