"""TOKENS: a token accepts one held edition and no other.

It is a digest of the source, the octets of the files, the reasons, and what is in force of the
source. Another file, another reason or another accepted edition has another token, and what other
sources bring meanwhile changes none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

_DIGITS = 16


def token_of(source: str, files: Mapping[str, object], reasons: Sequence[str], basis: str) -> str:
    """Return the token of a held edition.

    Args:
        source: its name.
        files: versions by path; empty for files that are gone.
        reasons: why it is held.
        basis: digest of what is in force of it.
    """
    said = json.dumps([source, sorted(files.items()), list(reasons), basis])
    return hashlib.sha256(said.encode()).hexdigest()[:_DIGITS]
