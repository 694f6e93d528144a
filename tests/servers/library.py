"""libblocklist, built once for all tests as its Makefile does."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

import blocklist
from servers.program import built_once, find_program

SOURCES = Path(blocklist.__path__[0]) / "c"


@cache
def installed() -> Path:
    """Return a folder with ``lib``, ``include`` and ``share/lua/5.1``."""
    make = find_program("make")
    find_program("cc")

    def build(folder: Path) -> None:
        (folder / "build").mkdir()
        done = subprocess.run(
            [make, "-f", SOURCES / "Makefile", "install", f"PREFIX={folder}",
             "CFLAGS=-O2 -Wall -Wextra -Wpedantic -Wconversion -Werror"],
            cwd=folder / "build", capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    return built_once("library", build)


def environment() -> dict[str, str]:
    """Return the variables with which a program finds what is installed there."""
    folder = installed()
    return {
        "PATH": os.environ["PATH"],
        "LD_LIBRARY_PATH": str(folder / "lib"),
        "LUA_PATH": f"{folder}/share/lua/5.1/?.lua;;",
    }
