"""Accidents that took down innocent sites, as sources of a desk: each is held or refused.

What the authority sent then is sent again, in the form in which it came; the page says the cause.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from desk_folder import IMAGE, DeskFolder, agcom, order_file
from scale import size

pytestmark = pytest.mark.no_core

GUARDS = '[guards]\nprotect = ["isp.example", "licensed.example"]\n'
FORMATS = {
    "adm": 'format = "adm-giochi"\n',
    "shield": 'format = "piracy-shield"\n',
    "plain": 'format = "plain"\n',
}
ORDERS = size(1_000, 60)
HARMLESS = ("first.example", "last.example")


@dataclass(frozen=True)
class Accident:
    """What came.

    Attributes:
        when: and what it is known by.
        sent: text of the file; with the form of a key of ``FORMATS``.
        form: how it is read; empty for order files.
        code: what the run says: ``held`` or ``refused``.
        said: part of the sentence.
        open: names and addresses that no run may block.
    """

    when: str
    sent: str
    form: str
    code: str
    said: str
    open: tuple[str, ...]


def adm(*names: str) -> str:
    return agcom(311, HARMLESS[0], *names, HARMLESS[1])


def shield(*addresses: str) -> str:
    data = {
        "ticket_id": "0a" * 16, "fqdn": [*HARMLESS], "ipv4": [*addresses], "ipv6": [],
        "status": "open", "metadata": {"created_at": "2024-02-15T16:15:12+01:00"},
    }  # fmt: skip
    return json.dumps({"status": "success", "data": [data]})


def court(*targets: str) -> str:
    return order_file("it:x", HARMLESS[0], *targets, HARMLESS[1])


ACCIDENTS = [
    Accident("2021 a platform between two names", adm("medium.com"), "adm", "held",
             "would block medium.com, a critical name", ("medium.com",)),
    Accident("2024-02 an address of a content network", shield("188.114.97.7"), "shield",
             "refused", "refused as address", ("188.114.97.7",)),
    Accident("2024-10 a host below a guarded name", shield().replace(
             HARMLESS[1], "drive.usercontent.google.com"), "shield", "held",
             "refused as critical", ("drive.usercontent.google.com",)),
    Accident("2024-12 another shared address", shield("151.101.1.195"), "shield", "refused",
             "refused as address", ("151.101.1.195",)),
    Accident("a seizure with a library in it", court("gutenberg.org"), "", "held",
             "would block gutenberg.org, a critical name", ("gutenberg.org",)),
    Accident("a licensed operator", adm("licensed.example"), "adm", "refused", "protected",
             ("licensed.example",)),
    Accident("2026 the authority's own name", court("ctu.gov.cz"), "", "held",
             "would block ctu.gov.cz, a critical name", ("ctu.gov.cz",)),
    Accident("2013 a mask of everything", f"{HARMLESS[0]}\n*\n{HARMLESS[1]}\n", "plain", "refused",
             "*", ("other.example", "github.com")),
    Accident("2013 a top-level domain", court("ru"), "", "refused", "ru", ("x.ru",)),
    Accident("2013 a private address", court("10.0.0.1"), "", "refused", "10.0.0.1", ("10.0.0.1",)),
    Accident("2017 a prefix of whole operators", court("192.0.0.0/2"), "", "refused",
             "192.0.0.0/2", ("192.0.2.1",)),
    Accident("2024 a suffix that users share", court("github.io"), "", "refused",
             "public suffix", ("name.github.io",)),
    Accident("2025 a platform of programmers", court("www.github.com"), "", "held",
             "critical name", ("github.com", "name.github.io")),
    Accident("the operator's own name", court("www.isp.example"), "", "refused", "protected",
             ("www.isp.example", "isp.example")),
]  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> DeskFolder:
    return DeskFolder(tmp_path)


@pytest.mark.parametrize("accident", ACCIDENTS, ids=lambda one: one.when)
def test_an_accident(desk: DeskFolder, accident: Accident) -> None:
    """What is refused is left out alone; what is held is held with its file."""
    form = FORMATS.get(accident.form, "")
    source = f'[[source]]\nname = "x"\npath = "x/*"\n{form}'
    kept = '[[source]]\nname = "kept"\npath = "kept/*"\n'
    desk.configure(source, kept, IMAGE, GUARDS)
    desk.old("kept/a.toml", order_file("it:a", "kept.example"))
    desk.old(f"x/{'x.txt' if form else 'x.toml'}", accident.sent)
    outcome = desk.run()
    assert outcome.code == 1
    (matter,) = [one for one in outcome.page["matters"] if one["code"] != "overdue"]
    assert matter["code"] == accident.code
    assert accident.said in matter["text"]
    assert desk.blocks("kept.example", *HARMLESS) == [True, *[accident.code == "refused"] * 2]
    assert desk.blocks(*accident.open) == [False] * len(accident.open)


def test_ordinary_orders_are_held_by_nothing(desk: DeskFolder) -> None:
    """As courts and authorities give them: names of one label or two below any domain."""
    chance = random.Random(7)
    words = ("casino", "stream", "calcio", "film", "bet", "market", "live", "shop", "poker", "tv")
    ends = ("com", "net", "org", "it", "to", "live", "xyz", "co.uk", "info", "blogspot.com")

    def name() -> str:
        stem = "".join(chance.choices(words, k=3))
        front = chance.choice(("", "www.", "m."))
        return f"{front}{stem}{chance.randrange(100)}.{chance.choice(ends)}"

    desk.configure('[[source]]\nname = "x"\npath = "x/*"\n', IMAGE, GUARDS)
    for number in range(ORDERS):
        desk.old(f"x/{number}.toml", order_file(f"it:{number}", *(name() for _ in range(9))))
    outcome = desk.run()
    assert (outcome.code, outcome.page["matters"]) == (0, [])
    assert outcome.page["image"]["rules"] > 8 * ORDERS


def test_the_guard_of_popular_names_holds_those_and_no_other(desk: DeskFolder) -> None:
    ranked = [f"popular{number}.example" for number in range(1, 1_101)]
    desk.write("top.csv", "".join(f"{at},{name}\n" for at, name in enumerate(ranked, 1)))
    popular = 'popular = { file = "top.csv", hold = 1_000, mention = 1_100 }\n'
    desk.configure('[[source]]\nname = "x"\npath = "x/*"\n', IMAGE, GUARDS, popular)
    wanted = ["popular1.example", "popular500.example", "popular1000.example"]
    for number, name in enumerate((*wanted, "popular1001.example", "a.example")):
        desk.old(f"x/{number}.toml", order_file(f"it:{number}", name))
    outcome = desk.run()
    held = [one["text"] for one in outcome.page["matters"] if one["code"] == "held"]
    assert sorted(text.split("'")[1] for text in held) == sorted(wanted)
    assert outcome.page["image"]["popular"] == [
        "popular1001.example, number 1,001 of the popularity list"
    ]
    assert desk.blocks(*wanted, "a.example") == [False] * 3 + [True]


def test_2021_a_list_is_applied_when_it_takes_effect(desk: DeskFolder) -> None:
    desk.now = datetime(2021, 3, 2, 12, tzinfo=UTC)
    desk.configure('[[source]]\nname = "x"\npath = "x/*"\n', IMAGE, GUARDS)
    desk.write(
        "x/a.toml",
        order_file(
            "it:a", "a.example", issued="2021-03-02", effective_from="2021-03-16", jurisdiction="IT"
        ),
    )
    assert desk.run().page["next"][0]["why"] == "it:a begins"
    assert desk.blocks("a.example") == [False]
    desk.now = datetime(2021, 3, 15, 23, tzinfo=UTC)
    assert desk.run().code == 0
    assert desk.blocks("a.example") == [True]


def test_2024_an_address_is_open_when_its_order_has_ended(desk: DeskFolder) -> None:
    """It had been leased to somebody else, and its block had no end."""
    desk.now = datetime(2024, 3, 1, tzinfo=UTC)
    desk.configure('[[source]]\nname = "x"\npath = "x/*"\n', IMAGE, GUARDS)
    desk.write(
        "x/a.toml", order_file("it:a", "192.0.2.7", issued="2024-02-01", expires="2024-03-20")
    )
    assert desk.run().code == 0
    assert desk.blocks("192.0.2.7") == [True]
    desk.now += timedelta(days=26)
    assert desk.run().code == 0
    assert desk.blocks("192.0.2.7") == [False]


def test_2021_an_order_of_one_country_is_not_applied_in_another(desk: DeskFolder) -> None:
    desk.configure('jurisdiction = "IT"\n', '[[source]]\nname = "x"\npath = "x/*"\n', IMAGE, GUARDS)
    desk.old("x/a.toml", order_file("de:a", "a.example", jurisdiction="DE"))
    desk.old("x/b.toml", order_file("it:b", "b.example", jurisdiction="IT"))
    assert desk.run().code == 0
    assert desk.blocks("a.example", "b.example") == [False, True]


def test_2017_no_name_is_resolved_to_block_its_address(desk: DeskFolder) -> None:
    desk.configure('[[source]]\nname = "x"\npath = "x/*"\n', IMAGE, GUARDS)
    desk.old("x/a.toml", order_file("it:a", "localhost.example", "a.example"))
    assert desk.run().page["image"]["rules"] == 2
    assert desk.blocks("192.0.2.1", "127.0.0.1") == [False, False]
