"""SOURCES: a path, a folder, octets or a stream → the documents to read, in sequence."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO

from ..documents import Document
from ..documents.archive import is_of_system
from ..errors import OrderSyntaxError

AnySource = str | os.PathLike[str] | bytes | BinaryIO
MAX_OCTETS = 1 << 30
"""The largest source that is read, in octets."""


def documents_of(source: AnySource, name: str, aside: Collection[Path] = ()) -> Iterator[Document]:
    """Yield each file, as it arrived; a folder's by path in sequence, without those ``aside``.

    Raises:
        OrderSyntaxError: a file is too large, or there is none.
        TypeError: the source is none of the four.
        OSError: passes through.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        yield _document(name or "bytes", name or "<bytes>", bytes(source))
    elif isinstance(source, str | os.PathLike):
        path = Path(source)
        if not path.is_dir():
            if path not in aside:
                yield _read(path, path.name)
            return
        files = [file for file in files_of(path) if file not in aside]
        if not files and not aside:
            raise OrderSyntaxError("the folder holds no files", path=str(path))
        for file in files:
            yield _read(file, file.relative_to(path).as_posix())
    elif hasattr(source, "read"):
        yield _document(name or "stream", name or "<stream>", _read_all(source))
    else:
        raise TypeError(f"source must be a path, bytes or a stream, not {type(source).__name__}")


def _read_all(stream: BinaryIO) -> bytes:
    """Read to the end: a pipe or socket gives less than it was asked for."""
    parts: list[bytes] = []
    wanted = MAX_OCTETS + 1
    while wanted:
        part = stream.read(wanted)
        if not isinstance(part, bytes):
            raise TypeError("the stream must be binary: open(path, 'rb')")
        if not part:
            break
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)


def files_of(folder: Path) -> list[Path]:
    """Return the files of a folder and of those below it, by path in sequence.

    Raises:
        OSError: a folder may not be read.
    """

    def fail(error: OSError) -> None:
        raise error  # a folder that may not be read would lift all its orders in silence

    found = []
    for root, folders, files in os.walk(folder, onerror=fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(root, name) for name in files if not is_of_system(name)]
    regular = (file for file in found if file.is_file() and not file.is_symlink())
    return sorted(regular, key=lambda file: file.relative_to(folder).as_posix())


def _read(path: Path, name: str) -> Document:
    with path.open("rb") as file:
        return _document(name, str(path), file.read(MAX_OCTETS + 1))


def _document(name: str, path: str, data: bytes) -> Document:
    if len(data) > MAX_OCTETS:
        raise OrderSyntaxError(f"larger than {MAX_OCTETS:,} octets", path=path)
    return Document(name, path, data)
