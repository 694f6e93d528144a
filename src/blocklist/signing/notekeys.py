"""KEYS: who signs a note, and who is believed; as in the C2SP specification signed-note.

A verifier key is ``NAME+ID+KEY``: the id is the first four octets of SHA-256 over the name, a line
feed and the key, in hex; the key is Base 64 over the octet 1 (Ed25519) and the public key. A
signing key is ``PRIVATE+KEY+NAME+ID+KEY`` over the private one, as golang.org/x/mod/sumdb/note
writes it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from ..errors import SignatureError, shorten
from .ed25519 import (
    PUBLIC_SIZE,
    SEED_SIZE,
    SIGNATURE_SIZE,
    is_signature,
    new_seed,
    public_of,
    sign,
)
from .strictbase64 import decode_base64, encode_base64

ED25519 = b"\x01"
"""Ed25519 over the text of the note. Other kinds of keys are not ours, so they are unknown keys."""
_ID_SIZE = 4
_PRIVATE = "PRIVATE+KEY+"
_HEX = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key whose signatures are believed.

    Attributes:
        name: of the signer, such as ``isp.example/blocklist``.
        public: 32 octets.
        id: the first four octets of a signature by it; with the name it says which key signed.
    """

    name: str
    public: bytes
    id: bytes = field(init=False)

    def __post_init__(self) -> None:
        """Work out the id; ``SignatureError`` if the name is no name of a key."""
        check_name(self.name)
        if len(self.public) != PUBLIC_SIZE:
            raise SignatureError(f"a public key has {PUBLIC_SIZE} octets, not {len(self.public)}")
        object.__setattr__(self, "id", key_id(self.name, ED25519, self.public))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``NAME+ID+KEY``.

        Raises:
            SignatureError: it is no such text, of another kind of key, or its id is not its own.
        """
        if text.startswith(_PRIVATE):
            raise SignatureError(
                "this is a private key, which must stay secret; give the verifier key that "
                "'blocklist key show FILE' prints"
            )
        name, _, public, stated = key_parts(text, text, "verifier key")
        key = cls(name, public)
        if key.id != stated:
            raise SignatureError(_changed("verifier key", text))
        return key

    def is_signature(self, signature: bytes, octets: bytes) -> bool:
        """Whether its owner signed exactly these octets; ``BlocklistError`` without the extra."""
        return len(signature) == SIGNATURE_SIZE and is_signature(self.public, signature, octets)

    def __str__(self) -> str:
        """The text that ``parse`` reads."""
        return f"{self.name}+{self.id.hex()}+{encode_base64(ED25519 + self.public)}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key; its text is shown only by ``secret_text``.

    Attributes:
        name: of the signer, in each signature.
        seed: 32 octets, secret.
        verifier: the public key that belongs to it.
    """

    name: str
    seed: bytes = field(repr=False)
    verifier: VerifierKey = field(init=False)

    def __post_init__(self) -> None:
        """Work out the public key; ``BlocklistError`` without the extra ``sign``."""
        check_name(self.name)
        object.__setattr__(self, "verifier", VerifierKey(self.name, public_of(self.seed)))

    @classmethod
    def generate(cls, name: str) -> Self:
        """Make a new key.

        Raises:
            SignatureError: the name is empty, or has a blank, a plus or a control character.
            BlocklistError: the extra ``sign`` is not installed.
        """
        check_name(name)
        return cls(name, new_seed())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``PRIVATE+KEY+NAME+ID+KEY``; no error quotes it.

        Raises:
            SignatureError: it is no such text, of another kind of key, or its id is not its own.
            BlocklistError: the extra ``sign`` is not installed.
        """
        if not text.startswith(_PRIVATE):
            raise SignatureError(f"not a private key: it would begin with {_PRIVATE}")
        name, _, seed, stated = key_parts(text.removeprefix(_PRIVATE), "", "private key")
        key = cls(name, seed)
        if key.verifier.id != stated:
            raise SignatureError(_changed("private key", ""))
        return key

    def sign(self, octets: bytes) -> bytes:
        """Return the signature of the octets, 64 octets."""
        return sign(self.seed, octets)

    def secret_text(self) -> str:
        """Return the text that ``parse`` reads."""
        secret = encode_base64(ED25519 + self.seed)
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{secret}"


def verifier_keys(keys: str | VerifierKey | Iterable[str | VerifierKey]) -> tuple[VerifierKey, ...]:
    """Return the keys that are believed, each once, from one or several, also as texts.

    Raises:
        SignatureError: there is no key, a text is no key, or two keys cannot be told apart.
        TypeError: something else than keys and texts.
    """
    given = [keys] if isinstance(keys, str | VerifierKey) else list(keys)
    found: dict[tuple[str, bytes], VerifierKey] = {}
    for one in given:
        if not isinstance(one, str | VerifierKey):
            raise TypeError(f"a verifier key is a text or a VerifierKey, not {type(one).__name__}")
        key = VerifierKey.parse(one) if isinstance(one, str) else one
        if found.setdefault((key.name, key.id), key) != key:
            raise SignatureError(f"two keys have the name and id {key.name}+{key.id.hex()}")
    if not found:
        raise SignatureError("no verifier key is given, so no signature could be believed")
    return tuple(found.values())


def origin_keys(keys: str | VerifierKey | Iterable[str | VerifierKey]) -> tuple[VerifierKey, ...]:
    """Return the keys of one origin: as ``verifier_keys``, and all must have one name."""
    found = verifier_keys(keys)
    one_origin(found)
    return found


def one_origin(keys: Iterable[SigningKey | VerifierKey]) -> str:
    """Return the name that all keys have; ``SignatureError`` without one, or with several."""
    names = sorted({key.name for key in keys})
    if not names:
        raise SignatureError("no key is given to sign with")
    if len(names) > 1:
        raise SignatureError(
            f"the keys have different names ({', '.join(names)}), and the name is the origin of "
            "the image; make a new key with the name of the old one"
        )
    return names[0]


def check_name(name: str) -> None:
    """Raise ``SignatureError`` unless it can be the name of a key."""
    if is_name(name):
        return
    raise SignatureError(
        f"{shorten(repr(name))} is no name of a key: use one without blanks, plus signs and "
        "control characters, such as isp.example/blocklist"
    )


def is_name(name: str) -> bool:
    """Whether it can be the name of a key in a note."""
    return (
        bool(name) and not any(c.isspace() or c == "+" or c < " " for c in name) and _is_text(name)
    )


def _is_text(name: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in name)


def key_id(name: str, kind: bytes, key: bytes) -> bytes:
    """Return the id of a public key of some kind."""
    return hashlib.sha256(name.encode() + b"\n" + kind + key).digest()[:_ID_SIZE]


def key_parts(
    text: str, shown: str, what: str, kinds: tuple[bytes, ...] = (ED25519,)
) -> tuple[str, bytes, bytes, bytes]:
    """Return name, kind, key and stated id of a key's text.

    Raises:
        SignatureError: it is no such text, or of another kind.
    """
    parts = text.split("+", 2)
    if len(parts) != 3 or not is_name(parts[0]) or not _HEX.fullmatch(parts[1]):
        raise SignatureError(_malformed(what, shown))
    try:
        key = decode_base64(parts[2])
    except ValueError:
        raise SignatureError(_malformed(what, shown)) from None
    if key[:1] not in kinds:
        raise SignatureError(f"the {what} is of another kind than Ed25519{_quoted(shown)}")
    if len(key) != 1 + SEED_SIZE:
        raise SignatureError(_malformed(what, shown))
    return parts[0], key[:1], key[1:], bytes.fromhex(parts[1])


def _malformed(what: str, shown: str) -> str:
    return f"not a {what}, or not all of one{_quoted(shown)}: it is written NAME+ID+KEY"


def _changed(what: str, shown: str) -> str:
    return f"the {what} was changed: its id is not that of its name and key{_quoted(shown)}"


def _quoted(shown: str) -> str:
    return f" ({shorten(repr(shown), 120)})" if shown else ""
