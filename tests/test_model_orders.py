from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.errors import ConfigurationError, OrderError
from blocklist.model.authorities import KNOWN_AUTHORITIES, Authority
from blocklist.model.countries import ZONES, time_zone
from blocklist.model.orders import Moment, Order, Span, State, Term
from blocklist.model.penalty import Penalty
from blocklist.model.targets import parse_target

pytestmark = pytest.mark.no_core

ROME = ZoneInfo("Europe/Rome")
CET, CEST = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def instants(first: int, last: int) -> st.SearchStrategy[datetime]:
    """Instants in UTC from the year ``first`` until the year ``last``."""
    bounds = (datetime(year, 1, 1) for year in (first, last))  # noqa: DTZ001
    return st.datetimes(*bounds, timezones=st.just(UTC))


def italian(**fields: object) -> Order:
    return Order(id="it:1", jurisdiction="IT", **fields)  # type: ignore[arg-type]


class TestState:
    ORDER = italian(
        issued=date(2024, 1, 10),
        suspended=(
            Span(date(2024, 3, 31), date(2024, 3, 31)),
            Span(
                datetime(2024, 10, 26, 12, tzinfo=CEST), datetime(2024, 10, 27, 2, 30, tzinfo=CET)
            ),
        ),
        expires=date(2024, 12, 31),
    )
    # One second before each change and the change itself, in UTC.
    CHANGES = (
        ("2024-01-09T23:00:00", State.PENDING, State.IN_FORCE),
        ("2024-03-30T23:00:00", State.IN_FORCE, State.SUSPENDED),  # the day of 23 hours
        ("2024-03-31T22:00:00", State.SUSPENDED, State.IN_FORCE),
        ("2024-10-26T10:00:00", State.IN_FORCE, State.SUSPENDED),
        ("2024-10-27T01:30:00", State.SUSPENDED, State.IN_FORCE),  # the second 02:30 of that night
        ("2024-12-31T23:00:00", State.IN_FORCE, State.EXPIRED),
    )

    @pytest.mark.parametrize(("instant", "before", "after"), CHANGES)
    def test_changes_at_the_instant(self, instant: str, before: State, after: State) -> None:
        at = utc(instant)
        assert self.ORDER.state(at - timedelta(seconds=1)) is before
        assert self.ORDER.state(at) is after
        assert self.ORDER.in_force(at) == (after is State.IN_FORCE)

    def test_changes_lists_them_in_sequence(self) -> None:
        assert self.ORDER.changes() == [utc(instant) for instant, _, _ in self.CHANGES]

    @pytest.mark.parametrize(("day", "hours"), [(31, 23), (30, 24)])
    def test_day_ends_with_the_day_in_spring(self, day: int, hours: int) -> None:
        self.lasts(date(2024, 3, day), hours)

    @pytest.mark.parametrize(("day", "hours"), [(27, 25), (28, 24)])
    def test_day_ends_with_the_day_in_autumn(self, day: int, hours: int) -> None:
        self.lasts(date(2024, 10, day), hours)

    def lasts(self, day: date, hours: int) -> None:
        order = italian(effective_from=day, expires=day)
        start, end = order.changes()
        assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)
        assert order.in_force(start.astimezone(UTC))
        assert not order.in_force(end.astimezone(UTC))

    def test_order_without_dates_always_binds(self) -> None:
        order = Order(id="x")
        assert order.begins is None
        assert order.changes() == []
        for year in (1, 2024, 9999):
            assert order.in_force(datetime(year, 6, 1, tzinfo=UTC))

    @pytest.mark.parametrize(
        ("fields", "begins"),
        [
            (("effective_from", "issued", "published", "notified"), "effective_from"),
            (("issued", "published", "notified"), "issued"),
            (("published", "notified"), "published"),
            (("notified",), "notified"),
        ],
    )
    def test_begins_with_the_first_date_known(self, fields: tuple[str, ...], begins: str) -> None:
        dates = {name: date(2024, 1, 1 + i) for i, name in enumerate(fields)}
        assert italian(**dates).begins == datetime.combine(dates[begins], datetime.min.time(), ROME)

    @pytest.mark.parametrize("last", [State.REVOKED, State.EXPIRED, State.SUSPENDED])
    def test_what_ends_an_order_for_good_comes_first(self, last: State) -> None:
        fields: dict[State, dict[str, object]] = {
            State.SUSPENDED: {"suspended": (Span(date(2024, 1, 1)),)},
            State.EXPIRED: {"expires": date(2023, 12, 31)},
            State.REVOKED: {"revoked": date(2024, 1, 1)},
        }
        given_fields: dict[str, object] = {}
        for state, more in fields.items():
            given_fields |= more
            if state is last:
                break
        assert italian(**given_fields).state(utc("2024-01-02T00:00:00")) is last

    def test_revoked_begins_with_the_day_and_expired_ends_with_it(self) -> None:
        noon = utc("2024-05-05T10:00:00")
        assert italian(revoked=date(2024, 5, 5)).state(noon) is State.REVOKED
        assert italian(expires=date(2024, 5, 5)).state(noon) is State.IN_FORCE

    def test_open_suspension_lasts(self) -> None:
        order = italian(suspended=(Span(date(2024, 1, 1)),))
        assert order.state(utc("2999-01-01T00:00:00")) is State.SUSPENDED
        assert len(order.changes()) == 1

    def test_pending_comes_before_all(self) -> None:
        order = italian(issued=date(2024, 6, 1), revoked=date(2024, 1, 1))
        assert order.state(utc("2024-02-01T00:00:00")) is State.PENDING
        assert order.state(utc("2024-07-01T00:00:00")) is State.REVOKED

    @given(
        instants(2023, 2026),
        st.lists(
            st.tuples(st.dates(date(2024, 1, 1), date(2025, 1, 1)), st.integers(0, 90)), max_size=3
        ),
    )
    def test_state_changes_only_where_changes_says(
        self, at: datetime, spans: list[tuple[date, int]]
    ) -> None:
        order = italian(
            issued=date(2024, 1, 1),
            expires=date(2025, 6, 30),
            suspended=tuple(Span(day, day + timedelta(days=n)) for day, n in spans),
        )
        before = [change for change in order.changes() if change.astimezone(UTC) <= at]
        if before:
            assert order.state(before[-1].astimezone(UTC)) is order.state(at)
        else:
            assert order.state(at) is State.PENDING


