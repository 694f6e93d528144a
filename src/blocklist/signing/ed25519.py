"""ED25519: signatures of RFC 8032, by the library ``cryptography``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import BlocklistError, missing_extra

if TYPE_CHECKING:
    from types import ModuleType

SEED_SIZE = 32
PUBLIC_SIZE = 32
SIGNATURE_SIZE = 64


def new_seed() -> bytes:
    """Return a new private key: 32 octets from the random numbers of the system."""
    return bytes(load().Ed25519PrivateKey.generate().private_bytes_raw())


def public_of(seed: bytes) -> bytes:
    """Return the public key, 32 octets, of a private one."""
    return bytes(load().Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def sign(seed: bytes, octets: bytes) -> bytes:
    """Return the signature, 64 octets."""
    return bytes(load().Ed25519PrivateKey.from_private_bytes(seed).sign(octets))


def is_signature(public: bytes, signature: bytes, octets: bytes) -> bool:
    """Whether the owner of a public key signed exactly these octets."""
    key = load().Ed25519PublicKey.from_public_bytes(public)
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(signature, octets)
    except InvalidSignature:
        return False
    return True


def load() -> ModuleType:
    """Import and return the library; ``BlocklistError`` says which extra it belongs to."""
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ModuleNotFoundError as error:
        raise BlocklistError(missing_extra("signing and verifying", "sign")) from error
    except Exception as error:  # an old one, in an interpreter that was started again
        raise BlocklistError(f"the library cryptography cannot be used: {error}") from error
    return ed25519
