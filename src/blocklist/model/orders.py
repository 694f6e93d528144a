"""MODEL: what an order is and when it binds; immutable.

Dates stay as written: a ``date`` is that day in the order's own time zone (its first instant where
something begins, its last where something ends), a ``datetime`` is always aware.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import StrEnum

from ..errors import ConfigurationError
from .authorities import OPERATOR_POLICY, Authority
from .countries import ZONES, country, time_zone
from .penalty import Penalty
from .references import normalise_number
from .targets import Mention, Rejected, Target

Moment = date | datetime
_SEVERAL = (
    "territory", "suspended", "supersedes", "addressees", "technique", "targets", "exceptions",
    "rejected", "mentions", "warnings",
)  # fmt: skip
_FOREVER = datetime.max.replace(tzinfo=UTC)


class State(StrEnum):
    """What an order is at an instant."""

    PENDING = "pending"
    IN_FORCE = "in force"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an order was read: file, SHA-256 of its octets (hex), line, format name.

    ``given`` is the path as the caller gave it, for messages; no image or order file keeps it.
    """

    path: str = ""
    sha256: str = ""
    line: int = 0
    format: str = ""
    given: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Term:
    """A deadline as a rule: ``amount`` minutes, hours or days from a date of the order.

    Days are counted in the order's time zone without the day they run from, and end with the last
    day; minutes and hours are exact.
    """

    amount: int
    unit: str
    start: str = "notified"

    UNITS = ("minute", "hour", "day")
    STARTS = ("notified", "issued", "published", "effective_from")

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}{'s' * (self.amount != 1)} from {self.start}"


