"""COMMAND LINE: ``blocklist``, with the extra ``cli``."""

from __future__ import annotations

import sys

from ..errors import missing_extra


def main() -> None:
    """Run the command line; print one sentence if its libraries are not installed."""
    try:
        from .group import cli, warn_without_native

        warn_without_native()
        cli(prog_name="blocklist")
    except ModuleNotFoundError as error:
        if error.name not in ("click", "rich"):
            raise
        sys.exit(f"blocklist: {missing_extra('the command line', 'cli')}")
    except OSError as error:  # of standard output, before any command runs
        print(f"blocklist: {error.strerror or error}", file=sys.stderr)
        sys.exit(2)
