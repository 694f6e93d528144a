"""PRINTING: lines on the terminal that no name from outside can control."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import click

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


def json_text(value: Any, indent: int | None = None) -> str:
    """Return JSON in UTF-8; what is none of its types is written as its text."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def log_to_stderr() -> None:
    """Write the log of the library to standard error, from INFO on; for commands that serve."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Printable("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("blocklist")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


class _Printable(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))
