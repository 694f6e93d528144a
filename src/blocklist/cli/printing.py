"""PRINTING: lines on the terminal that no name from outside can control."""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import sys
from typing import Any, Self, TextIO

import click

from ..model.wording import steady

_ERASE = "\r\x1b[K"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def note(text: str) -> None:
    """Print a line on standard error."""
    click.echo(printable(text), err=True)


def printable(text: str) -> str:
    """Return text that any UTF-8 terminal shows and that cannot control it.

    Lone surrogates and control characters other than TAB and line feed are escaped.
    """
    text = _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def json_text(value: Any, indent: int | None = None, *, ascii_only: bool = False) -> str:
    """Return JSON in UTF-8; values of other types are written as text."""
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent, default=str)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def shown_json(value: Any, indent: int | None = None) -> str:
    """Return JSON for standard output, with escapes if that does not take all of Unicode."""
    return json_text(value, indent, ascii_only=not _takes_all(sys.stdout))


def print_octets(text: str) -> None:
    """Print the text of a file, in UTF-8 whatever the encoding of the terminal is."""
    click.echo(text.encode(), nl=False)


def open_missing_streams() -> None:
    """Put the null device in the place of standard streams that were closed before the start.

    Then no input comes, and output goes nowhere. And no file that is opened later gets the number
    of one of them, so that a library writes its messages into it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def take_any_text() -> None:
    """Let standard output and standard error escape what their encoding does not have."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _takes_all(stream: TextIO) -> bool:
    try:
        return codecs.lookup(stream.encoding or "ascii").name.startswith("utf")
    except (LookupError, AttributeError):
        return False


class Progress:
    """A line on standard error that says what is being done; on a terminal only.

    Whatever else is printed, ``hide`` comes first, so nothing of the line stays on the screen.
    """

    def __init__(self) -> None:
        """Look whether there is a terminal that can erase a line."""
        stream = sys.stderr
        self._wanted = stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.hide()

    def show(self, text: str) -> None:
        """Show another text in the place of the last one."""
        if self._wanted:
            import shutil

            width = shutil.get_terminal_size().columns - 2
            click.echo(f"{_ERASE}{steady(printable(text))[:width]}", err=True, nl=False)
            self._shown = True

    def hide(self) -> None:
        """Erase the line."""
        if self._shown:
            click.echo(_ERASE, err=True, nl=False)
            self._shown = False
