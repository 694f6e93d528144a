"""SHADOW JUDGE: counts what shadow orders would block; it answers nothing, and never raises."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from time import monotonic
from types import TracebackType
from typing import Protocol

from ..answers.check import is_check
from ..live.blocklog import Hits
from ..live.policy import Response
from ..live.shadowlist import ShadowList
from ..matcher.blocklist import Blocklist
from ..model.orders import Order
from .keptanswers import KeptAnswers
from .led import Led

log: logging.Logger = logging.getLogger("blocklist.live")
_QUIET_SECONDS = 60.0


class ResponseChoice(Protocol):
    """What would be answered for orders; ``None``: as if nothing was blocked."""

    def __call__(self, orders: tuple[Order, ...], qtype: int, *, by_type: bool = False) -> (
        Response | None
    ):  # fmt: skip
        """``by_type`` is that of ``Led``."""


class Undisturbed:
    """Lets no error of its block out; logs one a minute, and no word of a query.

    Attributes:
        failures: how many there were.
    """

    def __init__(self, path: str) -> None:
        """Take the path of the shadow image, for the message."""
        self._path, self._quiet_until = path, 0.0
        self.failures = 0

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        """End; whether there was an error that stays here."""
        if not isinstance(error, Exception):
            return False
        self.failures += 1
        now = monotonic()
        if now >= self._quiet_until:
            self._quiet_until = now + _QUIET_SECONDS
            log.error(
                "%s: a query could not be counted for the shadow orders (%s), and is answered as "
                "without them",
                self._path, type(error).__name__,
                extra={"event": "shadow.failed", "path": self._path},
            )  # fmt: skip
        return True


class ShadowJudge:
    """Asks a shadow image what the image that answers is asked, and reports the hits.

    A query counts once: by its name, or else by the first thing that its answer leads to.
    """

    def __init__(self, shadow: ShadowList, choose: ResponseChoice, hits: Hits) -> None:
        """Take the image, what would be answered, and what takes the hits."""
        self._shadow, self._choose, self._hits = shadow, choose, hits
        self._undisturbed = Undisturbed(shadow.path)
        self._kept: KeptAnswers[Response | None] = KeptAnswers()

    def asked(self, name: bytes, qtype: int, client: str) -> None:
        """Count a query, by its name in wire format."""
        with self._undisturbed:
            image = self._shadow.current
            response = None if image is None else self._response(image, name, qtype)
            if image is None or response is None or not self._hits.are_taken:
                return
            match = image.match(name)
            if match is not None:
                self._hits(match, response.action, client=client)

    def answered(
        self, name: bytes, qtype: int, led: Callable[[Blocklist], Iterator[Led]], client: str
    ) -> None:
        """Count a query by what its answer leads to, unless its name counted."""
        with self._undisturbed:
            image = self._shadow.current
            if image is None or not len(image) or is_check(name):
                return
            if self._response(image, name, qtype) is not None:
                return
            for match, _, by_type in led(image):
                response = self._choose(match.orders, qtype, by_type=by_type)
                if response is not None:
                    self._hits(match, response.action, client=client)
                    return

    def _response(self, image: Blocklist, name: bytes, qtype: int) -> Response | None:
        number = image.query_set(name)
        if number < 0 or is_check(name):
            return None
        kept, key = self._kept.of(image), (number, qtype)
        if key not in kept:
            kept[key] = self._choose(image.contents.orders_of_set(number), qtype)
        return kept[key]
