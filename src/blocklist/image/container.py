"""IMAGE: the one file that crosses from the compile side to the serve side.

Layout, little-endian: a header of 64 octets (magic, version, number of sections, file length,
SHA-256), a table of sections (name, offset, length), the sections at multiples of 64 octets. The
checksum covers everything but itself. The magic holds octets that a text-mode transfer changes.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import stat
from collections.abc import Mapping
from io import FileIO
from typing import TYPE_CHECKING, Any

from ..atomicfile import Rights, absolute, replacing
from ..errors import ImageChecksumError, ImageVersionError, NotAnImageError
from .contentdigest import content_digest, holds_secrets
from .layout import (
    ALIGNMENT,
    CHECKSUM_SIZE,
    HEADER,
    MAGIC,
    MAX_SECTIONS,
    SECTION_ORDERS,
    TABLE_ROW,
    VERSION,
)
from .privatecopy import SealedMemory, private_copy

if TYPE_CHECKING:
    from ..model.report import Report

_BEFORE_CHECKSUM = HEADER.at["checksum"]
_AFTER_CHECKSUM = _BEFORE_CHECKSUM + CHECKSUM_SIZE


class Image:
    """A compiled blocklist: immutable octets in named sections.

    Made by ``compile_orders`` or opened from a file. A mapped file is shared between processes, but
    replace it only with ``save`` or another atomic rename: writing into it in place changes the
    answers, and cutting it short ends the processes that read it (SIGBUS). A private copy
    (``share=False``) does not change, whatever happens to the file.

    Attributes:
        path: the file it was opened from, or ``None``.
        report: what compiling accepted and refused; ``None`` for an image opened from a file.
        digest: SHA-256 of the octets, in hex, as the file states it.
    """

    digest: str

    __slots__ = (
        "_content_digest", "_data", "_file", "_memory", "_sections", "digest", "path", "report",
    )  # fmt: skip

    def __init__(
        self, data: bytes | memoryview, *, path: str | None = None, verify: bool = True
    ) -> None:
        """Check ``data`` and read its table of sections.

        Args:
            data: a whole image.
            path: for messages.
            verify: compare the checksum, which reads every octet. Without it a damaged file may
                give wrong answers.

        Raises:
            NotAnImageError: foreign, cut short or contradicting itself.
            ImageVersionError: written for another format version.
            ImageChecksumError: damaged.
        """
        self._data = memoryview(data)
        self.path: str | None = path
        self._file: str | None = None
        self.report: Report | None = None
        self._memory: SealedMemory | None = None
        self._content_digest = ""
        self._sections, self.digest = _read_header(self._data, path, verify)

    @classmethod
    def open(
        cls, path: str | os.PathLike[str], *, verify: bool = True, share: bool = True
    ) -> Image:
        """Open a saved image.

        Args:
            path: the file.
            verify: see ``__init__``; of a private copy, the octets in memory are verified.
            share: map the file read-only; else copy it into memory that only this process and its
                forks hold.

        Raises:
            ImageError: as ``__init__``. ``OSError`` passes through.
        """
        with open(path, "rb", buffering=0, opener=_open_at_once) as file:
            image = cls._of_file(file, os.fspath(path), verify=verify, share=share)
        image._file = absolute(path)
        return image

    @classmethod
    def open_descriptor(cls, descriptor: int, path: str) -> Image:
        """Open a private copy of a file that is open already, such as the memory of another image.

        ``/dev/fd/N`` would lead nowhere without ``/proc``, as in a chroot, and it asks for rights
        that the process may have given up.

        Args:
            descriptor: of the file; it stays open. Sealed memory is not copied.
            path: for messages.

        Raises:
            ImageError: as ``__init__``. ``OSError`` passes through.
        """
        with open(descriptor, "rb", buffering=0, closefd=False) as file:
            file.seek(0)
            return cls._of_file(file, path, verify=True, share=False)

    @classmethod
    def _of_file(cls, file: FileIO, path: str, *, verify: bool, share: bool) -> Image:
        size, memory = _stated_size(file, path), None
        if share:
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        else:
            data, memory = private_copy(file, size, path)
        image = cls(data, path=path, verify=verify)
        image._memory = memory
        return image

    @classmethod
    def build(cls, sections: Mapping[str, bytes], report: Report | None = None) -> Image:
        """Lay out ``sections``; the same sections give the same octets."""
        places, offset = {}, HEADER.size + TABLE_ROW.size * len(sections)
        for name, content in sorted(sections.items()):
            offset += -offset % ALIGNMENT
            places[name] = offset
            offset += len(content)
        # Pages of its own, so that lines of the trie lie as they will in a mapped file.
        data = memoryview(mmap.mmap(-1, offset))
        HEADER.struct.pack_into(
            data, 0, MAGIC, VERSION, len(sections), offset, bytes(CHECKSUM_SIZE)
        )
        for i, (name, at) in enumerate(places.items()):
            content = sections[name]
            row = HEADER.size + i * TABLE_ROW.size
            TABLE_ROW.struct.pack_into(data, row, name.encode(), at, len(content))
            data[at : at + len(content)] = content
        data[_BEFORE_CHECKSUM:_AFTER_CHECKSUM] = _checksum(data)
        image = cls(data.toreadonly(), verify=False)
        image.report = report
        return image

    @property
    def descriptor(self) -> int | None:
        """Of the sealed memory that holds a private copy, open while the image is; else ``None``.

        To pass to a process started apart, which opens ``/dev/fd/N`` and copies nothing.
        """
        return None if self._memory is None else self._memory.descriptor

    @property
    def octets(self) -> memoryview:
        """The whole image, without a copy."""
        return self._data

    @property
    def sections(self) -> tuple[str, ...]:
        """The names of the sections, sorted."""
        return tuple(self._sections)

    def section(self, name: str) -> memoryview:
        """Return the octets of a section, without a copy; ``NotAnImageError`` if it is missing."""
        try:
            offset, length = self._sections[name]
        except KeyError:
            raise NotAnImageError(f"the image has no section {name!r}", path=self.path) from None
        return self._data[offset : offset + length]

    @property
    def content_digest(self) -> str:
        """SHA-256, in hex, of what is blocked and why: rules, and orders with their dates.

        Paths, lines and raw texts are not in it, so two hosts agree that read one list under other
        names. It holds for one version of the image format. Worked out when it is first asked for,
        0.1 s for a million rules.

        Raises:
            NotAnImageError: the sections contradict each other.
        """
        if not self._content_digest:
            try:
                self._content_digest = content_digest(self.section)
            except (ValueError, TypeError, AttributeError, RecursionError) as error:
                raise NotAnImageError(str(error), path=self.path) from error
        return self._content_digest

    @property
    def rights(self) -> Rights:
        """Who may do what with its file; an image with confidential orders is not for others."""
        secret = SECTION_ORDERS in self._sections and holds_secrets(self.section(SECTION_ORDERS))
        return Rights(is_private=secret, group_reads=secret)

    def close(self) -> None:
        """Give the file or memory back, once nothing else reads it; asking again is an error."""
        self._data.release()
        self._memory = None

    def __len__(self) -> int:
        """Octets of the whole image."""
        return len(self._data)

    def __bytes__(self) -> bytes:
        return bytes(self._data)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by path and digest: who unpickles maps the same file.

        Raises:
            TypeError: it has no file.
        """
        if self._file is None:
            raise TypeError(
                "this image has no file that another process could open: image.save(path), and "
                "pickle what Image.open(path) or Blocklist.open(path) returns"
            )
        return _opened_again, (self._file, self.digest)

    def __repr__(self) -> str:
        return f"<Image {self.digest[:12]} of {len(self)} octets>"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the image so that ``path`` holds the old file or the whole new one, never a part.

        A temporary file beside it is written, synced and renamed. Permissions are those of the old
        file, or follow the umask; of an image with confidential orders 0640 at most.
        ``OSError`` passes through and leaves the old file as it was.
        """
        with replacing(path, self.rights) as file:
            file.write(self._data)


def _opened_again(path: str, digest: str) -> Image:
    """Open the file of a pickled image; ``ImageChecksumError`` if it holds another by now."""
    image = Image.open(path)
    if image.digest != digest:
        raise ImageChecksumError(
            f"holds image {image.digest[:12]}, and {digest[:12]} was pickled; pickle it again",
            expected=digest,
            got=image.digest,
            path=path,
        )
    return image


def _open_at_once(path: str, flags: int) -> int:
    """Open a file without waiting; opening a named pipe would wait for a program that writes it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _stated_size(file: FileIO, path: str) -> int:
    """Return the size of a file that is as long as its header states, before any of it is copied.

    Raises:
        NotAnImageError: it is no file, such as a pipe or a device, or of another length.
        ImageVersionError: written for another format version.
        OSError: it cannot be read.
    """
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        raise NotAnImageError(_FOREIGN, path=path)
    _read_start(memoryview(file.read(HEADER.size)), status.st_size, path)
    file.seek(0)
    return status.st_size


