"""Bad files of a desk: what is written is spoiled before the program is told to read it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
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


def _shorter(path: Path) -> None:
    """Whole lines, without the last ones."""
    lines = path.read_text().splitlines()
    path.write_text("".join(f"{line}\n" for line in lines[:-3]))


def _broken(path: Path) -> None:
    lines = path.read_text().splitlines()
    lines[-2:-2] = ["this is ( no record"]
    path.write_text("\n".join(lines))


WAYS: dict[str, Callable[[Path], object]] = {
    "broken": _broken,
    "cut": _cut,
    "cut after a line": _shorter,
    "empty": lambda path: path.write_bytes(b""),
    "unreadable": _unreadable,
}


@contextmanager
def spoiling(way: str, path: Path) -> Iterator[None]:
    """Spoil a file whenever the output that it is of was written."""

    def spoiled(*arguments: Any) -> None:
        write_output(*arguments)
        if arguments[0].path in (path, *path.parents):
            WAYS[way](path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(enforcement, "write_output", spoiled)
        yield
