"""Zones of BIND, one for each name."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import dns.zone
import pytest
from helpers import blocklist_of, image
from hypothesis import given, settings
from scale import size
from servers.dns import ask, upstream
from servers.founding import MUST_BLOCK, MUST_RESOLVE, founding_image
from servers.page import fenced_all
from servers.resolvers import bind
from servers.rulesets import names_around, random_image
from test_exporters_policytree import ASKED_OF_ALL, RULES

from blocklist import Blocklist, Image, compile_orders, load_orders
from blocklist.errors import ExportError
from blocklist.exporters import ExportOptions, ExportReport, export
from blocklist.live.policy import Response

pytestmark = pytest.mark.no_core

SENTINEL = "sentinel.example"


def write(list_: Image, folder: Path, options: ExportOptions | None = None) -> ExportReport:
    return export(list_, "bind", folder, replace(options or ExportOptions(), canary=None))


def read_back(folder: Path) -> Blocklist:
    text = (folder / "blocklist.conf").read_bytes()
    return Blocklist(compile_orders(load_orders(text, format="bind")))


def test_the_files(tmp_path: Path) -> None:
    report = write(image("b.example", "a.example"), tmp_path, ExportOptions(serial=3))
    assert [Path(path).name for path in report.paths] == ["blocklist.conf", "blocklist.zone"]
    lines = (tmp_path / "blocklist.conf").read_text().splitlines()
    assert [line for line in lines if not line.startswith("//")] == [
        'zone "a.example" { type primary; file "blocklist.zone"; };',
        'zone "b.example" { type primary; file "blocklist.zone"; };',
    ]
    zone = dns.zone.from_file(str(tmp_path / "blocklist.zone"), "a.example.", relativize=True)
    assert [name.to_text() for name in zone.nodes] == ["@"]
    assert zone.get_soa().serial == 3


def test_a_sinkhole(tmp_path: Path) -> None:
    options = ExportOptions(response=Response.parse("sinkhole 192.0.2.1 2001:db8::1"))
    write(image("a.example"), tmp_path, options)
    zone = dns.zone.from_file(str(tmp_path / "blocklist.zone"), "a.example.", relativize=True)
    for owner in ("@", "*"):
        assert zone.find_rdataset(owner, "A")[0].address == "192.0.2.1"
        assert zone.find_rdataset(owner, "AAAA")[0].address == "2001:db8::1"
    with pytest.raises(ExportError, match="bind cannot answer drop"):
        write(image("a.example"), tmp_path, ExportOptions(response=Response.parse("drop")))


@settings(max_examples=size(30))  # each syncs files
@given(RULES, RULES, ASKED_OF_ALL)
def test_load_of_export_is_what_can_be_said(
    tmp_path: Path, blocks: list[str], exceptions: list[str], asked: list[str]
) -> None:
    blocked = blocklist_of(*blocks, "filler.test", exceptions=exceptions)
    report = write(blocked.image, tmp_path)
    again = read_back(tmp_path)
    for name in asked:
        assert not again.is_blocked(name) or blocked.is_blocked(name), name
        if not report.losses:
            assert again.is_blocked(name) is blocked.is_blocked(name), name


def test_losses(tmp_path: Path) -> None:
    report = write(
        image("a.example", "=e.example", "*.w.example", "*x*.example", "192.0.2.1", "z.example",
              exceptions=["ok.a.example"]),
        tmp_path,
    )  # fmt: skip
    assert {(loss.code, loss.examples) for loss in report.losses} == {
        ("exception", ("a.example",)), ("exact", ("=e.example",)), ("below", ("*.w.example",)),
        ("pattern", ("*x*.example",)), ("address", ("192.0.2.1",)),
    }  # fmt: skip


def test_the_founding_case(tmp_path: Path) -> None:
    _serve_and_ask(founding_image(), tmp_path, MUST_BLOCK[0], [*MUST_BLOCK, *MUST_RESOLVE])


def test_random_rules(tmp_path: Path) -> None:
    chance = random.Random(3)
    list_ = random_image(chance, SENTINEL, size=150)
    names = {match.rule.value for match in Blocklist(list_).rules()}
    _serve_and_ask(list_, tmp_path, SENTINEL, names_around(chance, names, 2_000))


def _serve_and_ask(list_: Image, folder: Path, blocked: str, names: list[str]) -> None:
    """Compare BIND with what is read back, which is no wider than the image."""
    write(list_, folder)
    wanted, image_says = read_back(folder), Blocklist(list_)
    page = fenced_all("bind.md", "named")[1].replace("/var/cache/bind", str(folder))
    with upstream() as stub, bind(folder, page, stub.port, blocked) as resolver:
        said = {name for name in names if not ask(name, resolver.port).is_real}
    assert said == {name for name in names if wanted.is_blocked(name)}
    assert said
    assert all(image_says.is_blocked(name) for name in said)
