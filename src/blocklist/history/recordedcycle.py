"""RECORDED CYCLE: what one cycle gives a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..image.container import Image
from ..model.orders import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent:
    """Something that happened, beside orders and images.

    Attributes:
        kind: one of ``logentries.EVENTS``.
        facts: what stands in the log for ever: codes, digests, times and counts; no name, no party.
        details: what may be erased; JSON.
    """

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCycle:
    """What one cycle gives the record.

    Attributes:
        orders: all that were read, also those that are not in force.
        image: what was compiled from them, with its report; ``None`` if nothing was.
        instant: for which it was compiled; the default is when it is recorded.
        widen_urls, strip_www: as it was compiled.
        guards: what was protected and permitted, as JSON; the log holds a commitment to it.
        events: what else happened.
        octets: returns those of the file that an order was read from, to keep them; ``None`` for
            one that they are not at hand of.
    """

    orders: Sequence[Order] = ()
    image: Image | None = None
    instant: datetime | None = None
    widen_urls: bool = False
    strip_www: bool = False
    guards: Mapping[str, Any] | None = None
    events: Sequence[RecordedEvent] = ()
    octets: Callable[[Order], bytes | None] | None = None
