"""CHECKPOINTS: what a log signs, as the C2SP specification tlog-checkpoint has it.

Three lines: the origin, how many entries there are, and the root over them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import HistoryError
from ..signing.notekeys import SigningKey, VerifierKey
from ..signing.signednote import open_note, sign_note, split_note
from ..signing.strictbase64 import decode_base64, encode_base64
from .merkle import HASH_SIZE

NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log was at one time.

    Attributes:
        origin: the identity of the log.
        size: how many entries.
        root: over them.
        octets: the signed note.
    """

    origin: str
    size: int
    root: bytes
    octets: bytes

    @classmethod
    def parse(cls, octets: bytes) -> Checkpoint:
        """Read a checkpoint without verifying a signature.

        Raises:
            SignatureError: not a signed note.
            HistoryError: a note, and no checkpoint.
        """
        return cls._of(split_note(octets)[0], octets)

    @classmethod
    def _of(cls, text: str, octets: bytes) -> Checkpoint:
        try:
            origin, size, root, rest = text.split("\n")
            hashed = decode_base64(root)
        except ValueError:
            raise HistoryError("not a checkpoint: it has origin, size and root") from None
        if rest or not origin or not NUMBER.fullmatch(size) or len(hashed) != HASH_SIZE:
            raise HistoryError("not a checkpoint: it has origin, size and root")
        return cls(origin, int(size), hashed, octets)

    @classmethod
    def open(cls, octets: bytes, keys: Iterable[VerifierKey]) -> Checkpoint:
        """Read a checkpoint of which each signature is by one of ``keys``, all of them right.

        Raises:
            SignatureError: a signature is wrong, or by another key.
            HistoryError: no checkpoint, or one that was signed under another name.
        """
        note = open_note(octets, keys)
        found = cls._of(note.text, octets)
        if note.others:
            other = note.others[0].signer
            raise HistoryError(f"the checkpoint is also signed by {other}, which is no given key")
        if any(key.name != found.origin for key in note.keys):
            raise HistoryError(f"the checkpoint of {found.origin} is signed under another name")
        return found


def seal_checkpoint(origin: str, size: int, root: bytes, keys: Iterable[SigningKey]) -> bytes:
    """Return a signed checkpoint."""
    return sign_note(f"{origin}\n{size}\n{encode_base64(root)}\n", keys)
