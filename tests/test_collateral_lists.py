"""Accidents that happened, and ordinary entries of real order lists; needs the data folder."""

from __future__ import annotations

import csv
import random
from functools import cache
from pathlib import Path

import pytest
from helpers import order
from shared_data import shared

from blocklist import Rule, load_orders
from blocklist.logs import collateral
from blocklist.logs.reach import Traffic, Watched, gravest
from blocklist.model.addresses import parse_network
from blocklist.model.targets import NAME_KINDS, TargetKind

pytestmark = pytest.mark.no_core

LISTS = (
    "formats/agcom_elenco_url_0000268_2023.21.07.txt", "orders/cz-mfcr-v70.csv",
    "orders/ee-emta-blocklist.txt", "orders/it-adm-aams-2015.csv.xz",
    "orders/it-courts-bofh-2015.csv.xz",
)  # fmt: skip
CLIENTS = 20_000


@cache
def popular() -> list[str]:
    return shared("benign/alexa-2016-top100k.txt.xz").decode().split()


@cache
def entries() -> list[Rule]:
    """The names of all lists, each once; those that a compilation refuses anyway are left out."""
    found = {
        Rule(target.kind, target.value)
        for path in LISTS
        for one in load_orders(shared(path), name=Path(path.removesuffix(".xz")).name)
        for target in one.targets
        if target.kind in NAME_KINDS
    }
    return sorted(found)


def drawn(seed: int) -> list[Rule]:
    return random.Random(seed).sample(entries(), 1_000)


def clients_of(rank: int) -> int:
    """As in a network where the first name is asked by all and others by rank."""
    return max(1, min(CLIENTS, 50 * CLIENTS // (rank + 50)))


def test_ordinary_entries_are_seldom_at_stop() -> None:
    ranks = {name: rank for rank, name in enumerate(popular(), 1)}
    watched = Watched(popular=popular())

    def traffic(rule: Rule) -> Traffic:
        share = clients_of(ranks.get(rule.value, 1_000_000)) / CLIENTS
        return Traffic(1, share)

    judged = {rule: gravest(found) for rule, found in watched.judge(entries(), traffic).items()}
    thousands = len(entries()) / 1_000
    stops = [rule.value for rule, level in judged.items() if level == "stop"]
    assert len(stops) <= 2 * thousands, stops
    looks = [rule.value for rule, level in judged.items() if level == "look"]
    assert len(looks) <= 20 * thousands, looks
    # The library of the list of accidents, were it not a critical name: its rank shows it.
    library = Rule(TargetKind.SUBTREE, "gutenberg.org")
    assert gravest(watched.judge([library], traffic)[library]) == "look"


def test_accidents_are_found(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    asked = {"medium.com": clients_of(181), "www.gutenberg.org": clients_of(2_640),
             "drive.usercontent.google.com": clients_of(30), "quiet.example": 1}  # fmt: skip
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("time", "name", "client", "answers"))
        for name, clients in asked.items():
            for at in range(clients):
                writer.writerow(("2026-11-02T10:00:00", name, f"10.0.{at >> 8}.{at & 255}", ""))
        for at in range(CLIENTS):
            writer.writerow(("2026-11-29T10:00:00", f"site{at % 50}.example{at % 9}.net",
                             f"10.0.{at >> 8}.{at & 255}", "188.114.97.7"))  # fmt: skip
    network = parse_network("188.114.96.0/20")
    assert network is not None
    ordinary = [rule.text for rule in drawn(0)]
    found = collateral(
        [
            order("medium.com", "gutenberg.org", "drive.usercontent.google.com", "188.114.97.7",
                  "ctu.example", "licensed.example", "com", "github.io", id="accidents"),
            order(*ordinary, id="ordinary"),
        ],
        str(path), log_zone="UTC", popular=popular(), networks=[(network, "a CDN")],
        protect=["www.ctu.example", "licensed.example"],
    )  # fmt: skip
    levels = {row["target"]: row["level"] for row in found.targets.to_pylist()
              if row["order"] == "accidents"}  # fmt: skip
    assert levels == {
        "medium.com": "stop", "drive.usercontent.google.com": "stop", "188.114.97.7": "stop",
        "ctu.example": "stop", "licensed.example": "stop", "com": "stop", "github.io": "stop",
        "gutenberg.org": "stop",
    }  # fmt: skip
    (address,) = [row for row in found.targets.to_pylist() if row["target"] == "188.114.97.7"]
    assert "for 9 other domains" in address["reasons"]
    stops = [row["target"] for row in found.targets.to_pylist()
             if row["order"] == "ordinary" and row["level"] == "stop"]  # fmt: skip
    assert len(stops) <= 2, stops