class TestDue:
    CASES: dict[str, tuple[Moment | Term | None, Moment | None, str | None]] = {  # noqa: RUF012
        "30-days": (Term(30, "day"), date(2022, 7, 18), "2022-08-17T22:00:00"),
        "30-days-from-an-hour": (
            Term(30, "day"), datetime(2022, 7, 18, 17, 30, tzinfo=CEST), "2022-08-17T22:00:00",
        ),
        "days-in-the-orders-zone": (
            Term(1, "day"), datetime(2022, 7, 18, 22, 30, tzinfo=UTC), "2022-07-20T22:00:00",
        ),
        "0-days": (Term(0, "day"), date(2022, 7, 18), "2022-07-18T22:00:00"),
        "days-into-summer": (Term(1, "day"), date(2024, 3, 30), "2024-03-31T22:00:00"),
        "days-into-winter": (Term(1, "day"), date(2024, 10, 26), "2024-10-27T23:00:00"),
        "days-over-29-february": (Term(2, "day"), date(2024, 2, 28), "2024-03-01T23:00:00"),
        "30-minutes": (
            Term(30, "minute"), datetime(2024, 2, 2, 20, 50, tzinfo=CET), "2024-02-02T20:20:00",
        ),
        "30-minutes-over-spring": (
            Term(30, "minute"), datetime(2024, 3, 31, 1, 45, tzinfo=CET), "2024-03-31T01:15:00",
        ),
        "30-minutes-over-autumn": (
            Term(30, "minute"), datetime(2024, 10, 27, 2, 45, tzinfo=CEST), "2024-10-27T01:15:00",
        ),
        "48-hours-over-spring": (
            Term(48, "hour"), datetime(2024, 3, 30, 12, tzinfo=CET), "2024-04-01T11:00:00",
        ),
        "48-hours-over-autumn": (
            Term(48, "hour"), datetime(2024, 10, 26, 12, tzinfo=CEST), "2024-10-28T10:00:00",
        ),
        "hours-from-a-day": (Term(48, "hour"), date(2024, 3, 30), "2024-03-31T23:00:00"),
        "hours-in-zone-info": (
            Term(48, "hour"), datetime(2024, 3, 30, 12, tzinfo=ROME), "2024-04-01T11:00:00",
        ),
        "never-notified": (Term(30, "day"), None, None),
        "no-deadline": (None, date(2022, 7, 18), None),
        "a-day": (date(2023, 3, 19), None, "2023-03-19T23:00:00"),
        "an-instant": (datetime(2023, 3, 19, tzinfo=CET), None, "2023-03-18T23:00:00"),
    }  # fmt: skip

    @pytest.mark.parametrize(("deadline", "notified", "wanted"), CASES.values(), ids=CASES)
    def test_due(
        self, deadline: Moment | Term | None, notified: Moment | None, wanted: str | None
    ) -> None:
        due = italian(deadline=deadline, notified=notified).due
        # In UTC: Python takes a time in the repeated hour for unequal to any in another zone.
        assert (due and due.astimezone(UTC)) == (None if wanted is None else utc(wanted))

    @pytest.mark.parametrize("start", Term.STARTS)
    def test_runs_from_the_date_it_names(self, start: str) -> None:
        dates = {name: date(2024, 1 + i, 1) for i, name in enumerate(Term.STARTS)}
        order = italian(deadline=Term(0, "day", start), **dates)
        assert order.due == order.end_of(dates[start])

    @given(st.integers(0, 400), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
    def test_days_always_end_at_midnight(self, days: int, notified: date) -> None:
        due = italian(deadline=Term(days, "day"), notified=notified).due
        assert due is not None
        assert due.astimezone(ROME).time() == datetime.min.time()
        assert due.astimezone(ROME).date() == notified + timedelta(days=days + 1)

    @given(
        st.integers(0, 10_000),
        instants(2020, 2030),
    )
    def test_minutes_are_exact(self, minutes: int, notified: datetime) -> None:
        due = italian(deadline=Term(minutes, "minute"), notified=notified).due
        assert due is not None
        assert due.astimezone(UTC) - notified == timedelta(minutes=minutes)

    def test_term_in_words(self) -> None:
        assert str(Term(30, "day")) == "30 days from notified"
        assert str(Term(1, "hour", "issued")) == "1 hour from issued"


class TestPenalty:
    """The Milan order: notified 18 July 2022, 30 days, 10,000 euro a day."""

    ORDER = italian(
        issued=date(2022, 7, 11),
        notified=date(2022, 7, 18),
        deadline=Term(30, "day"),
        penalty=Penalty(Decimal(10_000), cap=Decimal(45_000)),
    )

    @pytest.mark.parametrize(
        ("at", "days", "accrued"),
        [
            ("2022-07-01T00:00:00", 0, 0),
            ("2022-08-17T21:59:59", 0, 0),
            ("2022-08-17T22:00:00", 1, 10_000),
            ("2022-08-18T21:59:59", 1, 10_000),
            ("2022-08-18T22:00:00", 2, 20_000),
            ("2022-08-21T10:00:00", 4, 40_000),
            ("2022-08-22T10:00:00", 5, 45_000),
            ("2024-08-22T10:00:00", 736, 45_000),
        ],
    )
    def test_accrual_and_cap(self, at: str, days: int, accrued: int) -> None:
        assert self.ORDER.days_overdue(utc(at)) == days
        assert self.ORDER.penalty_accrued(utc(at)) == accrued

    @pytest.mark.parametrize(
        ("complied", "days"),
        [
            (date(2022, 8, 1), 0),
            (date(2022, 8, 17), 0),
            (datetime(2022, 8, 17, 23, 59, 59, tzinfo=CEST), 0),
            (datetime(2022, 8, 18, 0, 0, 1, tzinfo=CEST), 1),
            (date(2022, 8, 18), 1),
            (date(2022, 8, 20), 3),
        ],
    )
    def test_complied_ends_it(self, complied: Moment, days: int) -> None:
        order = italian(
            notified=date(2022, 7, 18),
            deadline=Term(30, "day"),
            penalty=Penalty(Decimal("0.10")),
            complied=complied,
        )
        at = utc("2023-01-01T00:00:00")
        assert order.days_overdue(at) == days
        assert order.penalty_accrued(at) == Decimal("0.10") * days

    def test_complied_in_the_future_does_not_lengthen_it(self) -> None:
        order = italian(deadline=date(2024, 1, 1), complied=date(2030, 1, 1))
        assert order.days_overdue(utc("2024-01-02T12:00:00")) == 1

    @pytest.mark.parametrize(
        ("day", "wanted"), [("2024-03-31", 1), ("2024-04-01", 2), ("2024-04-02", 3)]
    )
    def test_days_across_the_clock_change(self, day: str, wanted: int) -> None:
        order = italian(deadline=date(2024, 3, 30))
        noon = datetime.combine(date.fromisoformat(day), datetime.min.time(), ROME)
        assert order.days_overdue(noon.astimezone(UTC) + timedelta(hours=12)) == wanted

    def test_first_day_begins_with_the_instant(self) -> None:
        order = italian(
            notified=datetime(2024, 2, 2, 23, 45, tzinfo=CET), deadline=Term(30, "minute")
        )
        assert order.due == datetime(2024, 2, 3, 0, 15, tzinfo=CET)
        assert order.days_overdue(datetime(2024, 2, 3, 0, 14, 59, tzinfo=CET)) == 0
        assert order.days_overdue(datetime(2024, 2, 3, 0, 15, tzinfo=CET)) == 1
        assert order.days_overdue(datetime(2024, 2, 4, 0, 0, tzinfo=CET)) == 2

    @pytest.mark.parametrize(
        ("penalty", "accrued"),
        [(None, None), (Penalty(Decimal(100), per="violation"), None), (Penalty(Decimal(0)), 0)],
    )
    def test_other_penalties(self, penalty: Penalty | None, accrued: int | None) -> None:
        order = italian(deadline=date(2024, 1, 1), penalty=penalty)
        assert order.penalty_accrued(utc("2024-02-01T00:00:00")) == accrued

    def test_no_deadline_is_never_overdue(self) -> None:
        order = italian(deadline=Term(30, "day"), penalty=Penalty(Decimal(100)))
        assert order.days_overdue(utc("2999-01-01T00:00:00")) == 0
        assert order.penalty_accrued(utc("2999-01-01T00:00:00")) == 0

    def test_in_words(self) -> None:
        assert str(Penalty(Decimal(10_000))) == "10,000 EUR per day"
        assert str(Penalty(Decimal("99.50"), "CZK", "violation")) == "99.50 CZK per violation"
        assert str(Penalty(Decimal("1E+4"))) == "10,000 EUR per day"

    @given(
        instants(2021, 2026),
        st.timedeltas(timedelta(0), timedelta(days=40)),
    )
    def test_never_falls(self, at: datetime, later: timedelta) -> None:
        accrued = [self.ORDER.penalty_accrued(moment) for moment in (at, at + later)]
        assert accrued[0] is not None
        assert accrued[1] is not None
        assert 0 <= accrued[0] <= accrued[1] <= 45_000


@pytest.mark.parametrize("question", ["state", "in_force", "days_overdue", "penalty_accrued"])
def test_naive_datetime_is_refused(question: str) -> None:
    order = italian(deadline=date(2024, 1, 1), penalty=Penalty(Decimal(1)))
    with pytest.raises(ValueError, match="at needs a time zone"):
        getattr(order, question)(datetime(2024, 1, 1))  # noqa: DTZ001


class TestTerritory:
    @pytest.mark.parametrize(
        ("jurisdiction", "territory", "where", "binds"),
        [
            ("IT", (), "IT", True), ("IT", (), "it", True), ("IT", (), "FR", False),
            ("IT", ("SM", "VA"), "IT", False), ("IT", ("SM", "VA"), "va", True),
            ("", (), "FR", True), ("", ("DE",), "FR", False),
        ],
    )  # fmt: skip
    def test_binds_in(
        self, jurisdiction: str, territory: tuple[str, ...], where: str, binds: bool
    ) -> None:
        order = Order(id="x", jurisdiction=jurisdiction, territory=territory)
        assert order.binds_in(where) == binds

    @pytest.mark.parametrize("country", ZONES)
    def test_zone_of_a_country(self, country: str) -> None:
        assert str(Order(id="x", jurisdiction=country).zone) == ZONES[country]

    def test_own_zone_comes_first(self) -> None:
        order = Order(id="x", jurisdiction="IT", timezone="Asia/Tokyo", issued=date(2024, 1, 1))
        assert order.begins == utc("2023-12-31T15:00:00")

    def test_no_zone_is_utc(self) -> None:
        assert Order(id="x", issued=date(2024, 1, 1)).begins == utc("2024-01-01T00:00:00")

    @pytest.mark.parametrize("name", ["Europe/Roma", "Europe", "../etc/passwd", "\0", "", "/", "."])
    def test_unknown_zone_says_what_to_do(self, name: str) -> None:
        with pytest.raises(OrderError, match="pip install tzdata"):
            time_zone(name)


class TestAuthority:
    @pytest.mark.parametrize("key", KNOWN_AUTHORITIES)
    def test_known_by_key_and_by_name(self, key: str) -> None:
        wanted = Authority(key, KNOWN_AUTHORITIES[key])
        assert Authority.named(key.upper()) == wanted
        assert Authority.named(KNOWN_AUTHORITIES[key].upper().replace(" ", " \n")) == wanted

    def test_other(self) -> None:
        assert Authority.named(" Tribunale  di Milano ") == Authority(
            "tribunale-di-milano", "Tribunale di Milano"
        )


def test_repr_hides_the_targets() -> None:
    assert "targets" not in repr(Order(id="x"))


def test_the_hour_that_comes_twice() -> None:
    """Two instants of one zone compare by the clock on the wall; here they must not."""
    rome = ZoneInfo("Europe/Rome")
    second = datetime(2024, 10, 27, 2, 10, fold=1, tzinfo=rome)
    notified = datetime(2024, 10, 27, 2, 15, tzinfo=rome)
    late = Order(id="x", jurisdiction="IT", deadline=Term(30, "minute"), notified=notified)
    assert late.days_overdue(second) == 1
    assert late.due == notified.astimezone(UTC) + timedelta(minutes=30)
    begun = Order(id="x", effective_from=datetime(2024, 10, 27, 2, 30, tzinfo=rome))
    assert begun.state(second) is State.IN_FORCE


@pytest.mark.parametrize("at", [datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59)])  # noqa: DTZ001
def test_the_ends_of_time(at: datetime) -> None:
    zone = ZoneInfo("Europe/Rome")
    order = Order(
        id="x", jurisdiction="IT", issued=date.min, notified=date(9999, 12, 1),
        deadline=Term(30, "day"), expires=date.max, penalty=Penalty(Decimal(1)),
    )  # fmt: skip
    for aware in (at.replace(tzinfo=UTC), at.replace(tzinfo=zone)):
        order.in_force(aware)
        assert order.days_overdue(aware) in (0, 1)
    assert order.due is not None
    assert order.changes()


