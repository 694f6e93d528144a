"""A run holds sources whose new targets would take down what many use; it reads no logs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from desk_folder import IMAGE, DeskFolder, matter_codes, order_file, token

from blocklist import ConfigurationError
from blocklist.desk.runfile import read_run_file
from blocklist.logs import prepare_month

pytestmark = pytest.mark.no_core

SOURCE = '[[source]]\nname = "x"\npath = "x/*"\ncollateral = true\n'
GUARDS = '[guards]\ncritical = "none"\npopular = { file = "top.csv", hold = 1000 }\n'
GATE = '[collateral]\nmonth = "month.parquet"\n'


@pytest.fixture
def desk(tmp_path: Path) -> DeskFolder:
    desk = DeskFolder(tmp_path)
    rows = [f"2026-11-02T10:00:00,{name},10.0.0.{client}"
            for name, clients in (("big.example", 100), ("cdn.giant.example", 50),
                                  ("small.giant.example", 9), ("quiet.example", 12))
            for client in range(clients)]  # fmt: skip
    desk.write("log.csv", "\n".join(("time,name,client", *rows, "")))
    desk.write("top.csv", "1,giant.example\n")
    prepare_month(str(tmp_path / "log.csv"), tmp_path / "month.parquet", log_zone="UTC")
    desk.write("x/1.toml", order_file("a", "first.example"))
    return desk


def test_a_new_target_at_stop_is_held_and_a_token_accepts_it(desk: DeskFolder) -> None:
    desk.configure(SOURCE, IMAGE, GUARDS, GATE)
    assert desk.run().code == 0
    desk.write("x/2.toml", order_file("b", "cdn.giant.example", "second.example"))
    desk.write("x/3.toml", order_file("c", "small.giant.example", "big.example"))
    outcome = desk.run()
    assert outcome.code == 1
    (held,) = [one for one in outcome.page["matters"] if one["code"] == "held"]
    assert held["text"] == (
        "held: 'cdn.giant.example': part of giant.example, number 1 of the popularity list, and at "
        "least 0.25% of the clients ask for it"
    )
    assert desk.blocks("second.example", "big.example", "first.example") == [False, True, True]
    before = token(outcome)
    prepare_month(str(desk.path / "log.csv"), desk.path / "month.parquet", log_zone="UTC")
    assert token(desk.run()) == before  # another night, the same token
    outcome = desk.run(confirm=before, reason="ordered on purpose")
    assert outcome.code == 0
    assert desk.blocks("second.example", "x.cdn.giant.example") == [True, True]
    desk.write("x/2.toml", order_file("b", "cdn.giant.example", "second.example", "third.example"))
    assert desk.run().code == 0  # what is accepted is not new


def test_the_level_and_the_permits_decide(desk: DeskFolder) -> None:
    desk.configure(SOURCE, IMAGE, GUARDS, f'{GATE}fail_on = "look"\n')
    desk.write("x/2.toml", order_file("b", "big.example", "quiet.example"))
    outcome = desk.run()
    (held,) = [one for one in outcome.page["matters"] if one["code"] == "held"]
    assert held["text"].startswith("held: 'big.example': at least 0.25% of the clients ask for it")
    desk.configure(SOURCE, IMAGE, GUARDS, f'{GATE}fail_on = "look"\nreach = "13%"\n')
    outcome = desk.run()
    (held,) = [one for one in outcome.page["matters"] if one["code"] == "held"]
    assert held["text"] == "held: 'big.example': at least 13% of the clients ask for it"
    permit = GUARDS.replace("[guards]\n", '[guards]\npermit = ["big.example"]\n')
    desk.configure(SOURCE, IMAGE, permit, f'{GATE}fail_on = "look"\nreach = "13%"\n')
    assert desk.run().code == 0
    assert desk.blocks("big.example", "quiet.example") == [True, True]


def test_an_order_that_is_suspended_is_held_before_its_suspension_ends(desk: DeskFolder) -> None:
    desk.configure(SOURCE, IMAGE, GUARDS, GATE)
    assert desk.run().code == 0
    suspended = "suspended = [{ from = 2026-01-03, until = 2999-12-31 }]\n"
    desk.write("x/2.toml", order_file("b", "cdn.giant.example") + suspended)
    outcome = desk.run()
    assert (outcome.code, matter_codes(outcome)) == (1, ["held"])
    assert desk.run(confirm=token(outcome), reason="looked").code == 0
    desk.write("x/2.toml", order_file("b", "cdn.giant.example"))  # it binds again
    assert desk.run().code == 0
    assert desk.blocks("cdn.giant.example") == [True]
    desk.write("x/3.toml", order_file("c", "giant.example") + suspended)
    assert desk.run().code == 1  # the popularity list holds it as well


def test_prefixes_are_held_and_sources_without_the_key_are_not(desk: DeskFolder) -> None:
    desk.write("networks.txt", "198.51.100.0/24 Example CDN\n")
    other = SOURCE.replace('"x', '"y').replace("collateral = true", "collateral = false")
    desk.configure(SOURCE, other, IMAGE, GUARDS, GATE, 'networks = "networks.txt"\n')
    desk.write("y/1.toml", order_file("z", "cdn.giant.example"))
    assert desk.run().code == 0
    # Reserved addresses are refused; this one is in use, and nothing is asked of it.
    desk.write("networks.txt", "11.22.33.0/24 Example CDN\n")
    desk.write("x/2.toml", order_file("b", "11.22.33.4", "second.example"))
    outcome = desk.run()
    assert outcome.code == 1
    (held,) = [one for one in outcome.page["matters"] if one["code"] == "held"]
    assert "11.22.33.0/24 (Example CDN), where many sites share an address" in held["text"]


def test_a_month_that_is_missing_old_or_damaged_is_an_alarm_and_holds_nothing(
    desk: DeskFolder,
) -> None:
    desk.configure(SOURCE, IMAGE, GUARDS, GATE)
    assert desk.run().code == 0
    month = desk.path / "month.parquet"
    octets = month.read_bytes()
    old = month.stat().st_mtime - 8 * 86_400
    os.utime(month, (old, old))
    outcome = desk.run()
    assert (outcome.code, matter_codes(outcome)) == (1, ["month"])
    assert "the month is 8 days old, and 7 days is the limit" in outcome.page["matters"][0]["text"]
    desk.write("x/2.toml", order_file("b", "cdn.giant.example"))
    assert matter_codes(desk.run()) == ["held", "month"]  # an old month still tells
    month.unlink()
    outcome = desk.run()
    assert (outcome.code, matter_codes(outcome)) == (1, ["month"])
    assert desk.blocks("cdn.giant.example") == [True]
    assert "No such file" in outcome.page["matters"][0]["text"]
    month.write_bytes(b"PAR1 damaged")
    desk.write("x/3.toml", order_file("c", "other.example"))
    outcome = desk.run()
    assert matter_codes(outcome) == ["month"]
    assert "prepare it again" in outcome.page["matters"][0]["text"]
    assert matter_codes(desk.run()) == ["month"]  # also in a run that finds nothing to do
    month.write_bytes(octets)
    assert desk.run().code == 0


def test_confidential_sources_are_held_without_their_names(desk: DeskFolder) -> None:
    desk.configure(SOURCE + "confidential = true\n", IMAGE, GUARDS, GATE)
    desk.write("x/2.toml", order_file("b", "cdn.giant.example"))
    outcome = desk.run()
    assert matter_codes(outcome) == ["held"]
    assert "giant" not in str(outcome.page)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((SOURCE,), "collateral = true needs [collateral] with month = FILE"),
        ((SOURCE, "[collateral]\n"), "month"),
        ((SOURCE, GATE, 'fail_on = "note"\n'), "fail_on"),
        ((SOURCE, GATE, "reach = 0\n"), "reach must be more than 0"),
        ((SOURCE, GATE, 'networks = "none.txt"\n'), "networks cannot be used"),
        (
            (SOURCE.replace('path = "x/*"', 'image = "x.blk"'), GATE),
            "collateral is nothing for an image",
        ),
    ],
)
def test_settings_that_mean_nothing(desk: DeskFolder, parts: tuple[str, ...], said: str) -> None:
    source, *gate = parts
    desk.configure(source, IMAGE, *gate)
    with pytest.raises(ConfigurationError) as refused:
        read_run_file(desk.path / "run.toml")
    assert said in str(refused.value)
