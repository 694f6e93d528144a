"""NEW RECORD: makes the folder of a history, and its key."""

from __future__ import annotations

import os
import re
from pathlib import Path
from posixpath import dirname

from ..errors import HistoryError
from .checkpoints import seal_checkpoint
from .fileops import FOLDER_MODE, PUBLIC, DiskFiles, DurableFiles
from .merkle import EMPTY_ROOT
from .record import KEYS
from .tilelog import CHECKPOINT

KEY = "key"
_ORIGIN = re.compile(r"[!-*,-~]{1,200}")


def check_origin(origin: str) -> None:
    """Raise ``HistoryError`` if a text cannot name a record; an empty one stands for chance."""
    if origin and not _ORIGIN.fullmatch(origin):
        raise HistoryError(f"{origin!r} cannot be an origin: give a host and a path, no blank")


def create_record(where: Path, origin: str, key: Path | None) -> None:
    """Make a record; arguments and errors as of ``History.create``."""
    from ..signing.keyfile import read_key, write_key
    from ..signing.notekeys import SigningKey

    check_origin(origin)
    private = key if key is not None else where / KEY
    inside = {KEY, KEYS, "tmp", dirname(CHECKPOINT)}  # what one that was killed left
    log = where / dirname(CHECKPOINT)
    if where.exists() and (
        {path.name for path in where.iterdir()} - inside or (log.exists() and any(log.iterdir()))
    ):
        raise HistoryError("is not empty; name a folder for the record", path=str(where))
    if private.exists():
        signer = read_key(private)
        if origin and signer.name != origin:
            raise HistoryError(f"the key is of {signer.name}, not of {origin}", path=str(private))
    else:
        signer = SigningKey.generate(origin or f"blocklist.invalid/{os.urandom(8).hex()}")
    where.mkdir(FOLDER_MODE, exist_ok=True)
    if not private.exists():
        write_key(private, signer)
    files = DurableFiles(DiskFiles(where))
    files.put(KEYS, f"{signer.verifier}\n".encode(), PUBLIC)
    files.put(CHECKPOINT, seal_checkpoint(signer.name, 0, EMPTY_ROOT, [signer]), PUBLIC)
    files.settle()
