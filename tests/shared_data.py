"""The optional data folder: conformance vectors and real lists that are too large to keep here."""

from __future__ import annotations

import lzma
import os
from pathlib import Path

import pytest

_BESIDE_REPOSITORY = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared(path: str) -> bytes:
    """Return a file of the data folder, ``.xz`` decompressed; skip the test where it is absent.

    The folder is ``$BLOCKLIST_SHARED_DATA``, else ``../shared/data`` beside the repository.
    """
    folder = Path(os.environ.get("BLOCKLIST_SHARED_DATA") or _BESIDE_REPOSITORY)
    file = folder / path
    if not file.is_file():
        pytest.skip(f"no {path} in the data folder (set BLOCKLIST_SHARED_DATA)")
    octets = file.read_bytes()
    return lzma.decompress(octets) if path.endswith(".xz") else octets