_FOREIGN = "not a blocklist image (make one with: blocklist compile SOURCE -o FILE)"


def _read_header(
    data: memoryview, path: str | None, verify: bool
) -> tuple[dict[str, tuple[int, int]], str]:
    count, checksum = _read_start(data, len(data), path)
    if verify:
        _verify(data, checksum, path)
    if count > MAX_SECTIONS or HEADER.size + count * TABLE_ROW.size > len(data):
        raise NotAnImageError(f"a table of {count} sections does not fit", path=path)
    sections = {}
    for i in range(count):
        name, offset, size = TABLE_ROW.struct.unpack_from(data, HEADER.size + i * TABLE_ROW.size)
        if offset + size > len(data):
            raise NotAnImageError(f"section {i} lies outside the file", path=path)
        sections[name.rstrip(b"\0").decode("ascii", "replace")] = (offset, size)
    return sections, checksum.hex()


def _read_start(data: memoryview, size: int, path: str | None) -> tuple[int, bytes]:
    """Return number of sections and checksum, from the first octets of an image of that size."""
    if len(data) < HEADER.size or data[: len(MAGIC)] != MAGIC:
        raise NotAnImageError(_FOREIGN, path=path)
    _, version, count, length, checksum = HEADER.struct.unpack_from(data)
    if version != VERSION:
        raise ImageVersionError(
            f"image format {version}, this release reads {VERSION}: compile the orders again with "
            "this release, or install the one that wrote it",
            expected=VERSION,
            got=version,
            path=path,
        )
    if length != size:
        raise NotAnImageError(
            f"cut short or grown: {size} octets, the header says {length}; copy it again",
            path=path,
        )
    return count, checksum


def _verify(data: memoryview, checksum: bytes, path: str | None) -> None:
    found = _checksum(data)
    if found != checksum:
        raise ImageChecksumError(
            "damaged: the checksum does not fit the content; copy or compile it again",
            expected=checksum.hex(),
            got=found.hex(),
            path=path,
        )


def _checksum(data: memoryview) -> bytes:
    """Return the SHA-256 of everything but the checksum itself."""
    sha256 = hashlib.sha256(data[:_BEFORE_CHECKSUM])
    sha256.update(data[_AFTER_CHECKSUM:])
    return sha256.digest()
