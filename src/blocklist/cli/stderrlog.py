"""STDERR LOG: the log of the library on standard error, for commands that serve."""

from __future__ import annotations

import logging

from .printing import printable


def log_to_stderr() -> None:
    """Write the log of the library to standard error, from INFO on."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Printable("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("blocklist")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


class _Printable(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))
