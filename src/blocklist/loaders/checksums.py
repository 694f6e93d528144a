"""CHECKSUM: the SHA-256 that an authority publishes beside a list, compared with the octets.

ADM puts a "File di controllo" beside each list, and Piracy Shield answers ``/txt/checksum``: 64 hex
digits, with or without a line end, in either case. ``sha256sum`` adds the file's name. A checksum
from the host of the list finds a download that was cut short, not a forger.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from ..documents import Document
from ..errors import ConfigurationError, OrderSyntaxError

_LINE = re.compile(r"([0-9A-Fa-f]{64})(?:[ \t]+[* ]?([^\r\n]{1,255}))?")
_MAX_OCTETS = 65_536
_AGAIN = "the list was changed or cut short, or the checksum is of another issue; fetch both again"


def stated_checksum(checksum: str | bytes | os.PathLike[str] | None) -> str | None:
    """Return the checksum in lower case that a caller states: hex, or a control file.

    Raises:
        ValueError: it is no SHA-256, or a control file of several.
        OSError: passes through.
    """
    if checksum is None:
        return None
    if isinstance(checksum, os.PathLike):
        with Path(checksum).open("rb") as file:
            checksum = file.read(_MAX_OCTETS + 1)
    octets = checksum if isinstance(checksum, bytes) else checksum.encode("utf-8", "replace")
    found = _controls(octets)
    if len(found) != 1:
        raise ConfigurationError(
            "checksum is one SHA-256: 64 hex digits as text, or the octets or the Path of the "
            "control file that holds them"
        )
    return found[0][0]


def compare_checksum(document: Document, expected: str | None) -> None:
    """Compare the octets as they arrived with what the authority states, if it is known.

    Raises:
        OrderSyntaxError: they differ.
    """
    if expected is not None and document.sha256 != expected:
        raise OrderSyntaxError(
            f"its SHA-256 is {document.sha256}, not {expected} as stated: {_AGAIN}",
            path=document.path,
        )


class ControlFiles:
    """Keeps control files apart from the lists of one source, and compares them at the end."""

    def __init__(self) -> None:
        self._digests: dict[tuple[PurePosixPath, str], set[str]] = {}
        self._controls: list[tuple[Document, str, str]] = []

    def lists(self, file: Document, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield the documents of a file that are no control files."""
        for document in documents:
            found = _controls(document.data) if document.kind == "text" else []
            if found:
                self._controls += ((document, digest, name) for digest, name in found)
                continue
            outer, inner = PurePosixPath(file.name), PurePosixPath(document.name)
            for folder, name, digest in (
                (outer.parent, outer.name, file.sha256),
                (outer.parent, inner.name, document.sha256),  # what was compressed
                (inner.parent, inner.name, document.sha256),
            ):
                self._digests.setdefault((folder, name), set()).add(digest)
            yield document

    def failures(self) -> Iterator[OrderSyntaxError]:
        """Yield an error for each control file that fits no file of its folder."""
        for document, digest, name in self._controls:
            if not self._digests:
                yield OrderSyntaxError(
                    "a control file (one SHA-256), not a list; give it as checksum= with its list",
                    path=document.path,
                )
                return
            folder = PurePosixPath(document.name).parent
            fits = any(
                digest in digests and place == folder and name in ("", own)
                for (place, own), digests in self._digests.items()
            )
            if not fits:
                what = f"the file {name} has not" if name else "no file beside it has"
                yield OrderSyntaxError(f"{what} the SHA-256 {digest}: {_AGAIN}", path=document.path)


def _controls(octets: bytes) -> list[tuple[str, str]]:
    """Return digest and file name of each line, if the whole content is such lines."""
    if len(octets) > _MAX_OCTETS:
        return []
    try:
        lines = octets.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        return []
    found = [_LINE.fullmatch(line) for line in map(str.strip, lines) if line]
    whole = [match for match in found if match is not None]
    if len(whole) != len(found) or (len(whole) > 1 and not all(match[2] for match in whole)):
        return []
    return [(match[1].lower(), match[2] or "") for match in whole]