@pytest.mark.parametrize(
    ("end", "days"),
    [
        ({"revoked": date(2022, 9, 1)}, 21),
        ({"expires": date(2022, 8, 31)}, 21),
        ({"expires": date(2022, 8, 5)}, 0),
        ({"complied": date(2022, 8, 15)}, 5),
        ({"effective_from": date(2099, 1, 1)}, 0),
        ({}, 386),
    ],
    ids=str,
)
def test_delay_ends_with_the_order(end: dict[str, date], days: int) -> None:
    order = Order(
        id="x", jurisdiction="IT", issued=date(2022, 7, 11), notified=date(2022, 7, 11),
        deadline=Term(30, "day"), penalty=Penalty(Decimal(10_000)), **end,  # type: ignore[arg-type]
    )  # fmt: skip
    assert order.days_overdue(datetime(2023, 8, 31, 12, tzinfo=UTC)) == days


@pytest.mark.parametrize("field", ["targets", "exceptions"])
@pytest.mark.parametrize("odd", ["secret.example", b"secret.example", 7, None])
def test_a_text_is_no_target(field: str, odd: Any) -> None:
    good = parse_target("a.example")
    for targets in ((odd,), [good, odd]):
        fields: dict[str, Any] = {field: targets}
        with pytest.raises(TypeError, match=f"{field} must be Target objects, not") as caught:
            Order(id="x", confidential=True, **fields)
        assert "secret" not in str(caught.value)
    fields = {field: (good,)}
    assert getattr(Order(id="x", **fields), field) == (good,)


@pytest.mark.parametrize(
    "field",
    [
        "territory", "supersedes", "addressees", "technique", "targets", "exceptions", "rejected",
        "mentions", "warnings", "suspended",
    ],
)  # fmt: skip
def test_one_text_is_not_several(field: str) -> None:
    fields: dict[str, Any] = {field: "IT"}
    with pytest.raises(TypeError, match=f"{field} must be a tuple, even of one: write {field}="):
        Order(id="x", **fields)


def test_a_country_in_words_is_none() -> None:
    with pytest.raises(ConfigurationError, match="'Italy' is not a country code"):
        Order(id="x", territory=("DE",)).binds_in("Italy")
    with pytest.raises(TypeError, match="at must be a datetime, not str"):
        Order(id="x").state("2024-01-01")  # type: ignore[arg-type]
