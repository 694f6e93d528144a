"""OPTIONS: what a caller may choose of an export, and what it gets to know about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from ..policy import Action, Response
from .losses import Loss

_NXDOMAIN = Response(Action.NXDOMAIN)


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller may choose; each format takes what it has a use for.

    Attributes:
        at: the instant that the header names; the same image and instant give the same octets.
        response: what the program is to answer for a blocked name, where the format can say it.
        zone: the name of the response policy zone, without final dot.
        ttl: of made records, in seconds.
        serial: of a zone; ``None`` takes the instant as Unix time.
        blocked_by: the URI of whoever enforces the block (RFC 7725), for proxies.
        language: of texts for clients (BCP 47).
    """

    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    response: Response = _NXDOMAIN
    zone: str = "rpz.blocklist"
    ttl: int = 60
    serial: int | None = None
    blocked_by: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class ExportReport:
    """The account of one export.

    Attributes:
        format: its name.
        digest: of the image.
        paths: the files written, in sequence; empty for a stream.
        losses: what the format cannot express, by reason.
    """

    format: str
    digest: str
    paths: tuple[str, ...] = ()
    losses: tuple[Loss, ...] = ()
