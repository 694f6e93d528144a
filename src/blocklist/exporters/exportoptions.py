"""OPTIONS: what a caller may choose of an export, and what it gets to know about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from ..answers.disclosure import MAX_TEXT, fit
from ..atomicfile import Rights
from ..errors import ExportError
from ..live.policy import Action, Response
from .abilities import ASSUMPTIONS
from .losses import Loss

_NXDOMAIN = Response(Action.NXDOMAIN)


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What a caller may choose; each format takes what it has a use for.

    Attributes:
        at: the instant that the header names; the same image and instant give the same octets.
        response: what the program is to answer for a blocked name, where the format can say it.
        zone: the name of the response policy zone, without final dot.
        ttl: of made records, in seconds.
        canary: the name of the last record, which shows that all was read; ``""`` is ``check.``
            and the zone, or ``check.rpz.blocklist``; ``None`` writes none.
        assume: how the program is set, of ``ASSUMPTIONS``: ``check-names-ignore`` for BIND, which
            refuses addresses at names with underscores otherwise.
        rights: of the files: owner, group, mode; those of the files that they replace, unless said.
            Files with confidential orders are not for others.
        uniform_reason: the same text for every blocked name, in place of the orders, where the
            format tells clients or logs a reason.
        serial: of a zone; ``None`` takes the instant as Unix time, or one after that of the file
            there, or the same if nothing changed.
    """

    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    response: Response = _NXDOMAIN
    zone: str = "rpz.blocklist"
    ttl: int = 60
    canary: str | None = ""
    assume: tuple[str, ...] = ()
    rights: Rights = field(default_factory=Rights)
    serial: int | None = None
    uniform_reason: str = ""

    def __post_init__(self) -> None:
        """Refuse what no record and no program can hold; ``ExportError``."""
        if not 0 <= self.ttl < 1 << 31:
            raise ExportError(f"the TTL must be 0 to {(1 << 31) - 1} seconds, not {self.ttl}")
        for unknown in {*self.assume} - {*ASSUMPTIONS}:
            raise ExportError(f"nothing is known of {unknown!r}; assume {', '.join(ASSUMPTIONS)}")
        if self.serial is not None and not 0 <= self.serial < 1 << 32:
            raise ExportError(f"the serial must be 0 to {(1 << 32) - 1}, not {self.serial}")
        if len(self.uniform_reason) > MAX_TEXT:
            raise ExportError(f"uniform_reason is longer than {MAX_TEXT} characters")
        if self.uniform_reason and not fit(self.uniform_reason):
            raise ExportError("uniform_reason holds nothing that can be shown")


@dataclass(frozen=True, slots=True)
class ExportReport:
    """The account of one export.

    Attributes:
        format: its name.
        digest: of the image.
        paths: the files written, in sequence; empty for a stream.
        losses: what the format cannot express, by reason.
        canaries: the names to ask for, to see that the program serves all of it.
        image16: 16 hex digits of the digest of the image's content.
        notes: which rights were taken away from files that hold confidential orders.
        file16: 16 hex digits of the digest of what was written, without serial, time and canary.
    """

    format: str
    digest: str
    paths: tuple[str, ...] = ()
    losses: tuple[Loss, ...] = ()
    canaries: tuple[str, ...] = ()
    image16: str = ""
    file16: str = ""
    notes: tuple[str, ...] = ()
