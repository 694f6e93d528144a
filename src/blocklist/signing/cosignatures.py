"""COSIGNATURES: keys of witnesses, as the C2SP specification tlog-cosignature has them.

A witness signs the text of a checkpoint with the time at which it saw it. Its key is written as a
verifier key, with the octet 4 in place of 1; one with 1 signs the text alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from ..errors import SignatureError
from .ed25519 import SIGNATURE_SIZE, is_signature
from .notekeys import ED25519, key_id, key_parts
from .signednote import NoteSignature

COSIGNATURE = b"\x04"
"""Ed25519 over a time and the text of a checkpoint."""
TIME_SIZE = 8


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """The public key of a witness.

    Attributes:
        name: of the witness.
        kind: ``ED25519`` or ``COSIGNATURE``.
        public: 32 octets.
    """

    name: str
    kind: bytes
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``NAME+ID+KEY``; ``SignatureError`` for anything else."""
        name, kind, public, stated = key_parts(text, text, "verifier key", (ED25519, COSIGNATURE))
        key = cls(name, kind, public)
        if key.id != stated:
            raise SignatureError("the verifier key was changed: its id is not its own")
        return key

    @property
    def id(self) -> bytes:
        """The first four octets of a signature by it."""
        return key_id(self.name, self.kind, self.public)

    def is_of(self, signature: NoteSignature) -> bool:
        """Whether a signature says that it is by this key."""
        return (signature.name, signature.id) == (self.name, self.id)

    def has_signed(self, signature: NoteSignature, text: str) -> bool:
        """Whether it signed the text; ``BlocklistError`` without the extra ``sign``."""
        octets, signed = signature.octets, text.encode()
        if self.kind == COSIGNATURE:
            at, octets = octets[:TIME_SIZE], octets[TIME_SIZE:]
            seconds = int.from_bytes(at, "big")
            signed = f"cosignature/v1\ntime {seconds}\n".encode() + signed
        return len(octets) == SIGNATURE_SIZE and is_signature(self.public, octets, signed)


def stated_time(signature: NoteSignature) -> datetime | None:
    """Return the time that a signature states; ``None`` if it is of a kind that states none."""
    if len(signature.octets) != TIME_SIZE + SIGNATURE_SIZE:
        return None
    try:
        return datetime.fromtimestamp(int.from_bytes(signature.octets[:TIME_SIZE], "big"), UTC)
    except (ValueError, OverflowError, OSError):
        return None
