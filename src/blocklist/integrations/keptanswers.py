"""KEPT ANSWERS: what was made for sets of orders, so that the next name they block costs a look-up.

The set decides what is answered, and not the name: each order may demand a response, and the reason
names the orders. Aliases go the long way, by a match: their answers hold the names on the way.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from ..matcher.blocklist import Blocklist

Made = TypeVar("Made")
_MAX_KEPT = 16_384  # clients choose the query type


class KeptAnswers(Generic[Made]):
    """What was made, by number of a set (``Blocklist.query_set``) and query type; of one image.

    Safe in threads of which one has the next image already: each gets those of its image.
    """

    def __init__(self) -> None:
        self._kept: tuple[Blocklist | None, dict[tuple[int, int], Made]] = None, {}

    def of(self, blocked: Blocklist) -> dict[tuple[int, int], Made]:
        """Return what is kept of an image; it is empty where another answered before."""
        image, kept = self._kept
        if image is not blocked or len(kept) > _MAX_KEPT:
            kept = {}
            self._kept = blocked, kept
        return kept
