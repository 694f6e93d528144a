"""STRICT BASE64: one text for each sequence of octets, so that no changed text is read as before.

The library's reader ignores foreign characters and spare bits.
"""

from __future__ import annotations

from base64 import b64decode, b64encode


def encode_base64(octets: bytes) -> str:
    """Return the standard Base 64 (RFC 4648 section 4) of octets, with padding."""
    return b64encode(octets).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Return the octets; ``ValueError`` unless encoding them again gives the same text."""
    octets = b64decode(text.encode("ascii", "replace"))
    if encode_base64(octets) != text:
        raise ValueError("not Base 64 in its one form")
    return octets
