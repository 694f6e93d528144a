"""STALENESS: what the commands say of an image after an order in it began or ended."""

from __future__ import annotations

from datetime import UTC, datetime

from ..image.contents import Contents
from .printing import note


def warn_if_stale(contents: Contents, path: str) -> bool:
    """Print a warning on standard error if the image is stale; whether it is."""
    stale = contents.staleness(datetime.now(UTC))
    if stale is not None:
        note(f"warning: {path}: {stale}")
    return stale is not None
