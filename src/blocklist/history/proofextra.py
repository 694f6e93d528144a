"""PROOF EXTRA: what a proof adds to its entry, in few octets: a line of JSON, then raw octets.

In the JSON, octets are stated by their number alone, an entry has ``#`` for each digest of 64 hex
digits, and a path leaves out the hashes at its end that the path of the proof has as well. The
octets follow in the sequence of the JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import HistoryError
from .canonical import canonical, read_canonical
from .merkle import HASH_SIZE

_OCTETS = ("consistency", "object", "way")
"""Members that are octets."""
_PATH, _ENTRY, _SHARED = "path", "entry", "shared"
_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_MARK = "#"


def packed(extra: Mapping[str, Any], path: Sequence[bytes]) -> bytes:
    """Return the octets of what a proof adds.

    Args:
        extra: JSON with octets in it; each ``entry`` is the text of an entry.
        path: of the proof.
    """
    raw: list[bytes] = []
    data = _pack(extra, path, raw)
    return canonical(data).encode("ascii") + b"\n" + b"".join(raw)


def unpacked(octets: bytes, path: Sequence[bytes]) -> dict[str, Any]:
    """Return what a proof adds; who reads it packs it again, and compares.

    Raises:
        HistoryError: not such octets.
    """
    text, gap, raw = octets.partition(b"\n")
    reader = _OctetReader(raw)
    try:
        data = read_canonical(text.decode("ascii"))
        found = _unpack(data, path, reader)
    except (UnicodeDecodeError, TypeError, KeyError, RecursionError):
        raise HistoryError("not a proof: what is added to it is not in its one form") from None
    if not gap or not isinstance(found, dict) or reader.left:
        raise HistoryError("not a proof: what is added to it is not in its one form")
    return found


def _pack(data: Any, path: Sequence[bytes], raw: list[bytes]) -> Any:
    if isinstance(data, list):
        return [_pack(one, path, raw) for one in data]
    if not isinstance(data, Mapping):
        return data
    found: dict[str, Any] = {}
    for key in sorted(data):
        value = data[key]
        if key in _OCTETS:
            raw.append(value)
            found[key] = len(value)
        elif key == _PATH:
            shared = _shared(value, path)
            own = value[: len(value) - shared]
            raw += own
            found |= {_PATH: len(own), _SHARED: shared}
        elif key == _ENTRY:
            raw += (bytes.fromhex(one) for one in _DIGEST.findall(value))
            found[key] = read_canonical(_DIGEST.sub(_MARK, value))
        else:
            found[key] = _pack(value, path, raw)
    return found


def _shared(one: Sequence[bytes], other: Sequence[bytes]) -> int:
    """Return how many hashes at their ends are the same."""
    count = 0
    while count < min(len(one), len(other)) and one[-1 - count] == other[-1 - count]:
        count += 1
    return count


def _unpack(data: Any, path: Sequence[bytes], raw: _OctetReader) -> Any:
    if isinstance(data, list):
        return [_unpack(one, path, raw) for one in data]
    if not isinstance(data, dict):
        return data
    found: dict[str, Any] = {}
    for key in sorted(data):
        value = data[key]
        if key in _OCTETS:
            found[key] = raw.take(value)
        elif key == _PATH:
            own = raw.take(value * HASH_SIZE)
            hashes = [own[at : at + HASH_SIZE] for at in range(0, len(own), HASH_SIZE)]
            shared = data[_SHARED]
            if type(shared) is not int or not 0 <= shared <= len(path):
                raise TypeError
            found[key] = (*hashes, *path[len(path) - shared :])
        elif key == _ENTRY:
            text = canonical(value)
            found[key] = re.sub(_MARK, lambda _: raw.take(HASH_SIZE).hex(), text)
        elif key != _SHARED or _PATH not in data:
            found[key] = _unpack(value, path, raw)
    return found


class _OctetReader:
    """Octets that are taken from the front."""

    def __init__(self, octets: bytes) -> None:
        self._octets, self._at = octets, 0

    def take(self, count: Any) -> bytes:
        """Return some octets; ``TypeError`` if there are fewer, or that is no number."""
        if type(count) is not int or not 0 <= count <= len(self._octets) - self._at:
            raise TypeError
        self._at += count
        return self._octets[self._at - count : self._at]

    @property
    def left(self) -> int:
        """How many are left."""
        return len(self._octets) - self._at
