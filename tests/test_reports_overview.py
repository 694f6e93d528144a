"""The overview for managers: its facts, and the page in headless Chromium."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import lxml.html
import pypdfium2
import pytest
from browser import chromium, screenshot, served
from click.testing import CliRunner
from desk_folder import IMAGE, DeskFolder, agcom, names, order_file
from reported_orders import CANARY, DUE, NOW, reported

from blocklist import Authority, Penalty, Term
from blocklist.cli.group import cli
from blocklist.reports.overview import overview_page
from blocklist.reports.overviewfacts import (
    Due,
    OverviewHeld,
    OverviewWait,
    due_of,
    overview_facts,
)

pytestmark = pytest.mark.no_core

HOUR = timedelta(hours=1)
ORDERS = [
    reported(-HOUR, id="it:met"),
    reported(3 * HOUR, id="it:late"),
    reported(None, id="it:never", authority=Authority("other", "Autorità di Prova")),
    reported(-3 * HOUR, id=f"it:{CANARY}", number=CANARY, title=CANARY, confidential=True),
    reported(deadline=None, id="it:free", penalty=None),
    reported(id="own", authority=Authority.named("operator")),
]
WAITS = [OverviewWait("dns", "NOT serving: no answer", "blocklist run run.toml", is_grave=True)]
HELD = [OverviewHeld("agcom", "2026-05-19T10:00:00+00:00", ["lost 70%"], 2)]


def page(*, confidential: bool = False) -> str:
    return overview_page(overview_facts(ORDERS, NOW, WAITS, HELD, confidential=confidential))


def said(text: str, id_: str) -> str:
    """What a section says, with single blanks."""
    section = lxml.html.fromstring(text).get_element_by_id(id_)
    return " ".join(" ".join(section.itertext()).split())


class TestDue:
    @pytest.mark.parametrize(
        ("served", "minutes", "expected"),
        [
            ((-HOUR,), 60, Due.MET), ((timedelta(),), 60, Due.MET), ((HOUR,), 600, Due.MISSED),
            ((None,), -1, Due.OPEN), ((None,), 0, Due.MISSED), ((), 60, Due.MISSED),
        ],
    )  # fmt: skip
    def test_due(self, served: tuple[timedelta | None, ...], minutes: int, expected: Due) -> None:
        assert due_of(reported(*served), DUE + timedelta(minutes=minutes)) is expected

    def test_without_an_instant(self) -> None:
        assert due_of(reported(deadline=None), NOW) is Due.NONE
        assert due_of(reported(deadline=Term(1, "day", "published")), NOW) is Due.UNKNOWN

    def test_an_order_that_ended_before_its_deadline(self) -> None:
        assert due_of(reported(revoked=date(2026, 5, 4)), NOW) is Due.NONE
        assert due_of(reported(revoked=date(2026, 5, 9)), NOW) is Due.MISSED


class TestFacts:
    def test_penalties_as_status_counts_and_by_the_record(self) -> None:
        facts = overview_facts(ORDERS, NOW)
        by_status = sum(
            (one.order.penalty_accrued(NOW) or Decimal() for one in ORDERS[:4]), Decimal()
        )
        assert facts.penalties == {"EUR": (by_status, Decimal(10_000 * (1 + 15)))}
        assert by_status == 4 * 150_000
        other = reported(penalty=Penalty(Decimal(5), "CHF"))
        assert set(overview_facts([*ORDERS, other], NOW).penalties) == {"EUR", "CHF"}

    def test_times_per_authority(self) -> None:
        times = {one.authority: one for one in overview_facts(ORDERS, NOW).authorities}
        assert set(times) == {"Tribunale di Prova", "(confidential)"}
        court = times["Tribunale di Prova"]
        assert (court.known, court.orders) == (2, 3)
        assert (court.median, court.longest) == (121 * HOUR, 123 * HOUR)

    def test_the_operators_own_policy_is_left_out(self) -> None:
        facts = overview_facts(ORDERS, NOW)
        assert (len(facts.rows), facts.policies) == (5, 1)


class TestPage:
    def test_what_it_says(self) -> None:
        text = page()
        assert lxml.html.fromstring(text).findtext(".//h1") == "2 deadlines missed"
        assert said(text, "numbers").startswith(
            "In numbers 5 of 5 orders in force 2 deadlines met 2 deadlines missed 1 without a "
            "deadline 600,000 EUR penalties so far, as status counts "
            "160,000 EUR penalties so far, by the record"
        )
        waits = said(text, "waits")
        assert "dns : NOT serving: no answer blocklist run run.toml" in waits
        assert "agcom : held since 2026-05-19: lost 70% 2 orders with a deadline in it" in waits
        line = said(text, "timeline")
        assert "deadline 2026-05-05 missed" in line
        assert "not seen to be given effect" in line
        table = said(text, "penalties")
        assert "it:late 2026-05-05 15 days, 150,000 EUR 1 day, 10,000 EUR" in table
        assert "it:never 2026-05-05 15 days, 150,000 EUR not seen to be given effect" in table
        assert "median 5 days, longest 5 days, known of 2 of 3 orders" in said(text, "times")
        assert "Left out: 1 entry of the operator's own policy" in said(text, "doubts")

    def test_confidential(self) -> None:
        assert CANARY not in page()
        assert "(confidential)" in page()
        assert CANARY in page(confidential=True)

    def test_without_anything(self) -> None:
        text = overview_page(overview_facts([], NOW))
        assert "No deadline is missed" in text
        assert "There is no order." in said(text, "timeline")
        assert said(text, "waits").count("Not known") == 2
        text = overview_page(overview_facts([], NOW, [], []))
        assert "person Nothing. Held editions None." in said(text, "waits")

    def test_nothing_of_an_order_is_markup(self) -> None:
        odd = reported(-HOUR, id="<b>x</b>", number='"><script>alert(1)</script>')
        document = lxml.html.fromstring(overview_page(overview_facts([odd], NOW)))
        assert not document.xpath("//script | //img | //main//b[. = 'x']")
        assert "<b>x</b>" in document.text_content()

    def test_the_first_and_the_last_day_that_there_are(self) -> None:
        first, last = date.min, date.max
        odd = reported(None, issued=first, notified=first, expires=last, deadline=last)
        text = overview_page(overview_facts([odd, reported(-HOUR)], NOW))
        assert "0001-01-01" in said(text, "timeline")
        assert "nan" not in text

    def test_a_deadline_that_is_far_does_not_squeeze_the_chart(self) -> None:
        far = [reported(None, deadline=date(2036, 1, 1)), reported(None)]
        assert "2026-05-20" in said(overview_page(overview_facts(far, NOW)), "timeline")


WIDTHS = (390, 1280)
FRAMES = "".join(
    f'<iframe src="/page.html" style="border: 0; width: {width}px; height: 900px"></iframe>'
    for width in WIDTHS
)
MEASURE = f"""<!doctype html><link rel=icon href="data:,"><body><pre id=said></pre>{FRAMES}
<script>
onload = () => {{
  said.textContent = JSON.stringify([...document.querySelectorAll("iframe")].map(frame => {{
    const page = frame.contentDocument;
    const bars = [...page.querySelectorAll("svg.chart")].map(bar => bar.getBoundingClientRect());
    return {{
      wide: page.documentElement.scrollWidth, scripts: page.scripts.length,
      bars: bars.map(bar => [bar.width, bar.height]),
      colour: getComputedStyle(page.querySelector("rect.deadline")).fill,
    }};
  }}));
}};
</script>"""


class TestInChromium:
    def test_it_fits_a_phone_and_a_screen_and_loads_nothing(self) -> None:
        text = page()
        with served(lambda path: (text if path == "/page.html" else MEASURE).encode()) as found:
            url, asked = found
            dumped = chromium(f"{url}/measure", "--dump-dom")
        measured = lxml.html.fromstring(dumped).get_element_by_id("said").text
        assert measured
        for width, one in zip(WIDTHS, json.loads(measured), strict=True):
            assert one["wide"] <= width
            assert one["scripts"] == 0
            assert len(one["bars"]) == 5 + 2
            assert all(wide > width / 2 and 10 < high < 30 for wide, high in one["bars"])
            assert one["colour"] == "rgb(179, 0, 27)"  # the policy lets its style sheet in
        assert asked == ["/measure", "/page.html", "/page.html"]

    def test_bars_are_seen(self, tmp_path: Path) -> None:
        (tmp_path / "page.html").write_text(page(), "utf-8")
        picture = screenshot((tmp_path / "page.html").as_uri(), 1280, 1800)
        colours = {colour for _, colour in picture.getcolors(1 << 24) or ()}
        assert {(157, 180, 207), (179, 0, 27), (11, 107, 48), (11, 92, 173)} <= colours

    def test_it_prints_whole(self, tmp_path: Path) -> None:
        (tmp_path / "page.html").write_text(page(), "utf-8")
        out = tmp_path / "page.pdf"
        chromium((tmp_path / "page.html").as_uri(), f"--print-to-pdf={out}")
        with pypdfium2.PdfDocument(out) as document:
            text = "".join(sheet.get_textpage().get_text_range() for sheet in document)
        text = re.sub(r"\s+", " ", text)
        for word in ("it:met", "it:late", "it:never", "By the record", "What is uncertain"):
            assert word in text, word


class TestCommand:
    def test_of_a_desk(self, tmp_path: Path) -> None:
        desk = DeskFolder(tmp_path)
        courts = '[[source]]\nname = "courts"\npath = "courts/**/*"\n'
        lists = '[[source]]\nname = "agcom"\npath = "agcom/*.txt"\nformat = "agcom"\n'
        desk.configure(courts, f'{lists}editions = "serial"\n', IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "a.example", authority="Tribunale di Prova"))
        desk.old("agcom/1.txt", agcom(1, *names(10)))
        desk.run()
        desk.old("agcom/2.txt", agcom(2, *names(3)))
        desk.run()
        out = tmp_path / "overview.html"
        arguments = ["report", "overview", "--config", str(tmp_path / "run.toml"), "-o", str(out)]
        result = CliRunner().invoke(cli, arguments)
        assert (result.exit_code, result.stdout) == (0, ""), result.output
        text = out.read_text("utf-8")
        assert "1 matter waits for a person" in text
        assert "agcom : held since" in said(text, "waits")
        assert "it:a" in said(text, "timeline")

    def test_of_files(self, tmp_path: Path) -> None:
        (tmp_path / "a.toml").write_text(order_file("it:a", "a.example", authority="T"))
        out = tmp_path / "overview.html"
        arguments = ["report", "overview", str(tmp_path / "a.toml"), "-o", str(out)]
        assert CliRunner().invoke(cli, arguments).exit_code == 0
        assert "no record of when it was served" in said(out.read_text("utf-8"), "doubts")
        result = CliRunner().invoke(cli, [*arguments[:-1], str(tmp_path / "a.toml")])
        assert (result.exit_code, "would replace what is read" in result.stderr) == (2, True)
