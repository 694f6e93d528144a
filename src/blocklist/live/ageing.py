"""AGEING: what is logged, once for each image, when the image that answers is out of date."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ..matcher.blocklist import Blocklist

if TYPE_CHECKING:
    from ..signing.imagenote import ImageNote

log: logging.Logger = logging.getLogger("blocklist.live")


class Ageing:
    """Looks at the clock for the image in use."""

    def __init__(self, path: str) -> None:
        """Take the path, for the messages."""
        self._path = path
        self._current: Blocklist | None = None
        self._signed_until: datetime | None = None

    def watch(self, current: Blocklist) -> None:
        """Take an image that came into use, and say at once if it is stale."""
        self._current = current
        self._warn_if_stale(current)

    def watch_note(self, note: ImageNote | None) -> None:
        """Take the note of the image in use."""
        self._signed_until = None if note is None else note.valid_until

    def warn(self) -> None:
        """Log what has passed since, if it was not said before."""
        if self._current is not None:
            self._warn_if_stale(self._current)
        if self._signed_until is not None and datetime.now(UTC) >= self._signed_until:
            log.error(
                "%s: was signed to be taken until %s, and no newer one came; it stays in use, and "
                "would be refused at a restart",
                self._path, self._signed_until,
                extra={"event": "image.expired", "path": self._path},
            )  # fmt: skip
            self._signed_until = None

    def _warn_if_stale(self, current: Blocklist) -> None:
        stale = current.contents.staleness(datetime.now(UTC))
        if stale is None:
            return
        self._current = None
        log.warning(
            "%s: %s", self._path, stale,
            extra={"event": "image.stale", "path": self._path, "valid_until": current.valid_until},
        )  # fmt: skip
