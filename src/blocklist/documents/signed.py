"""SIGNED: a signed file (CAdES, PKCS #7; ``.p7m``) → what was signed; the signature is not checked.

Read here rather than by a library: the content is six steps into the file, a program that signs as
it writes uses lengths that are not known (BER), and the libraries take quadratic time for those.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from ..errors import OrderSyntaxError
from .limits import opening

_SIGNED = bytes.fromhex("2a864886f70d010702")
_ENVELOPED = bytes.fromhex("2a864886f70d010703")
_OIDS = tuple(b"\x06\x09" + oid for oid in (_SIGNED, _ENVELOPED))
_PEM = re.compile(rb"-----BEGIN (?:PKCS7|CMS|PKCS #7 SIGNED DATA)-----([A-Za-z0-9+/=\s]*)")
_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]++=*+\s*+")
_SEQUENCE, _OID, _OCTETS, _CONSTRUCTED, _CONTENT = 0x30, 0x06, 0x04, 0x20, 0xA0
_END = b"\0\0"


def is_signed(octets: bytes) -> bool:
    """Whether the octets begin as a signed or encrypted file does, binary or in base64."""
    head = octets[:128].lstrip()
    if head.startswith((b"-----BEGIN PKCS7", b"-----BEGIN CMS", b"-----BEGIN PKCS #7")):
        return True
    if head.startswith(b"M"):
        try:
            head = binascii.a2b_base64(b"".join(head.split())[:64])
        except binascii.Error:
            return False
    return head[:1] == b"\x30" and any(oid in head[2:20] for oid in _OIDS)


def signed_content(octets: bytes, path: str) -> bytes:
    """Return what was signed.

    Raises:
        OrderSyntaxError: it is encrypted, damaged, or only a signature.
    """
    with opening("a signed file (p7m)", path):
        content = _content(_binary(octets), path)
    if content is None:
        raise OrderSyntaxError(
            "only a signature: what it signs is in another file; load that one", path=path
        )
    return content


def _binary(octets: bytes) -> bytes:
    octets = octets.lstrip() if octets[:1].isspace() else octets
    if pem := _PEM.match(octets):
        return base64.b64decode(pem[1])
    return base64.b64decode(octets) if _BASE64.fullmatch(octets) else octets


def _content(data: bytes, path: str) -> bytes | None:
    reader = _DerReader(data)
    reader.enter(_SEQUENCE)
    kind = reader.value(_OID)
    if kind == _ENVELOPED:
        raise OrderSyntaxError("encrypted: decrypt it with its key first", path=path)
    if kind != _SIGNED:
        raise ValueError("it is no signed data")
    reader.enter(_CONTENT)
    reader.enter(_SEQUENCE)
    reader.skip()  # the version
    reader.skip()  # the digests
    end = reader.enter(_SEQUENCE)
    reader.value(_OID)  # the kind of the content
    if reader.is_at(end):
        return None
    reader.enter(_CONTENT)
    return reader.octets()


@dataclass
class _DerReader:
    """A place in BER, which only moves on."""

    data: bytes
    at: int = 0

    def is_at(self, end: int | None) -> bool:
        """Whether nothing more is in what was entered, which gave this end."""
        return self.data.startswith(_END, self.at) if end is None else self.at >= end

    def header(self) -> tuple[int, int | None]:
        """Pass the tag and length of one element; the length is None if an end mark follows."""
        tag, first = self.data[self.at], self.data[self.at + 1]
        if tag & 0x1F == 0x1F:
            raise ValueError("a tag that no signed file has")
        self.at += 2
        if first < 0x80:
            return tag, first
        if first == 0x80:
            return tag, None
        count = first - 0x80
        length = int.from_bytes(self.data[self.at : self.at + count], "big")
        self.at += count
        if count > 8 or self.at + length > len(self.data):
            raise ValueError("it ends too early")
        return tag, length

    def enter(self, wanted: int) -> int | None:
        """Pass a tag and a length; return where what is in it ends, if that is known."""
        tag, length = self.header()
        if tag != wanted:
            raise ValueError(f"0x{tag:02x} where 0x{wanted:02x} should be")
        return None if length is None else self.at + length

    def value(self, wanted: int) -> bytes:
        tag, length = self.header()
        if tag != wanted or length is None:
            raise ValueError(f"0x{tag:02x} where 0x{wanted:02x} should be")
        self.at += length
        return self.data[self.at - length : self.at]

    def skip(self) -> None:
        """Pass one element with all that is in it."""
        depth = 0
        while True:
            if depth and self.is_at(None):
                self.at += 2
                depth -= 1
            else:
                _, length = self.header()
                if length is None:
                    depth += 1
                else:
                    self.at += length
            if not depth:
                return

    def octets(self) -> bytes:
        """Return an octet string, whole or in parts inside one another."""
        parts: list[bytes] = []
        ends: list[int | None] = []
        while True:
            if ends and ends[-1] is None and self.is_at(None):
                self.at += 2
                ends.pop()
            else:
                tag, length = self.header()
                if tag == _OCTETS | _CONSTRUCTED:
                    ends.append(None if length is None else self.at + length)
                elif tag == _OCTETS and length is not None:
                    self.at += length
                    parts.append(self.data[self.at - length : self.at])
                    if self.at > len(self.data):
                        raise ValueError("it ends too early")
                else:
                    raise ValueError(f"0x{tag:02x} where content should be")
            while ends and ends[-1] is not None and self.at >= ends[-1]:
                ends.pop()
            if not ends:
                return b"".join(parts)
