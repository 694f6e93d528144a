"""COMMAND LINE: ``blocklist``, with the extra ``cli``."""

from __future__ import annotations

import sys

from ..errors import missing_extra


def main() -> None:
    """Run the command line; print one sentence if its libraries are not installed."""
    try:
        from .group import run, warn_without_native

        warn_without_native()
        sys.exit(run())
    except ModuleNotFoundError as error:
        if error.name not in ("click", "rich"):
            raise
        sys.exit(f"blocklist: {missing_extra('the command line', 'cli')}")
