"""LMDB: a key-value file of the Lightning Memory-Mapped Database; needs the extra ``lmdb``."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from ..errors import ExportError, missing_extra

DATABASE = "blocklist"
"""The name of the one database in the file."""
_ROOM = 1 << 34  # of address space; the file is as long as its content


def write_lmdb(records: Iterable[tuple[bytes, bytes]], stream: BinaryIO) -> None:
    """Write keys and values, in any sequence.

    The file is made in the folder for temporary files and then copied.

    Raises:
        ExportError: the library is missing, or the content does not fit 16 GiB.
    """
    try:
        import lmdb
    except ImportError:
        raise ExportError(missing_extra("writing LMDB", "lmdb")) from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.mdb"
        options = {"subdir": False, "lock": False, "sync": False, "metasync": False}
        try:
            with lmdb.open(str(path), map_size=_ROOM, max_dbs=1, **options) as environment:
                database = environment.open_db(DATABASE.encode())
                with environment.begin(db=database, write=True) as transaction:
                    for key, value in records:
                        transaction.put(key, value)
        except lmdb.MapFullError:
            raise ExportError("the names do not fit in an LMDB file of 16 GiB") from None
        with path.open("rb") as made:
            shutil.copyfileobj(made, stream)
