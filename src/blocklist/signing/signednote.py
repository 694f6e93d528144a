"""SIGNED NOTE: a text and the signatures of it, as the C2SP specification signed-note has them.

The text, an empty line, and a line for each signature::

    — NAME BASE64

The octets are the id of the key (4) and the signature. Reading is strict: each octet of a note is
either of the text, which is signed, or can be written in one way only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import SignatureError
from .notekeys import SigningKey, VerifierKey, is_name, verifier_keys
from .strictbase64 import decode_base64, encode_base64

MAX_NOTE = 1 << 20
"""Octets of a note that is read. A signature that quantum computers cannot make has 5 kB."""
MAX_SIGNATURES = 100
_DASH = "— "
_ID_SIZE = 4


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """A signature of a note, as its line states it.

    Attributes:
        name: of the key.
        id: of the key, 4 octets.
        octets: the signature after the id.
    """

    name: str
    id: bytes
    octets: bytes

    @property
    def signer(self) -> str:
        """The key, as messages name it: ``NAME+ID``, the id in hex."""
        return f"{self.name}+{self.id.hex()}"

    def line(self) -> str:
        """Return its line, without the line feed."""
        return f"{_DASH}{self.name} {encode_base64(self.id + self.octets)}"


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A note of which at least one signature was verified.

    Attributes:
        text: what was signed, with its last line feed.
        keys: the trusted keys that signed it, in the sequence of the note.
        signatures: those of these keys.
        others: signatures of unknown keys. Nothing verified them, and they may be changed, added or
            removed without anybody noticing.
    """

    text: str
    keys: tuple[VerifierKey, ...]
    signatures: tuple[NoteSignature, ...]
    others: tuple[NoteSignature, ...]


def sign_note(text: str, keys: Iterable[SigningKey]) -> bytes:
    """Return the note of a text with a signature of each key, in their sequence.

    Args:
        text: ends with a line feed; no other control characters.
        keys: one or more, such as the old and the new one during a rotation.

    Raises:
        SignatureError: such a text cannot be signed, there is no key, or one twice.
    """
    signed = _encoded(text)
    lines: dict[tuple[str, bytes], str] = {}
    for key in keys:
        verifier = key.verifier
        if (key.name, verifier.id) in lines:
            raise SignatureError(f"the key {key.name}+{verifier.id.hex()} would sign twice")
        signature = NoteSignature(key.name, verifier.id, key.sign(signed))
        lines[key.name, verifier.id] = f"{signature.line()}\n"
    if not lines:
        raise SignatureError("no key is given to sign with")
    return signed + f"\n{''.join(lines.values())}".encode()


def open_note(octets: bytes, keys: str | VerifierKey | Iterable[str | VerifierKey]) -> SignedNote:
    """Return a note after every signature by one of ``keys`` was verified; at least one must be.

    Args:
        octets: the whole note, at most ``MAX_NOTE``.
        keys: those that are believed.

    Raises:
        SignatureError: malformed, not signed by any of the keys, twice by one, or one of their
            signatures is wrong.
        BlocklistError: the extra ``sign`` is not installed.
    """
    trusted = {(key.name, key.id): key for key in verifier_keys(keys)}
    text, signatures = split_note(octets)
    signed = text.encode()
    known: dict[VerifierKey, NoteSignature] = {}
    others = []
    for signature in signatures:
        key = trusted.get((signature.name, signature.id))
        if key is None:
            others.append(signature)
            continue
        if key in known:
            raise SignatureError(f"malformed note: signed twice by {signature.signer}")
        if not key.is_signature(signature.octets, signed):
            raise SignatureError(
                f"the signature by {signature.signer} is wrong: the note was changed"
            )
        known[key] = signature
    if not known:
        signers = ", ".join(one.signer for one in others[:3]) + (
            " and others" if len(others) > 3 else ""
        )
        raise SignatureError(f"not signed by a trusted key; signed by {signers}")
    return SignedNote(text, tuple(known), tuple(known.values()), tuple(others))


def split_note(octets: bytes) -> tuple[str, tuple[NoteSignature, ...]]:
    """Return the text of a note and its signatures, none of them verified.

    Raises:
        SignatureError: not a note.
    """
    if len(octets) > MAX_NOTE:
        raise SignatureError(f"malformed note: more than {MAX_NOTE:,} octets")
    try:
        note = octets.decode("utf-8")
    except UnicodeDecodeError:
        raise SignatureError("malformed note: not UTF-8") from None
    text, gap, block = note.rpartition("\n\n")
    if not gap or not block.endswith("\n") or _has_controls(note):
        raise SignatureError(
            "malformed note: a text, an empty line and lines with signatures are needed"
        )
    lines = block.removesuffix("\n").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise SignatureError(f"malformed note: more than {MAX_SIGNATURES} signatures")
    return f"{text}\n", tuple(map(_signature, lines))


def _signature(line: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        octets = decode_base64(encoded)
    except ValueError:
        octets = b""
    signature = NoteSignature(name, octets[:_ID_SIZE], octets[_ID_SIZE:])
    if not is_name(name) or not signature.octets or signature.line() != line:
        raise SignatureError("malformed note: a line after the text is not a signature")
    return signature


def _encoded(text: str) -> bytes:
    """Return the octets of a text that can be signed."""
    if not text.endswith("\n") or _has_controls(text):
        raise SignatureError(
            "such a text cannot be signed: it must end with a line feed, and hold no other control "
            "characters"
        )
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise SignatureError("such a text cannot be signed: it is no Unicode text") from None


def _has_controls(text: str) -> bool:
    return any(c < " " and c != "\n" for c in text)
