"""Bad files of a desk: what is written is spoiled before the program is told to read it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from blocklist.desk import enforcement
from blocklist.desk.outputfile import write_output


def _cut(path: Path) -> None:
    octets = path.read_bytes()
    path.write_bytes(octets[: len(octets) * 2 // 3])


def _unreadable(path: Path) -> None:
    """Wrong rights; the administrator reads every file, so for him it is gone."""
    if os.geteuid() == 0:
        path.unlink()
    else:
        path.chmod(0)


WAYS = {"cut": _cut, "unreadable": _unreadable}


@contextmanager
def spoiling(way: str, path: Path) -> Iterator[None]:
    """Spoil a file whenever an output was written."""

    def spoiled(*arguments: Any) -> None:
        write_output(*arguments)
        WAYS[way](path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(enforcement, "write_output", spoiled)
        yield
