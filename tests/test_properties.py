"""Properties of the whole: real lists and real query streams against the naive oracle."""

from __future__ import annotations

from pathlib import Path

import pytest
from oracle import covered
from shared_data import shared

from blocklist import Blocklist, Image, compile_orders, load_orders, query_name


def lines(name: str) -> list[str]:
    text = shared(name).decode("utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]


@pytest.fixture(scope="module")
def union() -> tuple[Image, frozenset[str]]:
    """The large real list, and the names that it should block: all but what guards refuse."""
    image = compile_orders(load_orders(shared("lists/large-union.txt.xz"), name="large-union"))
    assert image.report is not None
    refused = {rejected.text for rejected in image.report.rejected}
    assert {rejected.code for rejected in image.report.rejected} == {"public-suffix"}
    return image, frozenset(lines("lists/large-union.txt.xz")) - refused


def test_every_name_of_the_list_is_a_rule_or_is_reported(
    union: tuple[Image, frozenset[str]],
) -> None:
    image, names = union
    assert image.report is not None
    assert image.report.targets == 721_049
    assert image.report.rules == len(names)
    assert len({rejected.text for rejected in image.report.rejected}) == 604_984 - len(names)


@pytest.mark.parametrize(
    "stream",
    [
        "traffic/browsing-hosts-2019.txt.xz",
        "benign/alexa-2016-top100k.txt.xz",
        "benign/opendns-top10k.txt.xz",
        "benign/ee-zone.txt.xz",
    ],
)
def test_real_queries_get_the_oracle_s_answers(
    union: tuple[Image, frozenset[str]], stream: str, tmp_path: Path
) -> None:
    image, names = union
    image.save(tmp_path / "union.blk")
    blocked = Blocklist.open(tmp_path / "union.blk")
    questions = lines(stream)
    wanted = [covered(name, names) for name in questions]
    assert blocked.is_blocked_many(questions) == wanted
    assert blocked.is_blocked_many(f"A-b.{name.upper()}." for name in questions) == wanted
    sample = questions[::97]
    assert [blocked.match(name) is not None for name in sample] == wanted[::97]


def test_the_names_of_the_list_and_their_neighbours(
    union: tuple[Image, frozenset[str]],
) -> None:
    image, names = union
    blocked = Blocklist(image)
    sample = sorted(names)[::37]
    assert all(blocked.is_blocked_many(sample))
    assert all(blocked.is_blocked_many(f"x.{name}" for name in sample))
    beside = [f"{prefix}{name}" for name in sample for prefix in ("x", "-")]
    beside += [name[1:] for name in sample] + [f"{name}x" for name in sample]
    beside = [name for name in beside if query_name(name) is not None]
    parents = [name.partition(".")[2] for name in sample]
    assert blocked.is_blocked_many(beside) == [covered(name, names) for name in beside]
    assert blocked.is_blocked_many(parents) == [covered(name, names) for name in parents]


def test_two_lists_of_one_authority_in_any_sequence(tmp_path: Path) -> None:
    data = shared("formats/agcom_elenco_url_0000268_2023.21.07.txt")
    agcom = load_orders(data, name="agcom")
    courts = load_orders(shared("orders/it-courts-bofh-2015.csv.xz"), name="courts")
    assert bytes(compile_orders(agcom + courts)) == bytes(compile_orders(courts + agcom))