@dataclass(frozen=True, slots=True)
class Span:
    """A time from ``start`` until ``end`` (both days included), open-ended if ``end`` is None."""

    start: Moment
    end: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One legal act that names what to block; ``docs/reference/order-formats.md`` has each field.

    Only ``id`` is required. ``jurisdiction`` and ``territory`` hold ISO 3166-1 alpha-2 codes:
    where the authority sits, and where the order binds (its jurisdiction if empty; everywhere if
    that is empty as well). ``complied`` is when the operator enforced it, which ends the penalty.
    Editions of one cumulative list share a ``series``; only the highest ``serial`` counts.
    ``response`` is what a resolver is to answer, where the source says so: ``nxdomain``,
    ``nodata``, ``refused``, ``drop``, ``tcp-only``, ``redirect 192.0.2.1``. ``status`` is what the
    authority's own system says of it (a ticket is ``open``, then ``closed``, and binds as before).
    ``link`` is the web address at which the authority publishes the order.
    ``category`` is the kind of illegal content in words, ``category_code`` the authority's own code
    for it or one of the DSA's (``STATEMENT_CATEGORY_…``, ``KEYWORD_…``), ``category_other`` what a
    category "other" means. ``acknowledged`` is when the authority was told that the order arrived.
    What article 9 of the DSA wants: ``reasons`` and ``redress`` say whether the order states why,
    and how to appeal (``None`` if nobody looked), ``report_to`` which authority is to be told of
    the effect, ``language`` in which language it is (BCP 47), ``received_at`` by which of the
    operator's addresses it came. ``reviewed`` says whether
    a person compared the order with its document: ``False`` for a draft, which is not compiled,
    and ``None`` if nothing is said; ``reviewed_by`` and ``reviewed_at`` say who and when.
    A ``shadow`` order is only tried: what it would block is counted, and nothing is blocked.
    """

    id: str
    authority: Authority = OPERATOR_POLICY
    jurisdiction: str = ""
    territory: tuple[str, ...] = ()
    instrument: str = ""
    number: str = ""
    case_number: str = ""
    title: str = ""
    series: str = ""
    serial: int | None = None
    issued: Moment | None = None
    notified: Moment | None = None
    acknowledged: Moment | None = None
    published: Moment | None = None
    effective_from: Moment | None = None
    deadline: Moment | Term | None = None
    expires: Moment | None = None
    suspended: tuple[Span, ...] = ()
    revoked: Moment | None = None
    complied: Moment | None = None
    supersedes: tuple[str, ...] = ()
    timezone: str = ""
    penalty: Penalty | None = None
    addressees: tuple[str, ...] = ()
    technique: tuple[str, ...] = ()
    legal_basis: str = ""
    link: str = ""
    category: str = ""
    category_code: str = ""
    category_other: str = ""
    reasons: bool | None = None
    redress: bool | None = None
    report_to: str = ""
    language: str = ""
    received_at: str = ""
    response: str = ""
    status: str = ""
    dynamic: str = ""
    note: str = ""
    confidential: bool = False
    shadow: bool = False
    reviewed: bool | None = None
    reviewed_by: str = ""
    reviewed_at: Moment | None = None
    targets: Sequence[Target] = field(default=(), repr=False)
    exceptions: tuple[Target, ...] = field(default=(), repr=False)
    rejected: tuple[Rejected, ...] = field(default=(), repr=False)
    mentions: tuple[Mention, ...] = field(default=(), repr=False)
    warnings: tuple[str, ...] = ()
    source: Source = Source()

    def __post_init__(self) -> None:
        """Bring country codes to upper case.

        Raises:
            ConfigurationError: what should be a country code is none.
            TypeError: one text where several are expected, or a target that is only text.
        """
        for name in _SEVERAL:
            if isinstance(getattr(self, name), str | bytes):
                raise TypeError(f"{name} must be a tuple, even of one: write {name}=(…,)")
        for name in ("targets", "exceptions"):
            # What stands there instead is kept out of the message: the order may be confidential.
            many = getattr(self, name)
            odd = _odd(many) if isinstance(many, tuple | list) else None
            if odd is not None:
                raise TypeError(
                    f"{name} must be Target objects, not {odd}: parse_target(text) makes one"
                )
        territory = tuple(country(code, secret=self.confidential) for code in self.territory)
        object.__setattr__(self, "territory", territory)
        if self.jurisdiction:
            code = country(self.jurisdiction, secret=self.confidential)
            object.__setattr__(self, "jurisdiction", code)

    def __repr__(self) -> str:
        """Show the fields, without targets; of a confidential order none."""
        if self.confidential:
            return "<Order, confidential>"
        shown = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
        return f"Order({', '.join(shown)})"

    @property
    def normalised_number(self) -> str:
        """``number`` in one form, to compare: ``n. 125/25/DDA`` is ``125/2025/DDA``."""
        return normalise_number(self.number)

    @property
    def normalised_case_number(self) -> str:
        """``case_number`` in one form, to compare: ``RG n. 51624/17`` is ``51624/2017``."""
        return normalise_number(self.case_number)

    @property
    def zone(self) -> tzinfo:
        """The time zone that its dates mean.

        Raises:
            OrderError: the zone is unknown, or this machine has no time zone data.
        """
        name = self.timezone or ZONES.get(self.jurisdiction, "UTC")
        return time_zone(name, secret=self.confidential)

    def binds_in(self, jurisdiction: str) -> bool:
        """Whether the order binds in that country (ISO 3166-1 alpha-2).

        Raises:
            ConfigurationError: it is no country code.
        """
        jurisdiction = country(jurisdiction)
        where = self.territory or ((self.jurisdiction,) if self.jurisdiction else ())
        return not where or jurisdiction in where

    def start_of(self, moment: Moment) -> datetime:
        """The first instant of ``moment`` in the order's time zone, in UTC."""
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(), tzinfo=self.zone)
        return utc(moment)

    def end_of(self, moment: Moment) -> datetime:
        """The instant, in UTC, when ``moment`` is over: for a date, the start of the next day."""
        if isinstance(moment, datetime):
            return utc(moment)
        if moment == date.max:  # what people write for ever
            return _FOREVER
        return self.start_of(moment + timedelta(days=1))

    @property
    def begins(self) -> datetime | None:
        """When it begins to bind, in UTC; ``None`` if it has no date at all and always does."""
        for moment in (self.effective_from, self.issued, self.published, self.notified):
            if moment is not None:
                return self.start_of(moment)
        return None

    def state(self, at: datetime) -> State:
        """Return what the order is at an aware ``datetime``.

        Raises:
            ConfigurationError: ``at`` has no time zone.
        """
        at = utc(at)
        if self.begins is not None and at < self.begins:
            return State.PENDING
        if self.revoked is not None and at >= self.start_of(self.revoked):
            return State.REVOKED
        if self.expires is not None and at >= self.end_of(self.expires):
            return State.EXPIRED
        for span in self.suspended:
            if at >= self.start_of(span.start) and (span.end is None or at < self.end_of(span.end)):
                return State.SUSPENDED
        return State.IN_FORCE

    def in_force(self, at: datetime) -> bool:
        """Whether the order binds at an aware ``datetime``; errors as of ``state``."""
        return self.state(at) is State.IN_FORCE

    def changes(self) -> list[datetime]:
        """Return the instants, in sequence, at which ``state`` may change."""
        instants = [self.begins]
        if self.revoked is not None:
            instants.append(self.start_of(self.revoked))
        if self.expires is not None:
            instants.append(self.end_of(self.expires))
        for span in self.suspended:
            instants.append(self.start_of(span.start))
            instants.append(None if span.end is None else self.end_of(span.end))
        return sorted(instant for instant in instants if instant is not None)

    @property
    def due(self) -> datetime | None:
        """The instant by which it must be enforced; ``None`` if unknown (never notified).

        It carries the offset from UTC that its time zone has then.
        """
        if isinstance(self.deadline, Term):
            start: Moment | None = getattr(self, self.deadline.start)
            return None if start is None else self._local(self._after(start, self.deadline))
        return None if self.deadline is None else self._local(self.end_of(self.deadline))

    def _after(self, start: Moment, term: Term) -> datetime:
        try:
            if term.unit != "day":
                return self.start_of(start) + timedelta(**{f"{term.unit}s": term.amount})
            day = self._local(start).date() if isinstance(start, datetime) else start
            return self.end_of(day + timedelta(days=term.amount))
        except OverflowError:
            return _FOREVER

    def _local(self, instant: datetime) -> datetime:
        """Return ``instant`` in the order's time zone, at a fixed offset: no hour comes twice."""
        try:
            local = instant.astimezone(self.zone)
        except OverflowError:
            return instant
        return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()))

    def days_overdue(self, at: datetime) -> int:
        """Return the days of delay begun by ``at``, in the order's time zone; 0 while in time.

        They stop when the order was ``complied`` with, revoked or over. Days on which it was
        suspended are not taken off: whether they count is for the court that suspended it.
        """
        at, due = utc(at), self.due
        if due is None or self.state(at) is State.PENDING:
            return 0
        if self.complied is not None:
            at = min(at, self.start_of(self.complied))
        # An order that ends with a day or before one costs nothing on the next.
        if self.revoked is not None:
            at = min(at, self.start_of(self.revoked) - timedelta.resolution)
        if self.expires is not None:
            at = min(at, self.end_of(self.expires) - timedelta.resolution)
        if at < due:
            return 0
        return (self._local(at).date() - due.date()).days + 1

    def penalty_accrued(self, at: datetime) -> Decimal | None:
        """Return the penalty run up by ``at``; ``None`` if there is none that runs by the day."""
        if self.penalty is None or self.penalty.per != "day":
            return None
        total = self.penalty.amount * self.days_overdue(at)
        return total if self.penalty.cap is None else min(total, self.penalty.cap)


def utc(at: datetime) -> datetime:
    """Return an aware instant in UTC, where no hour comes twice and comparisons are exact.

    Raises:
        ConfigurationError: it has no time zone.
    """
    if not isinstance(at, datetime):
        raise TypeError(f"at must be a datetime, not {type(at).__name__}")
    if at.tzinfo is None:
        raise ConfigurationError("at needs a time zone: datetime.now(UTC), not datetime.now()")
    try:
        return at.astimezone(UTC)
    except OverflowError:  # within a day of the first or last instant there is
        return at.replace(tzinfo=UTC)


def _odd(targets: Iterable[object]) -> str | None:
    """Return the type of the first that is no target."""
    return next((type(t).__name__ for t in targets if not isinstance(t, Target)), None)
