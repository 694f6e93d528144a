"""STALENESS: what the commands say of an image after an order in it began or ended."""

from __future__ import annotations

from datetime import UTC, datetime

from ..image.contents import Contents
from .printing import note


def warn_if_shadow(contents: Contents, path: str) -> None:
    """Say that what an image of shadow orders names is not blocked."""
    if contents.is_shadow:
        note(f"{path}: a shadow image, which blocks nothing: what is blocked here would be")


def warn_if_stale(contents: Contents, path: str) -> bool:
    """Print a warning on standard error if the image is stale; whether it is."""
    stale = contents.staleness(datetime.now(UTC))
    if stale is not None:
        note(f"warning: {path}: {stale}")
    return stale is not None
