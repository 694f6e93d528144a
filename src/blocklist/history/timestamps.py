"""TIME-STAMPS: answers of RFC 3161, by which an authority says that it saw some octets at a time.

Needs the extra ``timestamp``. Without certificates that are believed it is read and compared with
the octets, and not verified.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..errors import BlocklistError, SignatureError, missing_extra

_HASHES = {
    "2.16.840.1.101.3.4.2.1": hashlib.sha256,
    "2.16.840.1.101.3.4.2.2": hashlib.sha384,
    "2.16.840.1.101.3.4.2.3": hashlib.sha512,
}
_PEM = b"-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """What a time-stamp says.

    Attributes:
        at: when.
        by: the subject of the certificate that signed it.
        is_verified: whether it was signed below a certificate that is believed.
    """

    at: datetime
    by: str
    is_verified: bool


def is_der(answer: bytes) -> bool:
    """Whether octets begin as a response does: with a sequence of more than 127 octets."""
    return answer[:1] == b"\x30" and answer[1:2] > b"\x80"


def read_time_stamp(answer: bytes, octets: bytes, roots: Sequence[bytes]) -> TimeStamp:
    """Return what an answer says of octets.

    Args:
        answer: the response, DER.
        octets: what was to be stamped.
        roots: certificates that are believed, DER; without one, nothing is verified.

    Raises:
        SignatureError: it is no time-stamp, of other octets, or not signed below ``roots``.
        BlocklistError: the extra ``timestamp`` is not installed.
    """
    try:
        from cryptography import x509
        from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response
    except ImportError:
        raise BlocklistError(missing_extra("reading time-stamps", "timestamp")) from None
    try:
        response = decode_timestamp_response(answer)
        if response.as_bytes() != answer:
            raise SignatureError("the time-stamp is not in its one form")
        info, signed = response.tst_info, response.signed_data
        make = _HASHES.get(info.message_imprint.hash_algorithm.dotted_string)
        if make is None:
            raise SignatureError("the time-stamp is made with a hash that is not believed")
        digest = make(octets).digest()
        if info.message_imprint.message != digest:
            raise SignatureError("the time-stamp is of something else than the checkpoint")
        (signer,) = signed.signer_infos
        by = next(
            (
                one.subject.rfc4514_string()
                for one in map(x509.load_der_x509_certificate, signed.certificates)
                if (one.issuer, one.serial_number) == (signer.issuer, signer.serial_number)
            ),
            "",
        )
        if not roots:
            return TimeStamp(info.gen_time, by, is_verified=False)
        builder = VerifierBuilder()
        for root in roots:
            builder = builder.add_root_certificate(x509.load_der_x509_certificate(root))
        builder.build().verify(response, digest)
    except VerificationError as error:
        raise SignatureError(f"the time-stamp is not verified: {error}") from None
    except (ValueError, TypeError) as error:
        raise SignatureError(f"not a time-stamp: {error}") from None
    return TimeStamp(info.gen_time, by, is_verified=True)


def read_certificates(octets: bytes, path: str) -> tuple[bytes, ...]:
    """Return the certificates of a file, PEM or DER, as DER.

    Raises:
        SignatureError: it holds none.
        BlocklistError: the extra ``timestamp`` is not installed.
    """
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import Encoding
    except ImportError:
        raise BlocklistError(missing_extra("reading time-stamps", "timestamp")) from None
    try:
        if _PEM in octets:
            found = x509.load_pem_x509_certificates(octets)
        else:
            found = [x509.load_der_x509_certificate(octets)]
    except ValueError as error:
        raise SignatureError(f"holds no certificate: {error}", path=path) from None
    return tuple(one.public_bytes(Encoding.DER) for one in found)
