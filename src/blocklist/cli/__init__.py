"""COMMAND LINE: ``blocklist``, with the extra ``cli``."""

from __future__ import annotations

import gc
import sys

from ..errors import missing_extra

_GARBAGE = 50_000
"""After how many new objects garbage is looked for. Python looks after 700: that is a fifth of the
time of a run that finds nothing to do, and finds next to nothing."""


def main() -> None:
    """Run the command line; print one sentence if its libraries are not installed."""
    gc.set_threshold(_GARBAGE, *gc.get_threshold()[1:])
    try:
        from .group import run, warn_without_native

        warn_without_native()
        sys.exit(run())
    except ModuleNotFoundError as error:
        if error.name not in ("click", "rich"):
            raise
        sys.exit(f"blocklist: {missing_extra('the command line', 'cli')}")
