"""What commands print, as tests compare it: whole, but for digests and sizes."""

from __future__ import annotations

import re

from click.testing import Result


def normalised(text: str) -> str:
    """Return a text in which each SHA-256 is ``DIGEST`` and each size ``N octets``."""
    return re.sub(r"\b[0-9a-f]{64}\b", "DIGEST", re.sub(r"\b[\d,]+ octets", "N octets", text))


def error(result: Result) -> str:
    """Return the message of a failure; a wrong option shows the usage before it."""
    assert result.exit_code == 2, result.output
    usage, found, message = result.stderr.rpartition("Error: ")
    assert found
    lines = [line for line in usage.splitlines() if line]
    assert not lines or (lines[0].startswith("Usage: ") and lines[1].startswith("Try ")), usage
    assert len(lines) in (0, 2), usage
    return normalised(message.removesuffix("\n"))
