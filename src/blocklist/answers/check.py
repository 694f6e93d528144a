"""CHECK: the name whose TXT record says which list a server enforces.

Exports carry it as their last record; what answers by code answers it from the image in use.
"""

from __future__ import annotations

import re

CHECK = "check"
CHECK_NAME = "check.rpz.blocklist"
"""The name, where no zone and no setting says another."""
_CHECK_WIRE = b"\5check\3rpz\x09blocklist\0"
_CHECK_HOST = re.compile(rf"(?ai){re.escape(CHECK_NAME)}\.?(?::\d*)?")
DIGITS = 16  # of a digest in hex
_MARK = "blocklist"


def check_text(*digests16: str) -> str:
    """Return what the TXT record says: 16 digits of the image's content, then of the file."""
    return " ".join([_MARK, *digests16])


def read_check_text(text: str) -> tuple[str, ...]:
    """Return the digests that such a record names; none if it is another record."""
    mark, *digests = text.split()[:3] or [""]
    return tuple(digests) if mark == _MARK else ()


def is_check(name: bytes) -> bool:
    """Whether a name in wire format is the one that is answered by code."""
    return len(name) == len(_CHECK_WIRE) and name.lower() == _CHECK_WIRE


def is_check_host(authority: str) -> bool:
    """Whether a host of an HTTP request, with or without port, is that name."""
    return _CHECK_HOST.fullmatch(authority) is not None
