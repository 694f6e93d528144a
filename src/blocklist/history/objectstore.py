"""OBJECT STORE: what entries point to and may be erased.

A file holds 32 random octets, the salt, and its content, compressed. Its name is the SHA-256 of the
whole file, and that is the commitment which an entry states: with the file gone, no guess of what
it held can be tested.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from dataclasses import dataclass

from ..errors import HistoryError
from .fileops import FileOperations

FOLDER = "objects"
SALT_SIZE = 32
_LEVEL = 6


@dataclass(frozen=True, slots=True, repr=False)
class StoredObject:
    """The content of an object.

    Attributes:
        salt: 32 octets.
        content: as it was before it was compressed.
    """

    salt: bytes
    content: bytes


def new_object(content: bytes) -> tuple[str, bytes, bytes]:
    """Return the commitment to a content, the octets of its file, and its salt."""
    salt = os.urandom(SALT_SIZE)
    octets = salt + zlib.compress(content, _LEVEL)
    return commitment_of(octets), octets, salt


def commitment_of(octets: bytes) -> str:
    """Return the commitment to the file of an object."""
    return hashlib.sha256(octets).hexdigest()


def opened(octets: bytes, path: str | None = None, limit: int = 0) -> StoredObject:
    """Return what the file of an object holds.

    Raises:
        HistoryError: it cannot be expanded, or not within ``limit`` octets, if that is not 0.
    """
    expand = zlib.decompressobj()
    try:
        content = expand.decompress(octets[SALT_SIZE:], limit)
        if not expand.eof or expand.unused_data:
            raise HistoryError("not compressed as it should be: cut, or too long", path=path)
        return StoredObject(octets[:SALT_SIZE], content)
    except zlib.error as error:
        raise HistoryError(f"not compressed as it should be: {error}", path=path) from error


def object_path(commitment: str) -> str:
    """Return where the object of a commitment lies."""
    return f"{FOLDER}/{commitment[:2]}/{commitment[2:]}"


class ObjectStore:
    """Reads objects."""

    def __init__(self, files: FileOperations) -> None:
        """Take the files of the record."""
        self._files = files

    def read(self, commitment: str) -> StoredObject | None:
        """Return an object, ``None`` if it was erased.

        Raises:
            HistoryError: it is damaged.
            OSError: it cannot be read.
        """
        octets = self.octets(commitment)
        return None if octets is None else opened(octets, object_path(commitment))

    def octets(self, commitment: str) -> bytes | None:
        """Return the file of an object, ``None`` if it was erased; errors as of ``read``."""
        path = object_path(commitment)
        try:
            octets = self._files.read(path)
        except FileNotFoundError:
            return None
        if commitment_of(octets) != commitment:
            raise HistoryError("damaged: its content is not what its name says", path=path)
        return octets

    def names(self) -> list[str]:
        """Return the commitments of all objects that are there."""
        return [
            folder + name
            for folder in self._files.names(FOLDER)
            for name in self._files.names(f"{FOLDER}/{folder}")
        ]


class NewObjects:
    """Gathers objects, which are written with the entries that point to them.

    Attributes:
        files: octets by path.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put(self, content: bytes) -> tuple[str, bytes]:
        """Take a content; return the commitment to it, and its salt."""
        commitment, octets, salt = new_object(content)
        self.files[object_path(commitment)] = octets
        return commitment, salt
